"""A stream of XML without entities, for parts of a workbook."""

import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from abmhub.imports.unpacking.refusal import DAMAGED, Unopened

BYTES_AT_ONCE = 64 * 1024


class _Locals(dict[str, str]):
    """Names without their prefix, each worked out once."""

    def __missing__(self, name: str) -> str:
        found = name[name.rfind(":") + 1 :]
        if len(self) < MOST_NAMES:
            self[name] = found
        return found


MOST_NAMES = 1_000
LOCAL = _Locals()


def parser() -> expat.XMLParserType:
    """A parser that refuses what no workbook has: a document type with its entities."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse
    made.EntityDeclHandler = _refuse
    return made


def _refuse(*_: object) -> None:
    raise Unopened("The workbook declares XML entities, which no spreadsheet does: save it anew as .xlsx or CSV.")


def parse(part: IO[bytes], by: expat.XMLParserType) -> None:
    """Raises Unopened."""
    try:
        with part:
            while chunk := part.read(BYTES_AT_ONCE):
                by.Parse(chunk, False)
            by.Parse(b"", True)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, ValueError):
        raise Unopened(DAMAGED) from None
