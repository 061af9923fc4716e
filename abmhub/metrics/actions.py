"""Freezing the figures, choosing a definition by two signatures, and locking a month."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from psycopg.sql import SQL, Composable

from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.metrics import due, scorecard
from abmhub.metrics.choosing import in_force, readings_of
from abmhub.metrics.definitions import Metric, definition
from abmhub.metrics.figures import FIGURES, OF_THE_MARKET
from abmhub.metrics.models import (
    ActivityGoal,
    AttributionSnapshot,
    Choice,
    ContentDay,
    FigureSnapshot,
    LockedMetric,
    PeriodLock,
    Target,
)
from abmhub.metrics.spans import Window, month_end, quarter_of
from abmhub.metrics.summing import summed
from abmhub.metrics.three_rs import ACTIVITIES
from abmhub.pipeline.models import Stage
from abmhub.signals.news import EventNews
from abmhub.users.models import User
from abmhub.users.verbs import require

A_YEAR, EVENTS_COME_LATE = timedelta(days=365), timedelta(days=35)
SLICES_STAY, LOOKED_BACK = timedelta(days=60), timedelta(days=120)


class AlreadyOurs(Refused):
    """The definition is in force."""


class AlreadyProposed(Refused):
    """Another definition of the metric waits for its second signature."""


class NothingWaits(Refused):
    """The proposal was confirmed or taken back meanwhile."""


class SecondPersonNeeded(NotAllowed):
    """Whoever proposed it cannot sign twice."""


class NotOver(Refused):
    """The month still runs."""


class NothingToLock(Refused):
    """No night has frozen a figure of the month."""


class AlreadyLocked(Refused):
    """The month is locked."""


class AlreadyATarget(Refused):
    """The metric has a target for that day."""


class NoActivity(Refused):
    """Nothing of that name is counted as an activity."""


@transaction.atomic
def snapshot(*, on: date, is_over: bool = False, news: EventNews | None = None, has_market: bool = False) -> int:
    """Freeze every figure as its rows stand on a day; returns the rows written.

    Of a day that is over nothing is written when there is anything, and of a locked month never: what was reported
    stays. What an account is (its tier, its segment) is what it is now, also for a day that is over. `news` of events
    that the night before did not count spare counting all of the last weeks; where the night `has_market`, kept just
    before, its accounts are not read either.
    """
    frozen = FigureSnapshot.objects.filter(snapshot_on=on)
    if PeriodLock.objects.hold(on) or (is_over and frozen.exists()):
        return 0
    frozen.delete()
    count_content(until=on, news=news)
    values = sql.Values("figure")
    counted = [figure for figure in FIGURES.values() if not (has_market and figure in OF_THE_MARKET)]
    statements = summed(counted, on=on, values=values)
    if has_market:
        statements.append(
            sql.part("metrics/summed_market", **{each.code: values.hold(each.code) for each in OF_THE_MARKET})
        )
    written = sql.run(
        "metrics/figures",
        _parts={"summed": SQL(" UNION ALL ").join(statements)},
        as_of=on,
        month=on.replace(day=1),
        quarter=quarter_of(on),
        **values.parameters,
    )
    written += _attribute(on) + scorecard.keep(on=on)
    sql.run("metrics/old_slices", since=on - LOOKED_BACK, until=on - SLICES_STAY)
    return written


def _attribute(on: date) -> int:
    """Freeze to which channels the money of a year's won deals is due."""
    AttributionSnapshot.objects.filter(snapshot_on=on).delete()
    values = sql.Values("deal")
    shares = due.shares_of([due.deals(Stage.Kind.WON, on)], values)
    return sql.run("metrics/attribution", _parts={"shares": shares}, as_of=on, **due.asked(), **values.parameters)


def count_content(*, until: date, news: EventNews | None = None) -> int:
    """Count the engagement of the last weeks by day and type: of a year, where nobody has counted before.

    With `news`, of the days that have some; of all, when events changed that were counted, which does not say when.
    """
    last = ContentDay.objects.filter(on__lte=until).order_by("-on").values_list("on", flat=True).first()
    since = max(until - A_YEAR, min(last, until) - EVENTS_COME_LATE) if last else until - A_YEAR
    events: Composable = SQL("signals_engagementevent")
    if last and news and not sql.rows("metrics/any_of", _parts={"selected": news.changed}):
        events = sql.part("metrics/events_of_days", new=news.new)
    return sql.run(
        "metrics/content_days",
        _parts={"events": events},
        zone=settings.TIME_ZONE,
        since=first_moment(since),
        until=first_moment(until + timedelta(days=1)),
    )


