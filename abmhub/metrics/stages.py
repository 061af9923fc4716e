"""Days in stage, and the channels that reached accounts against the ladder; reckoned once a night is published."""

from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Touch
from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.menus.models import ChannelStep
from abmhub.menus.stages import FunnelStage, with_stage
from abmhub.metrics.models import LadderStep, PeriodLock, StageTime
from abmhub.metrics.spans import Window
from abmhub.orders.ladder import WINDOW
from abmhub.pipeline.models import Opportunity, Stage, StageChange


@transaction.atomic
def keep_stages(*, on: date) -> int:
    """Write both for the newest night, anew if they were written, but for a locked month; returns the rows.

    Deals stay where they are now and accounts have the tier they have now, so that of a day before nothing can be told.
    """
    if PeriodLock.objects.hold(on):
        return 0
    StageTime.objects.filter(snapshot_on=on).delete()
    LadderStep.objects.filter(snapshot_on=on).delete()
    written = sql.run("metrics/stage_times", as_of=on, since=Window.YEAR.first_day(on))
    return written + len(LadderStep.objects.bulk_create(_steps(on)))


def _steps(on: date) -> list[LadderStep]:
    wanted = wanted_channels()
    told = on_ladder(on).order_by().values("funnel_stage")
    counted = told.annotate(
        accounts=Count("pk"),
        all_channels=Sum("channels"),
        reached=Count("pk", filter=Q(is_reached=True)),
    )
    return [
        LadderStep(
            snapshot_on=on,
            stage=row["funnel_stage"],
            accounts=row["accounts"],
            channels=row["all_channels"],
            wanted=wanted.get(row["funnel_stage"], 0),
            reached=row["reached"],
        )
        for row in counted
    ]


def newest_stages() -> date | None:
    """The last night that reckoned either."""
    nights = (
        model._default_manager.order_by("-snapshot_on").values_list("snapshot_on", flat=True).first()
        for model in (StageTime, LadderStep)
    )
    return max((night for night in nights if night), default=None)


def times_on(on: date) -> list[StageTime]:
    """How long deals stayed, in the order of the stages."""
    return list(StageTime.objects.filter(snapshot_on=on).select_related("stage").order_by("stage__position", "stage"))


def channels_on(on: date) -> list[LadderStep]:
    """The ladder, in the order of its stages."""
    places = list(FunnelStage)
    return sorted(LadderStep.objects.filter(snapshot_on=on), key=lambda each: places.index(FunnelStage(each.stage)))


def wanted_channels() -> dict[str, int]:
    """How many channels the ladder asks for at each stage."""
    return dict(ChannelStep.objects.values_list("stage", "channels"))


def on_ladder(on: date) -> QuerySet[Any]:
    """The target accounts at the end of a day: stage, channels of touches in the 90 days before, whether enough."""
    at = first_moment(on + timedelta(days=1))
    touches = Touch.objects.filter(account=OuterRef("pk"), occurred_at__gt=at - WINDOW, occurred_at__lte=at)
    number = Func(F("channel"), function="COUNT", template="%(function)s(DISTINCT %(expressions)s)")
    used = touches.order_by().annotate(used=number).values("used")
    targets = Account.objects.filter(standing__tier__isnull=False)
    staged: QuerySet[Any] = with_stage(targets, at=at).annotate(
        channels=Coalesce(Subquery(used, output_field=IntegerField()), 0)
    )
    enough = [models.When(funnel_stage=stage, channels__gte=number, then=Value(True)) for stage, number in _asked()]
    told: QuerySet[Any] = staged.annotate(
        is_reached=models.Case(*enough, default=Value(False), output_field=models.BooleanField())
    )
    return told


def _asked() -> list[tuple[str, int]]:
    """Of every stage; where the ladder says nothing, nothing is asked."""
    wanted = wanted_channels()
    return [(stage.value, wanted.get(stage.value, 0)) for stage in FunnelStage]


def staying_in(stage: Stage, on: date) -> QuerySet[Any]:
    """The open deals of a stage, each with the day on which it came and the days since; of what says when."""
    came = StageChange.objects.filter(opportunity=OuterRef("pk"), entered_on__lte=on).order_by("-entered_on", "-pk")
    days = Func(
        Value(on), F("entered_on"), template="(%(expressions)s)", arg_joiner="::date - ", output_field=IntegerField()
    )
    found: QuerySet[Any] = Opportunity.objects.filter(stage=stage).annotate(
        entered_on=Subquery(came.values("entered_on")[:1]), entered=Subquery(came.values("stage")[:1])
    )
    staying: QuerySet[Any] = found.filter(entered=stage.pk).annotate(days=days)
    return staying
