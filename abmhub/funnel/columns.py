"""The units of the funnel as columns of numbers, in files of this host: any cut of a million of them takes a moment.

PostgreSQL is the record. The files are made from it once for each edition of the units, by whoever first misses them
(funnel/column_files.py), and may be deleted at any time. They are read by mapping them, so that all processes of a host
share one copy.
"""

import fcntl
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from abmhub.campaigns.models import Motion
from abmhub.funnel import column_files
from abmhub.funnel.column_files import FIELDS, PLACES
from abmhub.funnel.models import Edition

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

FEW = 20_000
"""So few units PostgreSQL counts before anybody notices: they need no files."""
ENTRIES, DEALS = "entries", "deals"


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
    edition = Edition.objects.first()
    if edition is None or edition.units <= FEW:
        return None
    try:
        return _opened(_kept(edition))
    except OSError:
        return None


def _folder() -> Path:
    """That of this database alone."""
    folder: Path = settings.HOME.path / "columns" / str(connection.settings_dict["NAME"]).replace("/", "_")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _kept(edition: Edition) -> Path:
    """The folder of an edition. One process at a time makes it, and removes those of others, but for the last.

    Until a night is published others still ask for that one, while the night counts over its own, which it makes of it.
    """
    kept, before = (_folder() / str(token) for token in (edition.token, edition.previous))
    if kept.exists():
        return kept
    with (_folder() / "making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            others = {each for each in _folder().iterdir() if each.is_dir()} - {before}
            making = Path(tempfile.mkdtemp(dir=_folder()))
            try:
                column_files.make(making, before=before if before.exists() else None)
                if Edition.objects.values_list("token", flat=True).first() != edition.token:
                    raise Overtaken(edition.token)
                making.rename(kept)
            finally:
                for each in (making, *others):
                    shutil.rmtree(each, ignore_errors=True)
    return kept


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