@transaction.atomic
def propose(*, metric: Metric, code: str, reason: str, by: User, at: datetime) -> Choice:
    """Ask for another definition of a metric to be ours; it is, once a second person has signed it.

    Raises NotAllowed, KeyError for a definition that there is not, AlreadyOurs and AlreadyProposed.
    """
    require(by, "metrics.choose")
    wanted = definition(metric, code)
    if in_force()[metric] == wanted:
        raise AlreadyOurs(f"“{wanted.name}” is ours already.")
    if waiting := Choice.objects.waiting().filter(metric=metric).select_for_update().first():
        name = definition(metric, waiting.definition).name
        raise AlreadyProposed(f"“{name}” waits for its second signature: sign it or take it back first.")
    return Choice.objects.create(metric=metric, definition=code, reason=reason.strip(), proposed_by=by, proposed_at=at)


@transaction.atomic
def confirm(*, choice: Choice, by: User, at: datetime) -> Choice:
    """The second signature: from now on this definition is ours. Locked months keep the one they were locked with.

    Raises NotAllowed, SecondPersonNeeded and NothingWaits.
    """
    require(by, "metrics.choose")
    held = _held(choice)
    if held.proposed_by_id == by.pk:
        raise SecondPersonNeeded("You proposed it: a second person has to sign.")
    held.confirmed_by, held.confirmed_at = by, at
    held.save(update_fields=["confirmed_by", "confirmed_at"])
    return held


@transaction.atomic
def take_back(*, choice: Choice, by: User, at: datetime) -> Choice:
    """End a proposal that waits: whoever made it takes it back, anyone else who may sign turns it down.

    Raises NotAllowed and NothingWaits.
    """
    require(by, "metrics.choose")
    held = _held(choice)
    held.ended_by, held.ended_at = by, at
    held.save(update_fields=["ended_by", "ended_at"])
    return held


def _held(choice: Choice) -> Choice:
    found = Choice.objects.waiting().select_for_update().filter(pk=choice.pk).first()
    if found is None:
        raise NothingWaits("Somebody has decided about it meanwhile: look at the page again.")
    return found


@transaction.atomic
def lock_month(*, month: date, today: date, by: User, at: datetime) -> PeriodLock:
    """Lock the figures of a month that is over, with the definitions that are ours today.

    Neither a night nor a new definition changes them any more. Raises NotAllowed, NotOver, NothingToLock and
    AlreadyLocked.
    """
    require(by, "metrics.lock")
    last = month_end(month)
    if last >= today:
        raise NotOver(f"{month:%B %Y} still runs: lock it when it is over.")
    newest = FigureSnapshot.objects.filter(snapshot_on__range=(month.replace(day=1), last)).order_by("-snapshot_on")
    on = newest.values_list("snapshot_on", flat=True).first()
    if on is None:
        raise NothingToLock(f"No night has frozen a figure of {month:%B %Y}: there is nothing to lock.")
    lock, is_new = PeriodLock.objects.get_or_create(
        month_on=month.replace(day=1), defaults={"locked_by": by, "locked_at": at}
    )
    if not is_new:
        raise AlreadyLocked(f"{month:%B %Y} is locked.")
    values = readings_of(on, Window.MONTH)
    LockedMetric.objects.bulk_create(
        LockedMetric(lock=lock, metric=metric, definition=ours.code, value=values[metric, ours.code])
        for metric, ours in in_force().items()
    )
    return lock


def set_target(*, target: Target, by: User) -> Target:
    """Write down what a metric shall become. Raises NotAllowed, ValidationError and AlreadyATarget."""
    require(by, "metrics.set_targets")
    target.clean_fields()
    try:
        with transaction.atomic():
            target.save()
    except IntegrityError as problem:
        target.validate_constraints(exclude={"metric"})  # what is wrong with it alone
        raise AlreadyATarget("The metric has a target over that time for that day: change that one.") from problem
    return target


def remove_target(*, target: Target, by: User) -> None:
    """Take a target away; its metric stays as it is. Raises NotAllowed."""
    require(by, "metrics.set_targets")
    target.delete()


@transaction.atomic
def set_goals(*, goals: Mapping[str, int | None], by: User) -> None:
    """How much of these activities a month shall see; None takes a goal away. Raises NotAllowed and NoActivity."""
    require(by, "metrics.set_targets")
    if unknown := set(goals) - {each.code for each in ACTIVITIES}:
        raise NoActivity(f"{min(unknown)} is no activity: it is one of {', '.join(each.code for each in ACTIVITIES)}.")
    ActivityGoal.objects.filter(figure__in=[code for code, a_month in goals.items() if a_month is None]).delete()
    ActivityGoal.objects.bulk_create(
        [ActivityGoal(figure=code, a_month=a_month) for code, a_month in goals.items() if a_month is not None],
        update_conflicts=True,
        unique_fields=["figure"],
        update_fields=["a_month"],
    )
