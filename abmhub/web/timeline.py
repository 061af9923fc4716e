"""What happened with an account: signals, touches, orders, stages and tiers as one story, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, CharField, DateTimeField, F, Q, QuerySet, SmallIntegerField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.dateparse import parse_datetime

from abmhub.accounts.models import Account, TierChange
from abmhub.campaigns.models import Touch
from abmhub.committee.models import Contact
from abmhub.orders.models import Order
from abmhub.pipeline.models import StageChange
from abmhub.signals.models import EngagementEvent

SIZE = 25
MARK_SEPARATOR = "~"

# Kinds of a moment; of two at the same instant the higher one comes first.
SIGNAL, TOUCH, STAGE, TIER, ORDER = range(5)
ICONS = {SIGNAL: "activity", TOUCH: "send", STAGE: "handshake", TIER: "layers", ORDER: "shopping-bag"}
# What is only known by its day.
BY_DAY = {STAGE, TIER}
OF_PEOPLE = (SIGNAL, TOUCH)


@dataclass(frozen=True)
class Moment:
    """One line of the timeline; `times` says how often the same happened on that day."""

    kind: int
    pk: int
    at: datetime
    title: str
    note: str
    who: str
    is_meaningful: bool
    times: int = 1

    @property
    def is_signal(self) -> bool:
        return self.kind == SIGNAL

    @property
    def icon_name(self) -> str:
        return "star" if self.kind == SIGNAL and self.is_meaningful else ICONS[self.kind]

    @property
    def tone(self) -> str:
        return {SIGNAL: "ok" if self.is_meaningful else "", TIER: "info", ORDER: "info"}.get(self.kind, "")

    @property
    def when(self) -> datetime | date:
        return self.at.date() if self.kind in BY_DAY else self.at

    @property
    def order_pk(self) -> int | None:
        return self.pk if self.kind == ORDER else None

    @property
    def mark(self) -> str:
        """Its place, for the address of what comes after it."""
        return MARK_SEPARATOR.join((self.at.isoformat(), str(self.kind), str(self.pk)))


@dataclass(frozen=True)
class Timeline:
    """Some moments, and the mark of the older ones; empty where nothing is older."""

    moments: list[Moment]
    older: str = ""


def timeline_of(account: Account, *, contact: Contact | None = None, before: str = "", size: int = SIZE) -> Timeline:
    """The newest moments, or those before a mark, in one query. A mangled mark gives the newest.

    With a contact: what that person did, and what was done to reach them.
    """
    place = _read(before)
    parts = _parts(account)
    if contact is not None:
        parts = {kind: parts[kind].filter(contact=contact) for kind in OF_PEOPLE}
    first, *others = (_taken(part, kind, place, size) for kind, part in parts.items())
    rows = first.union(*others, all=True).order_by("-moment_at", "-kind", "-pk")[: size + 1]
    moments = [Moment(*row) for row in rows]
    more, moments = len(moments) > size, moments[:size]
    if contact is not None:
        # Whose page it is needs no saying on each line.
        moments = [replace(moment, who="") for moment in moments]
    return Timeline(list(_folded(moments)), older=moments[-1].mark if more else "")


def _parts(account: Account) -> dict[int, QuerySet[Any]]:
    """Each kind with its own columns under common names."""
    nothing = Value("", output_field=CharField())
    return {
        SIGNAL: EngagementEvent.objects.filter(account=account).annotate(
            moment_at=F("occurred_at"),
            title=F("event_type__name"),
            told=F("detail"),
            who=Coalesce("contact__name", nothing),
            counts=F("event_type__is_meaningful"),
        ),
        TOUCH: Touch.objects.filter(account=account).annotate(
            moment_at=F("occurred_at"),
            title=F("summary"),
            told=F("channel__name"),
            who=Coalesce("contact__name", nothing),
            counts=Value(False, output_field=BooleanField()),
        ),
        STAGE: StageChange.objects.filter(opportunity__account=account).annotate(
            moment_at=Cast("entered_on", DateTimeField()),
            title=Concat(Value("Deal moved to "), "stage__name"),
            told=Coalesce("opportunity__product__name", "opportunity__name"),
            who=Coalesce("opportunity__owner__name", nothing),
            counts=Value(False, output_field=BooleanField()),
        ),
        TIER: TierChange.objects.filter(account=account).annotate(
            moment_at=Cast("changed_on", DateTimeField()),
            title=Concat(
                Coalesce("from_tier__name", Value("No tier")), Value(" → "), Coalesce("to_tier__name", Value("no tier"))
            ),
            told=F("summary"),
            who=nothing,
            counts=Value(False, output_field=BooleanField()),
        ),
        ORDER: Order.objects.filter(account=account).annotate(
            moment_at=F("placed_at"),
            title=Value("Ordered from the menu"),
            told=F("note"),
            who=F("placed_by__name"),
            counts=Value(False, output_field=BooleanField()),
        ),
    }


def _taken(part: QuerySet[Any], kind: int, place: tuple[datetime, int, int] | None, size: int) -> QuerySet[Any]:
    """As many of one kind as could be shown: those before the place, newest first."""
    part = part.annotate(kind=Value(kind, output_field=SmallIntegerField()))
    if place is not None:
        at, place_kind, pk = place
        same_moment = Q(pk__lt=pk) if kind == place_kind else Q() if kind < place_kind else Q(pk=None)
        part = part.filter(Q(moment_at__lt=at) | Q(moment_at=at) & same_moment)
    newest = part.order_by("-moment_at", "-pk")
    return newest.values_list("kind", "pk", "moment_at", "title", "told", "who", "counts")[: size + 1]


def _read(mark: str) -> tuple[datetime, int, int] | None:
    try:
        at, kind, pk = mark.split(MARK_SEPARATOR)
        moment = parse_datetime(at)
        if moment is None or moment.tzinfo is None:
            return None
        return moment, int(kind), int(pk)
    except (ValueError, ValidationError):
        return None


def _folded(moments: Iterable[Moment]) -> Iterator[Moment]:
    """What happened again on the same day, one after the other, is told once: a signal of the same person
    with its number, a touch of several people with their names."""
    last: Moment | None = None
    for moment in moments:
        if last is None or not _is_the_same(last, moment):
            if last is not None:
                yield last
            last = moment
        elif moment.is_signal:
            last = replace(last, times=last.times + 1)
        else:
            last = replace(last, who=", ".join(filter(None, (last.who, moment.who))))
    if last is not None:
        yield last


def _is_the_same(last: Moment, moment: Moment) -> bool:
    if moment.kind not in (SIGNAL, TOUCH) or moment.kind != last.kind or moment.title != last.title:
        return False
    return moment.at.date() == last.at.date() and (moment.kind == TOUCH or moment.who == last.who)
