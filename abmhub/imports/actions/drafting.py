"""A file that somebody uploaded, until they confirm how it is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from django.db import transaction

from abmhub.core.refusals import Refused
from abmhub.imports.kinds import INTAKES, intake_of
from abmhub.imports.mapping import ColumnMapping, Guess, NotMapped, guess
from abmhub.imports.models import ImportPiece, ImportRun
from abmhub.imports.reading import MAX_FILE_BYTES, NotReadable, Row, Shape, Table, guess_shape
from abmhub.users.models import User
from abmhub.users.verbs import require

PIECE_BYTES = 1024 * 1024
SAMPLE_ROWS = 1_000


class UnknownKind(Refused):
    """There is no such kind of file."""


class NotADraft(Refused):
    """The file has been confirmed before."""


@dataclass(frozen=True)
class Look:
    """A first look into a file: its first rows and the mapping they suggest."""

    rows: list[Row]
    guess: Guess


def upload(*, kind: str, source: str, file_name: str, file: BinaryIO, by: User | None, at: datetime) -> ImportRun:
    """Keep a file as a draft, with a guess of how it is to be read. `by` is None for who owns the machine.

    Raises NotAllowed, UnknownKind, NotReadable.
    """
    if by is not None:
        require(by, "imports.import_files")
    if kind not in INTAKES:
        raise UnknownKind(f"There is no kind “{kind}”: choose one of {', '.join(INTAKES)}.")
    with transaction.atomic():
        run = ImportRun.objects.create(
            kind=kind,
            source=source.strip()[:60] or "CSV",
            file_name=PurePath(file_name.replace("\0", "")).name[:200] or kind,
            by=by,
            started_at=at,
        )
        run.size_bytes = _keep(run, file)
        shape = guess_shape(run.open_file)
        _describe(run, shape)
        run.mapping = look_into(run).guess.mapping.to_json()
        run.save()
    return run


def _keep(run: ImportRun, file: BinaryIO) -> int:
    """Keep the file in pieces. Returns its size in bytes; raises NotReadable when that is too much."""
    size = position = 0
    while piece := file.read(PIECE_BYTES):
        size += len(piece)
        if size > MAX_FILE_BYTES:
            raise NotReadable(f"The file is larger than {MAX_FILE_BYTES // 1024**2} MB: cut it into several.")
        ImportPiece.objects.create(run=run, position=position, content=piece)
        position += 1
    return size


def _describe(run: ImportRun, shape: Shape) -> None:
    run.encoding, run.delimiter = shape.encoding, shape.delimiter
    with Table(run.open_file, shape) as table:
        run.columns = table.columns


def shape_of(run: ImportRun) -> Shape:
    return Shape(run.encoding, run.delimiter)


def look_into(run: ImportRun) -> Look:
    """Read the first rows and guess the mapping from them. Raises NotReadable."""
    with Table(run.open_file, shape_of(run)) as table:
        rows = list(islice(table.rows(), SAMPLE_ROWS))
        sample = [row.cells for row in rows if not row.problem and not row.is_blank]
        return Look(rows, guess(intake_of(run.kind).fields, table.columns, sample))


def reread(*, run: ImportRun, shape: Shape) -> ImportRun:
    """Read a draft by another encoding or delimiter, and guess its mapping anew. Raises NotADraft, NotReadable."""
    with _draft(run) as draft:
        _describe(draft, shape)
        draft.mapping = look_into(draft).guess.mapping.to_json()
        draft.save()
    return draft


def map_columns(*, run: ImportRun, mapping: ColumnMapping) -> ImportRun:
    """Decide the mapping of a draft. Raises NotADraft, NotMapped."""
    with _draft(run) as draft:
        mapping.check(intake_of(draft.kind).fields, draft.columns)
        draft.mapping = mapping.to_json()
        draft.save(update_fields=["mapping"])
    return draft


def confirm(*, run: ImportRun, at: datetime) -> ImportRun:
    """Let the file come in as it is mapped: a worker takes it from here. Raises NotADraft, NotMapped."""
    with _draft(run) as draft:
        mapping = ColumnMapping.from_json(draft.mapping)
        mapping.check(intake_of(draft.kind).fields, draft.columns)
        if look_into(draft).guess.date_order_is_open and mapping.date_order is None:
            raise NotMapped("Say whether 10/11/2016 is the 10th of November or the 11th of October.")
        draft.status, draft.confirmed_at = ImportRun.Status.WAITING, at
        draft.save(update_fields=["status", "confirmed_at"])
    return draft


def discard(*, run: ImportRun) -> None:
    """Forget a draft and its file. Raises NotADraft."""
    with _draft(run) as draft:
        draft.delete()


@contextmanager
def _draft(run: ImportRun) -> Iterator[ImportRun]:
    with transaction.atomic():
        found = ImportRun.objects.select_for_update().filter(pk=run.pk).first()
        if found is None or found.status != ImportRun.Status.DRAFT:
            raise NotADraft("This file has been confirmed already.")
        yield found
