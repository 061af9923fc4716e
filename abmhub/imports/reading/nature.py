"""What a file is, by its first bytes: names and endings of files say nothing."""

from codecs import BOM_UTF8
from enum import StrEnum

from abmhub.imports.reading.refusals import NotReadable

HEAD_BYTES = 8 * 1024


class Nature(StrEnum):
    """What must be done before a file can be read as text."""

    TEXT = "text"
    WORKBOOK = "workbook"
    GZIP = "gzip"


ARCHIVE = "This is an archive: unpack it, and bring the file that is in it."
PICTURE = "This is a picture: bring the table as CSV or .xlsx."
OLD_OR_LOCKED = (
    "This is an old Excel workbook (.xls): save it as .xlsx or CSV and bring that.",
    "This workbook is protected with a password: save it without one and bring that.",
)
REFUSED = (
    (b"%PDF", "This is a PDF: export the table as CSV and bring that."),
    (b"{\\rtf", "This is a text document: save its table as CSV or .xlsx and bring that."),
    (b"PAR1", "This is a Parquet file: export it as CSV and bring that."),
    (b"SQLite format 3", "This is a database: export the table as CSV and bring that."),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
)
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<body", b"<style", b"<div", b"<script")


def nature_of(head: bytes) -> Nature:
    """Raises NotReadable for what is no table, with what to do."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Nature.WORKBOOK
    if head.startswith(b"\x1f\x8b"):
        return Nature.GZIP
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotReadable(OLD_OR_LOCKED[ENCRYPTED_STREAM in head])
    for magic, sentence in REFUSED:
        if head.startswith(magic):
            raise NotReadable(sentence)
    words = head.removeprefix(BOM_UTF8).lstrip()
    if words[:20].lower().startswith(MARKUP):
        raise NotReadable("This is a web page or XML, whatever its name says: save it as .xlsx or CSV and bring that.")
    if words.startswith((b"{", b"[{")):
        raise NotReadable("This is JSON: export the table as CSV and bring that.")
    return Nature.TEXT
