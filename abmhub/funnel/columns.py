"""The units of the funnel as columns of numbers, in files of this host: any cut of a million of them takes a moment.

PostgreSQL is the record. The files are made from it once for each edition of the units, by whoever first misses them,
and may be deleted at any time. They are read by mapping them, so that all processes of a host share one copy.
"""

import fcntl
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Composable, Literal

from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.funnel.models import Edition, FunnelUnit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

FEW = 20_000
"""So few units PostgreSQL counts before anybody notices: they need no files."""
ENTRIES, DEALS = "entries", "deals"
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
HEADER, AT_ONCE = 19, 1 << 24
"""Bytes: what a binary COPY begins with, and how much of it is held."""


class Overtaken(OSError):
    """A night published while the files were made: they hold neither edition."""


@dataclass(frozen=True, eq=False)
class Columns:
    """The units of one edition, those of a motion one after the other: its entries first, its deals last.

    `words` has what SQL calls each key of a dimension, in order; None, the last of them, is no key.
    """

    numbers: Mapping[str, "Numbers"]
    words: Mapping[str, Sequence[str | None]]
    parts: Mapping[tuple[Motion, str], slice]
    """Where the entries and the deals of a motion are: some deals are both."""


def newest() -> Columns | None:
    """The columns of the units as they are now, made if need be.

    None of few units, and where no files can be written: then PostgreSQL counts.
    """
    edition = Edition.objects.values_list("token", "units").first()
    if edition is None or edition[1] <= FEW:
        return None
    try:
        return _opened(_kept(str(edition[0])))
    except OSError:
        return None


def _folder() -> Path:
    """That of this database alone."""
    folder: Path = settings.HOME.path / "columns" / str(connection.settings_dict["NAME"]).replace("/", "_")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _kept(token: str) -> Path:
    """The folder of an edition. One process at a time makes it, and removes those before, but for the last.

    Until a night is published others still ask for that one, while the night counts over its own.
    """
    kept = _folder() / token
    if kept.exists():
        return kept
    with (_folder() / "making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            before = sorted(filter(Path.is_dir, _folder().iterdir()), key=lambda each: each.stat().st_mtime)[:-1]
            making = Path(tempfile.mkdtemp(dir=_folder()))
            try:
                _make(making)
                if str(Edition.objects.values_list("token", flat=True).first()) != token:
                    raise Overtaken(token)
                making.rename(kept)
            finally:
                for each in (making, *before):
                    shutil.rmtree(each, ignore_errors=True)
    return kept


def _make(folder: Path) -> None:
    """Copy the units out, bit by bit, then put them in order and each key in its place."""
    import numpy as np

    texts = {"motion": list(Motion.values), "segment": _texts("segment"), "industry": _texts("industry")}
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / name).open("wb")) for name in FIELDS}
        for rows in _copied(texts):
            for name, kind in FIELDS.items():
                rows[name].astype(kind).tofile(files[name])

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


def _months(days: "Numbers") -> "Numbers":
    """The number of the month of each day, from the year 0 on; -1 of one that never came."""
    import numpy as np

    from_1970 = days.astype("i8") - date(1970, 1, 1).toordinal()
    months = from_1970.astype("M8[D]").astype("M8[M]").astype("i8") + 12 * 1970
    return np.where(days == NEVER, -1, months)


@lru_cache(maxsize=2)
def _opened(folder: Path) -> Columns:
    import numpy as np

    def mapped(name: str) -> "Numbers":
        kind = "i4" if name in PLACES else FIELDS[name]
        return np.memmap(folder / name, kind, "r") if (folder / name).stat().st_size else np.zeros(0, kind)

    numbers = {name: mapped(name).view(np.ndarray) for name in (*FIELDS, "month")}
    words = json.loads((folder / "words.json").read_text("utf-8"))
    parts = dict.fromkeys(product(Motion, (ENTRIES, DEALS)), slice(0, 0))
    for place, motion in enumerate(words["motion"][:-1]):
        first, end = np.searchsorted(numbers["motion"], (place, place + 1)).tolist()
        entries, deals = (int(np.count_nonzero(numbers[name][first:end])) for name in ("is_entry", "is_deal"))
        parts[Motion(motion), ENTRIES] = slice(first, first + entries)
        parts[Motion(motion), DEALS] = slice(end - deals, end)
    return Columns(numbers, words, parts)


def _texts(name: str) -> list[str]:
    found = FunnelUnit.objects.exclude(**{name: ""}).order_by(name).values_list(name, flat=True)
    return list(found.distinct())


def _copied(texts: Mapping[str, Sequence[str]]) -> Iterator["Numbers"]:
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
