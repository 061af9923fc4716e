"""Files of tasks: which are taken in, where they lie, and which nobody refers to any more.

What a file is, its first bytes say, whatever it is called. The list is short on purpose: nothing that a computer runs,
no drawing or page that may carry scripts (SVG, HTML), no archive, no Office file with macros.
"""

import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import IO
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import Sum

from abmhub.core.refusals import Refused
from abmhub.orders.models import TaskFile

LARGEST_BYTES = 25_000_000
FOLDER = "tasks"
YOUNG = timedelta(hours=2)
"""A file without a row may belong to an upload that goes on: no upload takes so long."""

OFFICE = "application/vnd.openxmlformats-officedocument"
SUFFIXES = {
    # what a file is: how its name may end, the first being what is added to a name that says something else
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "video/mp4": (".mp4", ".m4v", ".mov"),
    f"{OFFICE}.wordprocessingml.document": (".docx",),
    f"{OFFICE}.spreadsheetml.sheet": (".xlsx",),
    f"{OFFICE}.presentationml.presentation": (".pptx",),
    "text/plain": (".txt", ".csv", ".md"),
}
KINDS_IN_WORDS = "PDF, PNG, JPEG, WebP, GIF, MP4, Word, Excel, PowerPoint (without macros) or plain text"


class FileRefused(Refused):
    """It is too large, of a kind that is not taken in, or there is no room left."""


def kind_of(content: IO[bytes]) -> str:
    """What the content says it is, one of SUFFIXES; empty when it is nothing that is taken in."""
    content.seek(0)
    start = content.read(4096)
    content.seek(0)
    if start.startswith(b"%PDF-"):
        return "application/pdf"
    if start.startswith(b"\x89PNG\r\n\x1a\n") and start[12:16] == b"IHDR":
        return "image/png"
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "image/webp"
    if start.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if start[4:8] == b"ftyp" and start[8:12] in (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  "):
        return "video/mp4"
    if start.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    return "text/plain" if _is_plain_text(content) else ""


def _office_kind(content: IO[bytes]) -> str:
    """Which Office file an archive is; empty for any other archive, and for one with macros."""
    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return ""
    finally:
        content.seek(0)
    if "[Content_Types].xml" not in names or any("vbaproject" in name.lower() for name in names):
        return ""
    folders = {"word/document.xml": "wordprocessingml.document", "xl/workbook.xml": "spreadsheetml.sheet"}
    folders["ppt/presentation.xml"] = "presentationml.presentation"
    return next((f"{OFFICE}.{kind}" for part, kind in folders.items() if part in names), "")


def _is_plain_text(content: IO[bytes]) -> bool:
    """Whether it is UTF-8 without control characters, and begins neither as a page nor as a script."""
    read = content.read()
    content.seek(0)
    try:
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    begins = text.lstrip()[:2]
    has_control = any(character < " " and character not in "\t\n\r\f" for character in text)
    return bool(begins) and not begins.startswith(("<", "#!")) and not has_control


def proper_name(name: str, kind: str) -> str:
    """The name without folders and control characters, ending as its kind does."""
    name = "".join(character for character in PurePosixPath(name.replace("\\", "/")).name if character.isprintable())
    suffixes = SUFFIXES[kind]
    name = name.strip(" .") or f"file{suffixes[0]}"
    if not name.lower().endswith(suffixes):
        name += suffixes[0]
    room = TaskFile._meta.get_field("name").max_length or 0
    suffix = PurePosixPath(name).suffix
    return name if len(name) <= room else name[: room - len(suffix)] + suffix


def check(file: "File[bytes]") -> str:
    """The kind of an uploaded file. Raises FileRefused."""
    size = file.size
    if not size:
        raise FileRefused("This file is empty.")
    if size > LARGEST_BYTES:
        raise FileRefused(f"This file is larger than {LARGEST_BYTES // 1_000_000} MB: add a link to it in a comment.")
    kind = kind_of(file)
    if not kind:
        raise FileRefused(f"This kind of file is not taken in. Use {KINDS_IN_WORDS}.")
    used = TaskFile.objects.aggregate(total=Sum("size"))["total"] or 0
    if used + size > settings.ABMHUB_FILES_MB * 1_000_000:
        raise FileRefused("There is no room left for files: an administrator can raise ABMHUB_FILES_MB.")
    return kind


def keep(file: "File[bytes]", at: datetime) -> str:
    """Write the content where nothing of its name or kind shows, and return the path. Raises FileRefused."""
    try:
        return default_storage.save(f"{FOLDER}/{at:%Y-%m}/{uuid4().hex}", file)
    except OSError as error:
        raise FileRefused("The file could not be kept: try again, or tell an administrator.") from error


def sweep(*, at: datetime) -> int:
    """Delete files that no row refers to, as killed uploads and removed tasks leave them; return how many."""
    swept = 0
    for folder in default_storage.listdir(FOLDER)[0] if default_storage.exists(FOLDER) else []:
        paths = [f"{FOLDER}/{folder}/{name}" for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]]
        for path in _unknown(paths):
            if default_storage.get_modified_time(path) < at - YOUNG:
                default_storage.delete(path)
                swept += 1
    return swept


def _unknown(paths: list[str]) -> Iterator[str]:
    """Those of the paths that no row has, asked in chunks."""
    for first in range(0, len(paths), 1000):
        chunk = paths[first : first + 1000]
        known = set(TaskFile.objects.filter(path__in=chunk).values_list("path", flat=True))
        yield from (path for path in chunk if path not in known)
