"""The channel ladder: the further down the funnel an account is, the more channels should reach it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Channel, Touch
from abmhub.menus.models import ChannelStep
from abmhub.menus.stages import FunnelStage
from abmhub.orders.models import OrderLine

WINDOW = timedelta(days=90)


@dataclass(frozen=True)
class Ladder:
    """How many channels are usual at the stage of an account, and through which it was reached of late."""

    stage: FunnelStage
    wanted: int
    channels: tuple[Channel, ...]

    @property
    def missing(self) -> int:
        """How many more it takes."""
        return max(self.wanted - len(self.channels), 0)

    def adds(self, channel: Channel) -> bool:
        """Whether the channel would be one more of those that are missing."""
        return self.missing > 0 and channel not in self.channels

    def also(self, channels: Iterable[Channel]) -> "Ladder":
        """The ladder once these were used too."""
        more = dict.fromkeys((*self.channels, *channels))
        return replace(self, channels=tuple(more))


def ladder_of(account: Account, stage: FunnelStage, *, at: datetime) -> Ladder:
    """By the touches of the last 90 days, of marketing and sales, and by what is ordered and still to come."""
    touches = Touch.objects.filter(
        account=account, channel=OuterRef("pk"), occurred_at__gt=at - WINDOW, occurred_at__lte=at
    )
    to_come = OrderLine.objects.filter(order__account=account, tactic__channel=OuterRef("pk")).filter(
        state__in=(OrderLine.State.ORDERED, OrderLine.State.IN_PRODUCTION)
    )
    step = ChannelStep.objects.filter(stage=stage).first()
    used = Channel.objects.filter(Exists(touches) | Exists(to_come)).order_by("name")
    return Ladder(stage, step.channels if step else 0, tuple(used))
