"""A file that somebody uploaded, until they confirm how it is read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from django.db import transaction

from abmhub.core.refusals import Refused
from abmhub.imports import recall
from abmhub.imports.columns import Facts, facts_of
from abmhub.imports.kinds import INTAKES, intake_of
from abmhub.imports.kinds.base import Intake
from abmhub.imports.mapping import ColumnMapping, Field, Guess, NotMapped, orders_of
from abmhub.imports.models import ImportPiece, ImportRun
from abmhub.imports.reading import MAX_FILE_BYTES, NotReadable, Shape, Table, batched, guess_shape
from abmhub.imports.reading.nature import HEAD_BYTES, Nature, nature_of
from abmhub.imports.recall import Known
from abmhub.imports.unpacking.opening import open_packed
from abmhub.imports.words import UnknownWord, unknown_words_of
from abmhub.users.models import User
from abmhub.users.verbs import require

PIECE_BYTES = 1024 * 1024
SAMPLE_ROWS = 1_000
# A word that comes up later is in doubt when the file is in.
ROWS_FOR_WORDS = 50_000


class UnknownKind(Refused):
    """There is no such kind of file."""


class NotADraft(Refused):
    """The file has been confirmed before."""


@dataclass(frozen=True)
class Look:
    """A first look into a draft: its columns, what is guessed of it, and the words that mean nothing we know.

    `asks_date_order` while nothing in the file tells how the dates of its mapping are meant.
    """

    fields: Sequence[Field]
    facts: list[Facts]
    guess: Guess
    words: list[UnknownWord]
    asks_date_order: bool
    notice: str


def upload(*, kind: str, source: str, file_name: str, file: BinaryIO, by: User | None, at: datetime) -> ImportRun:
    """Keep a file as a draft, with a guess of how it is to be read. `by` is None for who owns the machine.

    Without a `kind`, or a `source`, the columns tell it. Raises NotAllowed, UnknownKind, NotReadable.
    """
    if by is not None:
        require(by, "imports.import_files")
    if kind and kind not in INTAKES:
        raise UnknownKind(f"There is no kind “{kind}”: choose one of {', '.join(INTAKES)}.")
    with transaction.atomic():
        run = ImportRun.objects.create(
            kind=kind,
            source=source.strip()[:60],
            file_name=PurePath(file_name.replace("\0", "")).name[:200] or kind,
            by=by,
            started_at=at,
        )
        _keep(run, file)
        shape = guess_shape(run.open_file)
        run.kind = kind or _kind_told_by(run, shape)
        run.source = run.source or _source_told_by(run, shape)
        _describe(run, shape)
        run.save()
    return run


def _kind_told_by(run: ImportRun, shape: Shape) -> str:
    with Table(run.open_file, shape) as table:
        rows = _sample(table)
        kind = recall.kind_told_by(table.columns, rows, run.file_name)
    if not kind:
        raise UnknownKind(f"The columns do not tell what the rows are: choose one of {', '.join(INTAKES)}.")
    return kind


def _source_told_by(run: ImportRun, shape: Shape) -> str:
    with Table(run.open_file, shape) as table:
        rows = _sample(table)
        return recall.source_told_by(Known(run.kind, "", intake_of(run.kind).fields, table.columns, rows)) or "CSV"


def _keep(run: ImportRun, file: BinaryIO) -> None:
    """Keep the file as it came and, where that is no text, its text too. Raises NotReadable."""
    run.size_bytes = _keep_pieces(run, iter(lambda: file.read(PIECE_BYTES), b""), is_unpacked=False)
    if nature_of(run.open_as_it_came().read(HEAD_BYTES)) != Nature.TEXT:
        _unpack(run)


def _keep_pieces(run: ImportRun, pieces: Iterable[bytes], *, is_unpacked: bool) -> int:
    """Returns the size in bytes; raises NotReadable when that is too much."""
    size = 0
    for position, piece in enumerate(pieces):
        size += len(piece)
        if size > MAX_FILE_BYTES:
            raise NotReadable(f"The file is larger than {MAX_FILE_BYTES // 1024**2} MB: cut it into several.")
        ImportPiece.objects.create(run=run, is_unpacked=is_unpacked, position=position, content=piece)
    return size


def _unpack(run: ImportRun, sheet: str = "") -> None:
    run.pieces.filter(is_unpacked=True).delete()
    opened = open_packed(run.open_as_it_came(), partial(_keep_pieces, run, is_unpacked=True), sheet)
    run.size_bytes, run.is_packed = opened.size_bytes, opened.is_packed
    run.format = ImportRun.Format.XLSX if opened.is_workbook else ImportRun.Format.CSV
    run.sheets, run.sheet = list(opened.sheets), opened.sheet


def _describe(run: ImportRun, shape: Shape) -> None:
    """Read the header, and propose a mapping."""
    run.encoding, run.delimiter = shape.encoding, shape.delimiter
    with Table(run.open_file, shape) as table:
        run.columns = table.columns
    run.mapping = recall.propose(_known(run)).mapping.to_json()
    _forget_check(run)


def _forget_check(run: ImportRun) -> None:
    """What a dry run said holds no longer."""
    run.check_asked_at = run.checked_at = None
    run.expected = {}
    run.expected_rows.all().delete()


def shape_of(run: ImportRun) -> Shape:
    return Shape(run.encoding, run.delimiter)


def _known(run: ImportRun, intake: Intake | None = None) -> Known:
    """Raises NotReadable."""
    with Table(run.open_file, shape_of(run)) as table:
        rows = _sample(table)
    return Known(run.kind, run.source, (intake or intake_of(run.kind)).fields, run.columns, rows)


def _sample(table: Table) -> list[list[str]]:
    """The cells of the first rows that can be read."""
    first = next(batched(table.rows(), SAMPLE_ROWS), [])
    return [row.cells for row in first if not row.problem and not row.is_blank]


def look_into(run: ImportRun) -> Look:
    """Read the first rows of a draft as it is mapped now. Raises NotReadable."""
    intake = intake_of(run.kind)
    known, mapping = _known(run, intake), ColumnMapping.from_json(run.mapping)
    orders, needs_order = orders_of(known.fields, mapping.columns, known.columns, known.sample)
    order = mapping.date_order or (next(iter(orders)) if len(orders) == 1 else None)
    with Table(run.open_file, shape_of(run)) as table:
        rows = islice(table.rows(), ROWS_FOR_WORDS)
        words = unknown_words_of(known.fields, mapping, known.columns, rows, run.source)
    return Look(
        fields=known.fields,
        facts=facts_of(known.columns, known.sample, order),
        guess=recall.propose(known),
        words=words,
        asks_date_order=needs_order and len(orders) != 1,
        notice=intake.notice(run.source, mapping),
    )


def reread(*, run: ImportRun, shape: Shape | None = None, sheet: str = "") -> ImportRun:
    """Read a draft by another encoding and delimiter, or another of its sheets, and guess its mapping anew.

    Raises NotADraft, NotReadable.
    """
    with _draft(run) as draft:
        if sheet and sheet != draft.sheet:
            if draft.format != ImportRun.Format.XLSX:
                raise NotReadable("The file is no workbook, so it has no sheets to choose from.")
            _unpack(draft, sheet)
            shape = None
        _describe(draft, shape or guess_shape(draft.open_file))
        draft.save()
    return draft


def read_as(*, run: ImportRun, name: str) -> ImportRun:
    """Read a draft by the mapping of this name, as far as it has the columns. Raises NotADraft, NotMapped."""
    with _draft(run) as draft:
        draft.mapping = recall.propose_as(_known(draft), name).mapping.to_json()
        _forget_check(draft)
        draft.save()
    return draft


def map_columns(*, run: ImportRun, mapping: ColumnMapping) -> ImportRun:
    """Decide the mapping of a draft. Raises NotADraft, NotMapped."""
    with _draft(run) as draft:
        mapping.check(intake_of(draft.kind).fields, draft.columns)
        draft.mapping = mapping.to_json()
        _forget_check(draft)
        draft.save()
    return draft


def confirm(*, run: ImportRun, at: datetime) -> ImportRun:
    """Let the file come in as it is mapped: a worker takes it from here. Raises NotADraft, NotMapped."""
    with _draft(run) as draft:
        mapping = ColumnMapping.from_json(draft.mapping)
        mapping.check(intake_of(draft.kind).fields, draft.columns)
        mapping = with_date_order(draft, mapping)
        draft.mapping, draft.status, draft.confirmed_at = mapping.to_json(), ImportRun.Status.WAITING, at
        draft.save(update_fields=["mapping", "status", "confirmed_at"])
        recall.remember(draft, at)
    return draft


def with_date_order(run: ImportRun, mapping: ColumnMapping) -> ColumnMapping:
    """The order that the dates themselves tell, where nobody said it. Raises NotMapped when they tell none."""
    known = _known(run)
    orders, needs_order = orders_of(known.fields, mapping.columns, known.columns, known.sample)
    if mapping.date_order or not needs_order:
        return mapping
    if len(orders) != 1:
        raise NotMapped("Say whether 10/11/2016 is the 10th of November or the 11th of October.")
    return replace(mapping, date_order=next(iter(orders)))


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
