"""What content accounts take up: all together by stage and kind, and each account by itself.

All together is read from what nights counted by day. An account is read from its own events, which lie together.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Sum

from abmhub.committee.models import ContentStage
from abmhub.core.days import first_moment
from abmhub.metrics import figures
from abmhub.metrics.figures import Figure
from abmhub.metrics.models import ContentDay
from abmhub.metrics.spans import Window
from abmhub.signals.models import EngagementEvent, EngagementEventQuerySet, EventType

OF_STAGE: dict[ContentStage, Figure] = {
    ContentStage.TOFU: figures.EARLY_CONTENT,
    ContentStage.MOFU: figures.MIDDLE_CONTENT,
    ContentStage.BOFU: figures.LATE_CONTENT,
}
"""Whose rows an engagement with content of a stage is one of."""


@dataclass(frozen=True)
class Kind:
    """One kind of engagement, how often it happened, and when last, where that is known."""

    event_type: EventType
    events: int
    last_at: datetime | None = None


@dataclass(frozen=True)
class Taken:
    """What was taken up of the content of a stage, the most frequent kind first."""

    stage: ContentStage
    kinds: tuple[Kind, ...]

    @property
    def events(self) -> int:
        return sum(kind.events for kind in self.kinds)


def taken_by_all(*, on: date, window: Window) -> list[Taken]:
    """By stage and kind in the days of a window, of all accounts together, as nights counted them."""
    days = ContentDay.objects.filter(on__range=(window.first_day(on), on)).order_by()
    counted = days.values_list("event_type").annotate(events=Sum("events"))
    return _by_stage({event_type: (events, None) for event_type, events in counted})


def taken_by(account_id: int, *, on: date, window: Window) -> list[Taken]:
    """The same of one account, from its events."""
    events = _events([account_id], on, window)
    counted = events.values_list("event_type").annotate(events=Count("pk"), last_at=Max("occurred_at"))
    return _by_stage({event_type: (number, last_at) for event_type, number, last_at in counted})


def stages_of(accounts: Collection[int], *, on: date, window: Window) -> dict[int, dict[str, int]]:
    """How often each of these few accounts took up content of each stage."""
    found: dict[int, dict[str, int]] = {account: {} for account in accounts}
    counted = _events(accounts, on, window).values_list("account_id", "event_type__content_stage")
    for account, stage, number in counted.annotate(number=Count("pk")):
        found[account][stage] = number
    return found


def _events(accounts: Collection[int], on: date, window: Window) -> EngagementEventQuerySet:
    return EngagementEvent.objects.filter(
        account__in=accounts,
        occurred_at__gte=first_moment(window.first_day(on)),
        occurred_at__lt=first_moment(on + timedelta(days=1)),
    ).order_by()


def _by_stage(counted: dict[int, tuple[int, datetime | None]]) -> list[Taken]:
    types = EventType.objects.in_bulk(list(counted))
    kinds = [Kind(types[pk], *found) for pk, found in counted.items()]
    kinds.sort(key=lambda each: (-each.events, each.event_type.name))
    return [
        Taken(stage, tuple(kind for kind in kinds if kind.event_type.content_stage == stage)) for stage in ContentStage
    ]
