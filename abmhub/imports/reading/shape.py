"""How a file of text is written: its encoding and what stands between its cells."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from charset_normalizer import from_bytes

from abmhub.imports.reading.refusals import NotReadable

SAMPLE_BYTES = 256 * 1024
SHARE_OF_NUL = 0.6
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "^": "caret", ":": "colon"}
# A time of day has colons too.
GUESSED_DELIMITERS = ",;\t|^"
ENCODINGS = (
    "utf-8", "windows-1252", "windows-1250", "windows-1251", "windows-1256",
    "utf-16", "utf-16-le", "utf-16-be", "big5", "gb18030", "shift_jis",
)  # fmt: skip
# UTF tells itself; and a few accents do not tell Central from Western Europe, which is the likelier.
NOT_GUESSED = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1250")
Opener = Callable[[], BinaryIO]


@dataclass(frozen=True)
class Shape:
    """How a file is written: a guess that a person may correct."""

    encoding: str
    delimiter: str

    @property
    def codec(self) -> str:
        """The name of the codec, byte-order mark taken care of."""
        return "utf-8-sig" if self.encoding == "utf-8" else self.encoding


def guess_shape(open_file: Opener) -> Shape:
    """Encoding and delimiter from the first part of the file. Raises NotReadable when it holds nothing."""
    with open_file() as file:
        sample = file.read(SAMPLE_BYTES)
    if not sample.strip():
        raise NotReadable("The file is empty.")
    encoding = _guess_encoding(open_file, sample)
    text = sample.decode(Shape(encoding, ",").codec, errors="replace")
    return Shape(encoding, _guess_delimiter(text))


def _guess_encoding(open_file: Opener, sample: bytes) -> str:
    if sample.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    if wide := _utf16_without_mark(sample):
        return wide
    bad_part = None if sample.startswith(BOM_UTF8) else _first_part_that_is_not_utf8(open_file)
    if bad_part is None:
        return "utf-8"
    candidates = [name.replace("-", "_") for name in ENCODINGS if name not in NOT_GUESSED]
    best = from_bytes(bad_part, cp_isolation=candidates).best()
    guess = best.encoding.replace("_", "-") if best else ""
    known = {name.replace("windows-", "cp").replace("_", "-"): name for name in ENCODINGS}
    return known.get(guess, "windows-1252")


def _utf16_without_mark(sample: bytes) -> str:
    """UTF-16 that does not say so: every other byte of Latin text is NUL, and no more than that."""
    even, odd = (half.count(0) / max(1, len(half)) for half in (sample[::2], sample[1::2]))
    if odd > SHARE_OF_NUL > 1 - SHARE_OF_NUL > even:
        return "utf-16-le"
    return "utf-16-be" if even > SHARE_OF_NUL > 1 - SHARE_OF_NUL > odd else ""


def _first_part_that_is_not_utf8(open_file: Opener) -> bytes | None:
    """The part of the file that shows it is not UTF-8, for a closer look; None when all of it is."""
    decode = getincrementaldecoder("utf-8")().decode
    last = b""
    with open_file() as file:
        while part := file.read(SAMPLE_BYTES):
            try:
                decode(part)
            except UnicodeDecodeError as error:
                return part[max(0, error.start - 32_768) : error.start + 32_768]
            last = part
    try:
        decode(b"", final=True)
    except UnicodeDecodeError:
        return last[-32_768:]
    return None


def _guess_delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into equally many columns, the more the better."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if len(lines) > 1 and len(text) >= SAMPLE_BYTES // 4:
        lines.pop()  # it may have been cut off
    best, best_score = ",", (0.0, 1)
    for delimiter in GUESSED_DELIMITERS:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells)
        width, times = max(widths.items(), key=lambda found: (found[1], found[0]), default=(1, 0))
        score = (times / len(lines), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best
