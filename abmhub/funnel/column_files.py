"""The files of abmhub/funnel/columns.py: the units copied out of PostgreSQL, each key in its place among its words.

Most units are as the edition before had them, whose files may still be there: then those are copied that are not.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count
from psycopg.sql import SQL, Composable, Identifier, Literal

from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.funnel.models import FunnelUnit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

Texts = Mapping[str, list[str]]

NEVER, LONG_AGO = 2**31 - 1, 1
"""Days are numbers, as `date.toordinal` has them."""
DAYS = ("known_from", "known_until", "pool", "interest", "sql", "opportunity", "won")
KEYS = ("motion", "channel", "campaign", "content", "tier", "program", "segment", "industry", "territory", "owner")
FIELDS = {
    **dict.fromkeys(("id", "account", "cents"), "i8"),
    **dict.fromkeys(DAYS, "i4"),
    **dict.fromkeys(("is_entry", "is_deal", "began_by_rules", "ended_by_rules"), "?"),
    **dict.fromkeys(KEYS, "i8"),
}
"""The columns of funnel/columns.sql, in its order, and how wide each is."""
PLACES = (*KEYS, "month")
"""Kept as the place of each among all the words that there are for them."""
TEXTS = ("segment", "industry")
"""Keys that are words themselves; the others are numbers."""
HEADER, AT_ONCE = 19, 1 << 24
"""Bytes: what a binary COPY begins with, and how much of it is held."""
EVERY_UNIT = SQL("TRUE")


def make(folder: Path, *, before: Path | None = None) -> None:
    """Write the files of the units as they are now; `before` has those of the edition before this one.

    Raises OSError where they cannot be written.
    """
    texts = _carry_on(folder, before) if before else None
    _put_in_order(folder, texts or _copy(folder))


def _copy(folder: Path) -> Texts:
    """Copy all units out, bit by bit; returns the words of the keys that are words."""
    texts = _texts(EVERY_UNIT)
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / name).open("wb")) for name in FIELDS}
        for rows in _copied(texts, EVERY_UNIT):
            for name, kind in FIELDS.items():
                rows[name].astype(kind).tofile(files[name])
    return texts


def _carry_on(folder: Path, before: Path) -> Texts | None:
    """Copy out what nights wrote since; returns the words, or None where that is not all that happened.

    Nights add units and end what was known. One that is repeated takes back what it had written, which shows in how
    many there are.
    """
    import numpy as np

    ids, until = (np.fromfile(before / name, FIELDS[name]) for name in ("id", "known_until"))
    if not len(ids):
        return None
    last = int(ids.max())
    ended = max(int(np.fromfile(before / "known_from", "i4").max()), int(until[until < NEVER].max(initial=0)))
    which = SQL("unit.id > {} OR unit.known_until_on >= {}").format(Literal(last), Literal(date.fromordinal(ended)))
    words = json.loads((before / "words.json").read_text("utf-8"))
    texts = _texts(which, known=words)
    copied = list(_copied(texts, which))
    stays = ~np.isin(ids, np.concatenate([rows["id"] for rows in copied]))
    ends = [until[stays], *(rows["known_until"] for rows in copied)]
    if _counted() != (sum(map(len, ends)), sum(int(np.count_nonzero(each < NEVER)) for each in ends)):
        return None
    for name, kind in FIELDS.items():
        kept = _unplaced(before, name, words[name], texts) if name in KEYS else np.fromfile(before / name, kind)
        with (folder / name).open("wb") as file:
            kept[stays].astype(kind).tofile(file)
            for rows in copied:
                rows[name].astype(kind).tofile(file)
    return texts


def _counted() -> tuple[int, int]:
    """How many units there are, and of how many more is known by now."""
    found = FunnelUnit.objects.aggregate(units=Count("pk"), ended=Count("known_until_on"))
    return found["units"], found["ended"]


def _put_in_order(folder: Path, texts: Texts) -> None:
    """Entries and deals of a motion together, and each key in its place."""
    import numpy as np

    def column(name: str) -> "Numbers":
        return np.fromfile(folder / name, FIELDS[name])

    order = np.lexsort((~column("is_entry"), column("is_deal"), column("motion")))
    words = {}
    for name in FIELDS:
        numbers = column(name)[order]
        if name in KEYS:
            words[name], numbers = _placed(numbers, texts[name].__getitem__ if name in texts else str)
        numbers.tofile(folder / name)
    entered = np.where(column("is_entry"), column("pool"), column("sql"))
    words["month"], numbers = _placed(_months(entered), lambda month: f"{month // 12:04}-{month % 12 + 1:02}")
    numbers.tofile(folder / "month")
    (folder / "words.json").write_text(json.dumps(words), "utf-8")


def _placed(numbers: "Numbers", told: Callable[[int], str]) -> tuple[list[str | None], "Numbers"]:
    """All words in order, and where each number has its own among them; -1 has none."""
    import numpy as np

    found, inverse = np.unique(numbers, return_inverse=True)
    words = {n: told(each) for n, each in enumerate(found.tolist()) if each != -1}
    order = sorted(words, key=words.__getitem__)
    places = np.full(len(found), len(order), "i4")
    places[order] = np.arange(len(order))
    return [*(words[n] for n in order), None], places[inverse]


def _unplaced(folder: Path, name: str, words: Sequence[str | None], texts: Texts) -> "Numbers":
    """The numbers that `_placed` put in their places."""
    import numpy as np

    told: Callable[[str], int] = texts[name].index if name in texts else int
    numbers: Numbers = np.array([-1 if word is None else told(word) for word in words], "i8")
    found: Numbers = numbers[np.fromfile(folder / name, "i4")]
    return found


def _months(days: "Numbers") -> "Numbers":
    """The number of the month of each day, from the year 0 on; -1 of one that never came."""
    import numpy as np

    from_1970 = days.astype("i8") - date(1970, 1, 1).toordinal()
    months = from_1970.astype("M8[D]").astype("M8[M]").astype("i8") + 12 * 1970
    return np.where(days == NEVER, -1, months)


def _texts(which: Composable, known: Mapping[str, Sequence[str | None]] | None = None) -> Texts:
    """The words of these units, and those that are known, by the keys that are words."""
    found = {"motion": list(Motion.values)}
    with connection.cursor() as cursor:
        for name in TEXTS:
            statement = SQL("SELECT DISTINCT {} FROM funnel_funnelunit AS unit WHERE {}").format(
                Identifier(name), which
            )
            cursor.execute(statement.as_string(cursor.cursor))
            words = {row[0] for row in cursor.fetchall()} | set(known[name] if known else ())
            found[name] = sorted(word for word in words if word)
    return found


def _copied(texts: Texts, which: Composable) -> Iterator["Numbers"]:
    """The units by the binary way of COPY: all rows have the same length, so that they are read where they lie."""
    import numpy as np

    def place(name: str) -> Composable:
        return SQL("{}::text[]").format(Literal(list(texts[name])))

    row = [("fields", ">i2")]
    for name, kind in FIELDS.items():
        row += [(f"{name} bytes", ">i4"), (name, kind if kind == "?" else f">{kind}")]
    line = np.dtype(row)
    units = sql.part(
        "funnel/columns",
        never=Literal(NEVER),
        motions=place("motion"),
        segments=place("segment"),
        industries=place("industry"),
        which=which,
    )
    with connection.cursor() as cursor:
        held = bytearray()
        with cursor.cursor.copy(SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(units)) as copy:
            for some in copy:
                held += some
                if len(held) > AT_ONCE:
                    whole = (len(held) - HEADER) // line.itemsize
                    yield np.frombuffer(held, line, whole, HEADER)
                    held = held[:HEADER] + held[HEADER + whole * line.itemsize :]
        yield np.frombuffer(held, line, (len(held) - HEADER) // line.itemsize, HEADER)
