"""Reads a file that nobody checked: what cannot be read is a row with a problem, never a lost row."""

from abmhub.imports.reading.limits import MAX_CELL_CHARACTERS, MAX_FILE_BYTES
from abmhub.imports.reading.refusals import NotReadable
from abmhub.imports.reading.shape import DELIMITERS, ENCODINGS, Opener, Shape, guess_shape
from abmhub.imports.reading.text import Row, Table, batched, is_nameless

__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "MAX_CELL_CHARACTERS",
    "MAX_FILE_BYTES",
    "NotReadable",
    "Opener",
    "Row",
    "Shape",
    "Table",
    "batched",
    "guess_shape",
    "is_nameless",
]
