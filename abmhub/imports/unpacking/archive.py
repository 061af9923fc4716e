"""Bytes out of what is packed, never more than the limits allow, whatever the file says about itself."""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO

from abmhub.imports.unpacking.limits import Limits
from abmhub.imports.unpacking.refusal import DAMAGED, TOO_LARGE, Unopened

CHUNK_BYTES = 256 * 1024
GZIP_WINDOW = 31
# The last record of a zip archive: signature, four counts, size and place of the directory, length of the comment.
END_RECORD = struct.Struct("<4s4H2LH")
MOST_COMMENT = 65_535
FLAG_ENCRYPTED = 0x1

OTHER_ARCHIVES = (
    ("xl/workbook.bin", "This is a binary Excel workbook (.xlsb): save it as .xlsx or CSV and bring that."),
    ("content.xml", "This is an OpenDocument file (.ods): save the sheet as .xlsx or CSV and bring that."),
    ("Index/Document.iwa", "This is a Numbers document: export it as .xlsx or CSV and bring that."),
    ("word/document.xml", "This is a Word document: save its table as .xlsx or CSV and bring that."),
    ("ppt/presentation.xml", "This is a presentation: bring its table as .xlsx or CSV."),
)


def gunzip(file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """What was packed with gzip, part by part. Raises Unopened."""
    packed = unpacked = 0
    is_within = False
    inflate = zlib.decompressobj(GZIP_WINDOW)
    while chunk := file.read(CHUNK_BYTES):
        packed += len(chunk)
        while chunk:
            try:
                part = inflate.decompress(chunk, CHUNK_BYTES)
            except zlib.error:
                raise Unopened(DAMAGED) from None
            unpacked += len(part)
            _check_growth(packed, unpacked, limits)
            yield part
            is_within, chunk = not inflate.eof, inflate.unconsumed_tail
            if inflate.eof:
                # One packed file after another is one file; the zeros that tapes leave are none.
                chunk = inflate.unused_data.lstrip(b"\0")
                inflate = zlib.decompressobj(GZIP_WINDOW)
    if is_within:
        raise Unopened(DAMAGED)


def _check_growth(packed: int, unpacked: int, limits: Limits) -> None:
    if unpacked > limits.small_bytes and unpacked > packed * limits.growth:
        raise Unopened(TOO_LARGE)
    if unpacked > limits.text_bytes:
        raise Unopened(f"The file unpacks to more than {limits.text_bytes // 1024**2} MB: cut it into several.")


class Archive:
    """The parts of a zip archive, by name."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        """Raises Unopened for what is no workbook, or says of itself that it is more than anybody needs."""
        self._limits = limits
        _check_directory(file, limits)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, UnicodeError, struct.error):
            raise Unopened(DAMAGED) from None
        parts = self._zip.infolist()
        self._parts = {part.filename.lstrip("/"): part for part in parts}
        self._check_what_it_is()
        if len(self._parts) != len(parts):
            raise Unopened(DAMAGED)
        if any(part.flag_bits & FLAG_ENCRYPTED for part in parts):
            raise Unopened("The workbook is protected with a password: save it without one.")
        for part in parts:
            _check_growth_of_a_part(part, limits)
        if sum(part.file_size for part in parts) > limits.inflated_bytes:
            raise Unopened(TOO_LARGE)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def open(self, name: str) -> IO[bytes]:
        """A part; it never gives more than it has declared. Raises Unopened when there is none."""
        part = self._parts.get(name)
        if part is None:
            raise Unopened(DAMAGED)
        try:
            return self._zip.open(part)
        except (zipfile.BadZipFile, OSError, NotImplementedError, UnicodeError, struct.error):
            raise Unopened(DAMAGED) from None

    def _check_what_it_is(self) -> None:
        if "xl/workbook.xml" in self or ("_rels/.rels" in self and not any(name in self for name, _ in OTHER_ARCHIVES)):
            return
        for name, sentence in OTHER_ARCHIVES:
            if name in self:
                raise Unopened(sentence)
        raise Unopened("This is a zip archive and no workbook: unpack it, and bring the file that is in it.")


def _check_directory(file: BinaryIO, limits: Limits) -> None:
    """Its size, before anything of it is read into memory. Raises Unopened."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - END_RECORD.size - MOST_COMMENT))
    tail = file.read()
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) - start < END_RECORD.size:
        raise Unopened(DAMAGED)
    directory_bytes = END_RECORD.unpack_from(tail, start)[5]
    if directory_bytes > limits.directory_bytes:
        raise Unopened("The workbook consists of too many parts: save the sheet as CSV and bring that.")


def _check_growth_of_a_part(part: zipfile.ZipInfo, limits: Limits) -> None:
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unopened(DAMAGED)
    if part.file_size > limits.small_bytes and part.file_size > part.compress_size * limits.growth:
        raise Unopened(TOO_LARGE)
