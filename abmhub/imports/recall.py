"""How a file is read that looks like one that came before, or like what a well-known system writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef

from abmhub.imports.columns import Type, facts_of
from abmhub.imports.kinds import INTAKES, intake_of
from abmhub.imports.mapping import ColumnMapping, Field, Guess, NotMapped, Unit, bare, guess, orders_of
from abmhub.imports.models import ImportRun, Kind, SavedMapping
from abmhub.imports.reading import is_nameless

LONGEST_NAME = 80
FEWEST_FIELDS = 2
TELLING = {"account_domain": Type.WEB_ADDRESS, "level": Type.NUMBER, "topic": Type.TEXT}
SAID_BY_A_SYSTEM, SAID_BY_THE_NAME = 10, 3
WORDS_IN_NAMES = {
    Kind.PRODUCTS: "product item catalog",
    Kind.USERS: "user owner agent team",
    Kind.ACCOUNTS: "account compan customer",
    Kind.CONTACTS: "contact people",
    Kind.CAMPAIGNS: "campaign program",
    Kind.SPEND: "spend cost analytics",
    Kind.OPPORTUNITIES: "opportunit deal pipeline",
    Kind.STAGE_HISTORY: "history stage",
    Kind.LEADS: "lead",
    Kind.CAMPAIGN_MEMBERS: "member",
    Kind.INTENT: "intent surge topic",
    Kind.EVENTS: "event activit page visit",
}


@dataclass(frozen=True)
class Known:
    """What is known of a file when its mapping is asked for."""

    kind: str
    source: str
    fields: Sequence[Field]
    columns: Sequence[str]
    sample: Sequence[Sequence[str]]


def propose(known: Known) -> Guess:
    """As the last file of the source was read, if this one has its columns; else as the system that wrote it is
    read, if its header tells; else a guess."""
    if last := _last(known):
        return _read_as(known, last, _origin_of(last))
    shipped = _recognised(known)
    return (
        _read_as(known, shipped, _origin_of(shipped)) if shipped else guess(known.fields, known.columns, known.sample)
    )


def propose_as(known: Known, name: str) -> Guess:
    """Read by the mapping of this name, as far as the file has its columns. Raises NotMapped."""
    there_are = SavedMapping.objects.filter(kind=known.kind).order_by("name")
    saved = there_are.filter(name__iexact=name.strip()).first()
    if saved is None:
        names = ", ".join(there_are.values_list("name", flat=True)) or "none"
        raise NotMapped(f"There is no mapping “{name}” for this kind of file; there are: {names}.")
    return _read_as(known, saved, _origin_of(saved))


def kind_told_by(columns: Sequence[str], sample: Sequence[Sequence[str]], file_name: str) -> str:
    """The kind of file that the columns are of most likely; empty when they are of none.

    A header that a well-known system writes tells most, then how many columns have a field, then the file's name.
    """
    scores: dict[str, int] = {}
    for kind in INTAKES:
        fields = intake_of(kind).fields
        known = Known(kind, "", fields, columns, sample)
        told_by = _recognised(known)
        guessed = _read_as(known, told_by, "") if told_by else guess(fields, columns, sample)
        found = guessed.mapping.columns
        if len(found) < FEWEST_FIELDS or any(field.required and field.name not in found for field in fields):
            continue
        is_named = any(word in file_name.casefold() for word in WORDS_IN_NAMES[Kind(kind)].split())
        scores[kind] = (
            len(found)
            + SAID_BY_A_SYSTEM * (len(told_by.columns) if told_by else 0)
            + (SAID_BY_THE_NAME if is_named else 0)
        )
    return max(scores, key=scores.__getitem__, default="")


def source_told_by(known: Known) -> str:
    """The source of the last file that had just these columns, else the system that writes such; empty without one.

    A source of which no row ever came in was a mistake, not to be repeated.
    """
    came_in = ImportRun.objects.filter(kind=known.kind, source=OuterRef("source"), accepted__gt=0)
    saved = SavedMapping.objects.filter(Exists(came_in), kind=known.kind, columns=list(known.columns), is_shipped=False)
    last = saved.order_by("-used_at", "pk").first() or _recognised(known)
    return last.source if last else ""


def remember(run: ImportRun, at: datetime) -> None:
    """Keep the mapping of a confirmed file for the next one of its kind and source."""
    SavedMapping.objects.update_or_create(
        kind=run.kind,
        name=f"Last file from {run.source}"[:LONGEST_NAME],
        defaults={
            "source": run.source,
            "columns": run.columns,
            "mapping": ColumnMapping.from_json(run.mapping).to_json() | {"origin": ""},
            "is_shipped": False,
            "by": run.by,
            "used_at": at,
        },
    )


def _last(known: Known) -> SavedMapping | None:
    saved = SavedMapping.objects.filter(kind=known.kind, source=known.source, is_shipped=False)
    for last in saved.order_by("-used_at", "pk"):
        if set(last.mapping["columns"].values()) <= set(known.columns):
            return last
    return None


def _recognised(known: Known) -> SavedMapping | None:
    """The shipped mapping whose header is in the file; of several the one that asks for most."""
    names = {bare(column) for column in known.columns}
    shipped = SavedMapping.objects.filter(kind=known.kind, is_shipped=True)
    fitting = [
        each
        for each in shipped
        if each.columns and {bare(column) for column in each.columns} <= names and _has_such_values(each, known)
    ]
    return max(fitting, key=lambda each: (len(each.columns), each.name), default=None)


def _has_such_values(saved: SavedMapping, known: Known) -> bool:
    """A file without a header is told by what lies where; the names of columns say enough where there are any."""
    columns = ColumnMapping.from_json(saved.mapping).columns
    if not all(map(is_nameless, saved.columns)):
        return True
    types = {facts.name: facts.type for facts in facts_of(known.columns, known.sample)}
    return all(types.get(columns[field]) == wanted for field, wanted in TELLING.items() if field in columns)


def _origin_of(saved: SavedMapping) -> str:
    if saved.is_shipped:
        return f"as {saved.name} exports it"
    day = f", {saved.used_at:%-d %B %Y}" if saved.used_at else ""
    return f"as the last file from {saved.source}{day}"


def _read_as(known: Known, saved: SavedMapping, origin: str) -> Guess:
    stored = ColumnMapping.from_json(saved.mapping)
    given = _fitted(stored.columns, known)
    left_out: Collection[str] = () if saved.is_shipped else set(saved.columns) - set(given.values())
    guessed = guess(known.fields, known.columns, known.sample, given, left_out)
    if saved.is_shipped:
        return replace(guessed, mapping=replace(guessed.mapping, origin=origin))
    orders, needs_order = orders_of(known.fields, guessed.mapping.columns, known.columns, known.sample)
    order = stored.date_order if stored.date_order in orders else guessed.mapping.date_order
    return Guess(
        replace(guessed.mapping, revenue_unit=stored.revenue_unit, date_order=order, origin=origin),
        date_order_is_open=needs_order and order is None,
        revenue_unit_because=_why_the_last_unit(guessed, stored.revenue_unit),
    )


def _why_the_last_unit(guessed: Guess, last: Unit) -> str:
    if guessed.mapping.revenue_unit == last or not guessed.revenue_unit_because:
        return guessed.revenue_unit_because
    return f"as the last time, but it looks like {guessed.mapping.revenue_unit}, as {guessed.revenue_unit_because}"


def _fitted(stored: Mapping[str, str], known: Known) -> dict[str, str]:
    """The columns of the file that are called so, whatever their case and signs, for fields that there are."""
    names = {field.name for field in known.fields}
    exact = set(known.columns)
    alike = {bare(column): column for column in reversed(known.columns)}
    found = {
        name: column if column in exact else alike[bare(column)]
        for name, column in stored.items()
        if name in names and (column in exact or bare(column) in alike)
    }
    first: dict[str, str] = {}
    for name, column in found.items():
        first.setdefault(column, name)
    return {name: column for column, name in first.items()}
