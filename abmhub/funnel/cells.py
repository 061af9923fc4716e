"""The cells of the double funnel, counted from its units: of any night, of a period, cut by up to two dimensions.

volume      units that reached the stage within the period, by the day
conversion  of those that reached the stage before within the period, how many reached this one by the day
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from psycopg.sql import SQL, Composable

from abmhub.accounts.models import Segment
from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.funnel import answers, columns, tally
from abmhub.funnel.cell import Cell, Cells, Key
from abmhub.funnel.columns import Columns
from abmhub.funnel.figures import UnknownDimension
from abmhub.funnel.models import FunnelStage
from abmhub.funnel.tally import Asked, Counted

ALL = SQL("NULL::text")
KNOWN_NOW = SQL("SELECT * FROM funnel_funnelunit WHERE known_until_on IS NULL")
KNOWN_THEN = SQL(
    "SELECT * FROM funnel_funnelunit"
    " WHERE known_from_on <= %(night)s AND (known_until_on IS NULL OR known_until_on > %(night)s)"
)
MONTH = SQL("to_char(CASE WHEN unit.is_entry THEN unit.pool_on ELSE unit.sql_on END, 'YYYY-MM')")


class Dimension(NamedTuple):
    """One way to cut. Units of one key belong together; `names` is where it stands what people call them."""

    label: str
    key: SQL
    names: str = ""


DIMENSIONS: dict[str, Dimension] = {
    "motion": Dimension("Motion", SQL("unit.motion")),
    "channel": Dimension("Channel", SQL("unit.channel_key::text"), "campaigns.Channel.name"),
    "campaign": Dimension("Campaign", SQL("unit.campaign_key::text"), "campaigns.Campaign.name"),
    "content": Dimension("Content", SQL("unit.content_key::text"), "committee.Content.title"),
    "tier": Dimension("Tier", SQL("unit.tier::text"), "accounts.Tier.name"),
    "program": Dimension("Program", SQL("unit.program_key::text"), "campaigns.Program.name"),
    "segment": Dimension("Account group", SQL("nullif(unit.segment, '')")),
    "industry": Dimension("Industry", SQL("nullif(unit.industry, '')")),
    "territory": Dimension("Territory", SQL("unit.territory_key::text"), "accounts.Territory.name"),
    "owner": Dimension("Owner", SQL("unit.owner_key::text"), "users.User.name"),
    "month": Dimension("Month of entry", MONTH),
}


@dataclass(frozen=True)
class Question:
    """What is asked of the units: as they were known in a night (or now), by a day, within a period, of a motion."""

    as_of: date
    night: date | None = None
    since: date | None = None
    until: date | None = None
    motion: Motion | None = None

    @property
    def units(self) -> Composable:
        known = KNOWN_THEN if self.night else KNOWN_NOW
        return SQL("{} AND motion = %(motion)s").format(known) if self.motion else known

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "night": self.night,
            "since": self.since or date.min,
            "until": self.until or date.max,
            "motion": self.motion,
        }

    @property
    def in_numbers(self) -> Asked:
        return Asked.of(self.as_of, self.night, self.since, self.until)


def count_of(units: Composable, question: Question) -> Cells:
    """The cells of units that a statement names, cut by nothing; which of them are known then is its affair."""
    rows = sql.rows("funnel/cells", _parts=_parts(units, ()), **question.parameters)
    return {(cell.motion, cell.stage): cell for cell in map(_cell, rows)}


def count_now(question: Question) -> Cells:
    """The cells of all units known now, cut by nothing. Nobody asks a second time, so that no answer is kept."""
    kept = columns.newest()
    if kept is None:
        return count_of(KNOWN_NOW, question)
    return _whole(kept, question, Motion)


def count(question: Question, by: Sequence[str] = ()) -> dict[Key, Cells]:
    """The cells of each slice; cut by nothing there is one, (None, None). Cells that hold nothing are not there.

    Raises UnknownDimension.
    """
    check_dimensions(by)
    kept = columns.newest()
    if kept is None:
        return _counted_from_rows(question, by)
    found: dict[Key, Cells] = {}
    motions = [question.motion] if question.motion else list(Motion)
    if not by:
        cells = _whole(kept, question, motions)
        return {(None, None): cells} if cells else {}
    for motion in motions:
        for key, own in tally.count(kept, question.in_numbers, motion, by).slices.items():
            found.setdefault(key, {}).update(own)
    return found


def largest(question: Question, motion: Motion, by: Sequence[str], *, most: int | None = None) -> Counted:
    """The slices of a motion that hold most, and how many there are. Raises UnknownDimension."""
    check_dimensions(by)
    if kept := columns.newest():
        return tally.count(kept, question.in_numbers, motion, by, most=most)
    found = _counted_from_rows(replace(question, motion=motion), by)

    def order(key: Key) -> tuple[object, ...]:
        volume = sum(cell.volume for cell in found[key].values())
        return -volume, [(word is None, word or "") for word in key]

    return Counted({key: found[key] for key in sorted(found, key=order)[:most]}, len(found))


def one(question: Question, motion: Motion, stage: FunnelStage, by: Sequence[str], key: Key) -> Cell:
    """A cell of one slice, empty if nothing is in it. Raises UnknownDimension."""
    check_dimensions(by)
    if kept := columns.newest():
        return tally.one(kept, question.in_numbers, motion, stage, by, key)
    return _counted_from_rows(replace(question, motion=motion), by).get(key, {}).get((motion, stage)) or Cell(
        motion, stage
    )


def _whole(kept: Columns, question: Question, motions: Iterable[Motion]) -> Cells:
    found: Cells = {}
    for motion in motions:
        found |= tally.whole(kept, question.in_numbers, motion)
    return found


def _counted_from_rows(question: Question, by: Sequence[str]) -> dict[Key, Cells]:
    found: dict[Key, Cells] = {}
    # Counted and kept for both motions, and a pair whichever of the two is asked for first.
    both = replace(question, motion=None)
    kept_by = sorted(by, key=list(DIMENSIONS).index)
    keys = ("row_key", "column_key") if kept_by == list(by) else ("column_key", "row_key")
    parts = _parts(both.units, kept_by)
    for row in answers.rows("funnel/cells", by=kept_by, parts=parts, parameters=both.parameters):
        cell = _cell(row)
        if (cell.volume or cell.trials) and question.motion in (None, cell.motion):
            found.setdefault((row[keys[0]], row[keys[1]]), {})[cell.motion, cell.stage] = cell
    return found


def check_dimensions(by: Sequence[str]) -> Sequence[str]:
    """The same names. Raises UnknownDimension for one that is none, or for more than two."""
    for name in by:
        if name not in DIMENSIONS:
            raise UnknownDimension(f"There is no dimension {name!r}; there are {', '.join(DIMENSIONS)}.")
    if len(by) > 2 or len(set(by)) < len(by):
        raise UnknownDimension("The funnel is cut by one dimension or by two different ones.")
    return by


def _parts(units: Composable, by: Sequence[str]) -> dict[str, Composable]:
    row, column = (*(DIMENSIONS[name].key for name in by), ALL, ALL)[:2]
    return {"units": units, "row": row, "column": column}


def _cell(row: Mapping[str, Any]) -> Cell:
    return Cell(
        motion=Motion(row["motion"]),
        stage=FunnelStage(row["stage"]),
        volume=row["volume"],
        accounts=row["accounts"],
        trials=row["trials"],
        successes=row["successes"],
        median_days=row["median_days"],
        value_amount=Decimal(row["value_amount"]),
    )


def named(slices: Mapping[Key, Cells], by: Sequence[str]) -> dict[Key, Cells]:
    """The same slices under the names that people know, by name; what says nothing comes last."""
    found = {name: slices[key] for key, name in names_of(slices, by).items()}
    return dict(sorted(found.items(), key=lambda each: [(name is None, name or "") for name in each[0]]))


def names_of(keys: Collection[Key], by: Sequence[str]) -> dict[Key, Key]:
    """What people call each key.

    Two of one name are told apart by their number. One whose row is gone is told by its number alone.
    """
    names = [_names(name, {key[place] for key in keys}) for place, name in enumerate(by)]

    def told(key: Key, place: int) -> str | None:
        return names[place].get(key[place]) if place < len(names) else None

    return {key: (told(key, 0), told(key, 1)) for key in keys}


def name_of(key: Key, by: Sequence[str]) -> list[str]:
    """The words for one key, one for each dimension."""
    return [name or "(none)" for name in names_of([key], by)[key][: len(by)]]


def _names(dimension: str, keys: set[str | None]) -> dict[str | None, str]:
    """What the keys of a dimension are called, in one query at most."""
    known = {key for key in keys if key is not None}
    table = DIMENSIONS[dimension].names
    if not table:
        labels = {**dict(Motion.choices), **dict(Segment.choices)}
        return {key: str(labels.get(key, key)) for key in known}
    model, _, field = table.rpartition(".")
    rows = apps.get_model(model).objects.filter(pk__in=known).values_list("pk", field)
    names = {str(pk): str(name) for pk, name in rows}
    several = {name for name, count in Counter(names.values()).items() if count > 1}
    return {key: _told(names.get(key), key, several) for key in known}


def _told(name: str | None, key: str, several: set[str]) -> str:
    if name is None:
        return f"no longer there (number {key})"
    return f"{name} (number {key})" if name in several else name
