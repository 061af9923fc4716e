"""What happened with an account: signals, touches, orders, stages, tiers and facts as one story, newest first."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, SmallIntegerField, Value
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.core.days import business_day
from abmhub.web.moments import (
    ANONYMOUS,
    ANSWER,
    APPEAL,
    BY_DAY,
    COUNTED,
    EDIT,
    FOLLOW_UP,
    HANDED,
    MERGE,
    OF_PEOPLE,
    ORDER,
    OVERRIDE,
    RELEASE,
    SIGNAL,
    SOURCE,
    STAGE,
    TIER,
    TOUCH,
    Show,
    moments_of,
)

ROWS = 120
LINES = 16
NOTES_TOLD = 2
MARK_SEPARATOR = "~"

ICONS = {
    SIGNAL: "activity",
    TOUCH: "send",
    STAGE: "handshake",
    TIER: "layers",
    ORDER: "shopping-bag",
    FOLLOW_UP: "phone",
    EDIT: "pencil",
    HANDED: "user-cog",
    MERGE: "git-merge",
    SOURCE: "refresh-cw",
    OVERRIDE: "hand",
    RELEASE: "hand",
    APPEAL: "scale",
    ANSWER: "scale",
    COUNTED: "activity",
}
NEAR = {-1: "tomorrow", 0: "today", 1: "yesterday"}
UNITS = ((365, "year"), (30, "month"), (7, "week"))
MEANINGFUL, DELIVERED = "star", "package-check"
TONES = {TIER: "info", ORDER: "info", OVERRIDE: "info", RELEASE: "info", APPEAL: "info", ANSWER: "info"}


class Moment(NamedTuple):
    """One row: something that happened once. `counts` marks a meaningful signal and a delivery."""

    kind: int
    pk: int
    at: datetime
    title: str
    note: str
    who: str
    counts: bool
    link: int

    @property
    def day(self) -> date:
        return business_day(self.at)

    @property
    def mark(self) -> str:
        """Its place, for the address of what comes after it."""
        return MARK_SEPARATOR.join((self.at.astimezone(UTC).isoformat(), str(self.kind), str(self.pk)))


@dataclass(frozen=True)
class Line:
    """The same thing as often as it happened on one day, the newest first."""

    moments: list[Moment]

    @property
    def first(self) -> Moment:
        return self.moments[0]

    @property
    def title(self) -> str:
        return self.first.title

    @property
    def times(self) -> int:
        """How often a signal came; what we did is told of several people, and was done once."""
        return len(self.moments) if self.first.kind == SIGNAL else 1

    @property
    def who(self) -> str:
        """Everybody with how often, when it was several: Dana Whitfield 2, anonymous 1."""
        people = Counter(moment.who for moment in self.moments if moment.who)
        if self.times == 1 or len(people) == 1:
            return ", ".join(people)
        return ", ".join(f"{name} {times}" for name, times in people.items())

    @property
    def is_anonymous(self) -> bool:
        return all(moment.who == ANONYMOUS for moment in self.moments)

    @property
    def note(self) -> str:
        """What is told of it, each word once; of many the first few."""
        notes = list(dict.fromkeys(moment.note for moment in self.moments if moment.note))
        more = len(notes) - NOTES_TOLD
        return ", ".join(notes[:NOTES_TOLD]) + (f" and {more} more" if more > 0 else "")

    @property
    def is_signal(self) -> bool:
        return self.first.kind in {SIGNAL, COUNTED}

    @property
    def is_meaningful(self) -> bool:
        return self.is_signal and self.first.counts

    @property
    def icon(self) -> str:
        if self.first.counts:
            return MEANINGFUL if self.is_signal else DELIVERED
        return ICONS[self.first.kind]

    @property
    def tone(self) -> str:
        return "ok" if self.first.counts else TONES.get(self.first.kind, "")

    @property
    def at(self) -> datetime | None:
        """The newest; None for what is known by its day alone."""
        return None if self.first.kind in BY_DAY else timezone.localtime(self.first.at)

    @property
    def times_of_day(self) -> str:
        """Each of them, for whoever asks exactly."""
        if self.at is None:
            return ""
        clocks = dict.fromkeys(f"{timezone.localtime(moment.at):%H:%M}" for moment in self.moments)
        return f"{', '.join(clocks)} {self.at.tzname()}"


@dataclass(frozen=True)
class Day:
    on: date
    lines: list[Line]
    today: date

    @property
    def ago(self) -> str:
        """How long that is, in the unit that people would say."""
        days = (self.today - self.on).days
        if days in NEAR:
            return NEAR[days]
        unit, name = next(((unit, name) for unit, name in UNITS if days >= 2 * unit), (1, "day"))
        return f"{days // unit} {name}s ago" if days > 0 else f"in {-days} days"


@dataclass(frozen=True)
class Timeline:
    """Some days, and the mark of what is older; empty where nothing is."""

    days: list[Day]
    older: str = ""
    show: Show = Show.ALL
    choices: list[Show] = field(default_factory=lambda: list(Show))

    @property
    def icons(self) -> list[str]:
        """Those that stand on it, so that each is drawn once."""
        return sorted({line.icon for day in self.days for line in day.lines})


def timeline_of(
    account: Account, *, contact: Contact | None = None, before: str = "", show: str = "", rows: int = ROWS
) -> Timeline:
    """The newest days, or those before a mark, in one query. A mangled mark gives the newest, an unknown
    choice everything.

    With a contact: what that person did, and what was done to reach them.
    """
    chosen = Show(show) if show in Show.values else Show.ALL
    place = _read(before)
    parts = moments_of(account, chosen)
    if contact is not None:
        parts = {kind: part.filter(contact=contact) for kind, part in parts.items() if kind in OF_PEOPLE}
    first, *others = (_taken(part, kind, place, rows) for kind, part in parts.items())
    if others:
        first = first.union(*others, all=True).order_by("-moment_at", "-kind", "-pk")[: rows + 1]
    moments = [Moment(*row) for row in first]
    if contact is not None:
        # Whose page it is needs no saying on each line.
        moments = [moment._replace(who="") for moment in moments]
    more, moments = len(moments) > rows, moments[:rows]
    days = [(day, list(of_day)) for day, of_day in groupby(moments, key=lambda moment: moment.day)]
    if more and len(days) > 1:
        # The last day may go on beyond what was read.
        days.pop()
    taken = list(_enough(days))
    last = taken[-1][1][-1].mark if taken else ""
    goes_on = more or len(taken) < len(days)
    today = business_day(timezone.now())
    shown = [Day(day, _folded(of_day), today) for day, of_day in taken]
    return Timeline(shown, older=last if goes_on else "", show=chosen)


def _taken(part: QuerySet[Any], kind: int, place: tuple[datetime, int, int] | None, rows: int) -> QuerySet[Any]:
    """As many of one kind as could be shown: those before the place, newest first."""
    part = part.annotate(kind=Value(kind, output_field=SmallIntegerField()))
    if place is not None:
        at, place_kind, pk = place
        same_moment = Q(pk__lt=pk) if kind == place_kind else Q() if kind < place_kind else Q(pk=None)
        part = part.filter(Q(moment_at__lt=at) | Q(moment_at=at) & same_moment)
    newest = part.order_by("-moment_at", "-pk")
    return newest.values_list("kind", "pk", "moment_at", "title", "told", "who", "counts", "link")[: rows + 1]


def _read(mark: str) -> tuple[datetime, int, int] | None:
    try:
        at, kind, pk = mark.split(MARK_SEPARATOR)
        moment = parse_datetime(at)
        if moment is None or moment.tzinfo is None:
            return None
        return moment, int(kind), int(pk)
    except (ValueError, ValidationError):
        return None


def _enough(days: Iterable[tuple[date, list[Moment]]]) -> Iterator[tuple[date, list[Moment]]]:
    """Whole days, until the lines fill a page."""
    lines = 0
    for day, moments in days:
        yield day, moments
        lines += len(_folded(moments))
        if lines >= LINES:
            return


def _folded(moments: Iterable[Moment]) -> list[Line]:
    """What happened again on the same day is told once; in the place of the newest."""
    lines: dict[tuple[Any, ...], Line] = {}
    for moment in moments:
        same = (moment.kind, moment.title) if moment.kind in OF_PEOPLE else (moment.kind, moment.pk)
        lines.setdefault(same, Line([])).moments.append(moment)
    return list(lines.values())
