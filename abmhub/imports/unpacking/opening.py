"""From a file as it came to text, whatever it is packed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, BinaryIO

from abmhub.imports.reading import NotReadable
from abmhub.imports.reading.nature import HEAD_BYTES, Nature, nature_of
from abmhub.imports.unpacking.sandbox import PIECE_BYTES, Unpacking

Keep = Callable[[Iterable[bytes]], int]


@dataclass(frozen=True)
class Opened:
    """How a file came. `size_bytes` is that of its text."""

    size_bytes: int
    is_packed: bool = False
    is_workbook: bool = False
    sheets: tuple[str, ...] = ()
    sheet: str = ""


def open_packed(file: BinaryIO, keep: Keep, sheet: str = "") -> Opened:
    """Hand the text of a workbook or of a packed file to `keep`. Raises NotReadable."""
    with TemporaryFile() as came:
        _copy(iter(lambda: file.read(PIECE_BYTES), b""), came)
        nature = _nature_of(came)
        if nature == Nature.GZIP:
            return _open_gzip(came, keep, sheet)
        return _open_workbook(came, keep, sheet)


def _open_gzip(came: IO[bytes], keep: Keep, sheet: str) -> Opened:
    with TemporaryFile() as unpacked:
        _copy(Unpacking(came, Nature.GZIP).pieces(), unpacked)
        nature = _nature_of(unpacked)
        if nature == Nature.GZIP:
            raise NotReadable("This file is packed twice: unpack it once and bring that.")
        if nature == Nature.WORKBOOK:
            found = _open_workbook(unpacked, keep, sheet)
            return Opened(found.size_bytes, is_packed=True, is_workbook=True, sheets=found.sheets, sheet=found.sheet)
        unpacked.seek(0)
        return Opened(keep(iter(lambda: unpacked.read(PIECE_BYTES), b"")), is_packed=True)


def _open_workbook(came: IO[bytes], keep: Keep, sheet: str) -> Opened:
    unpacking = Unpacking(came, Nature.WORKBOOK, sheet)
    size = keep(unpacking.pieces())
    said = unpacking.said
    return Opened(size, is_workbook=True, sheets=tuple(said["sheets"]), sheet=said["sheet"])


def _nature_of(file: IO[bytes]) -> Nature:
    file.seek(0)
    return nature_of(file.read(HEAD_BYTES))


def _copy(pieces: Iterable[bytes], file: IO[bytes]) -> None:
    file.writelines(pieces)
    file.flush()
