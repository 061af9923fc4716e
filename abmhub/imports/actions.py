"""A file on its way in: uploaded, confirmed, applied; and what a person settles afterwards."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

import structlog
from django.db import connection, transaction

from abmhub.accounts.actions import correct_country, correct_industry
from abmhub.accounts.countries import code_of
from abmhub.accounts.models import Account
from abmhub.core import sql
from abmhub.core.refusals import Refused
from abmhub.imports import staging
from abmhub.imports.kinds import INTAKES, intake_of
from abmhub.imports.kinds.base import Intake, Overtaken, Reading
from abmhub.imports.mapping import ColumnMapping, Guess, NotMapped, guess
from abmhub.imports.models import ImportPiece, ImportRun, Settlement
from abmhub.imports.reading import MAX_FILE_BYTES, NotReadable, Row, Shape, Table, guess_shape
from abmhub.imports.suggestion import accounts_like, products_like
from abmhub.pipeline.actions import settle_account, settle_product
from abmhub.pipeline.models import Opportunity, Product
from abmhub.users.models import User
from abmhub.users.verbs import require

log = structlog.get_logger(__name__)

PIECE_BYTES = 1024 * 1024
SAMPLE_ROWS = 1_000
# How often others may write the same rows meanwhile, and how often a worker may die over a file.
ATTEMPTS = 3
MOST_ENDS = 5
# The first half of an advisory lock: the second is the run. It dies with the connection, as the worker does.
APPLYING = 0x1AB
ONE_AT_A_TIME = 0x1AC


class UnknownKind(Refused):
    """There is no such kind of file."""


class NotADraft(Refused):
    """The file has been confirmed before."""


class BeingApplied(Refused):
    """Somebody else is taking this file in right now, or has done so."""


@dataclass(frozen=True)
class Figures:
    """What became, or would become, of the rows of a file."""

    rows: int
    accepted: int
    rejected: int
    skipped: int
    created: int
    updated: int
    unchanged: int
    doubtful: int


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


def preview(*, run: ImportRun, at: datetime) -> Figures:
    """What applying the file now would do: it is done, counted, and taken back. Raises NotReadable, NotMapped."""
    with transaction.atomic():
        intake, reading = intake_of(run.kind), _reading(run, at)
        with Table(run.open_file, shape_of(run)) as table:
            staging.stage(intake, table, reading)
        figures = _take_in(intake, reading)
        transaction.set_rollback(True)
    return figures


def apply(*, run: ImportRun, at: datetime) -> ImportRun:
    """Take the rows of a confirmed file in, all of them or, when this is interrupted, none.

    Applying again what a dead worker left is safe: nothing was written. A file that turns out unreadable is
    refused as a whole. Raises BeingApplied.
    """
    with _claimed(run) as claimed:
        if claimed.attempts >= MOST_ENDS:
            return _refuse(claimed, Refused(f"Taking the file in broke off {MOST_ENDS} times: the log says why."), at)
        try:
            _stage_with_progress(claimed, at)
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return _finish(claimed, at)
                except Overtaken:
                    log.warning("import_overtaken", run=claimed.pk, attempt=attempt)
            raise BeingApplied("Other writers change the same rows: try again when they have finished.")
        except (NotReadable, NotMapped) as refusal:
            return _refuse(claimed, refusal, at)
        finally:
            staging.clear()


@contextmanager
def _claimed(run: ImportRun) -> Iterator[ImportRun]:
    """The run, while no other worker has it. The lock is the connection's, not a transaction's, so that progress
    can be seen meanwhile; a killed worker loses it with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [APPLYING, run.pk])
        (is_mine,) = cursor.fetchone()
    if not is_mine:
        raise BeingApplied("This file is being taken in right now.")
    try:
        found = ImportRun.objects.to_apply().filter(pk=run.pk).first()
        if found is None:
            raise BeingApplied("This file waits for confirmation, or has been taken in already.")
        yield found
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [APPLYING, run.pk])


def _stage_with_progress(run: ImportRun, at: datetime) -> None:
    run.status, run.attempts = ImportRun.Status.RUNNING, run.attempts + 1
    run.save(update_fields=["status", "attempts"])

    def progress(rows: int, size: int) -> None:
        ImportRun.objects.filter(pk=run.pk).update(rows=rows, read_bytes=size)

    with Table(run.open_file, shape_of(run)) as table:
        staging.stage(intake_of(run.kind), table, _reading(run, at), progress)


def _reading(run: ImportRun, at: datetime) -> Reading:
    mapping = ColumnMapping.from_json(run.mapping)
    mapping.check(intake_of(run.kind).fields, run.columns)
    return Reading.of(run.source, mapping, at)


@transaction.atomic
def _finish(run: ImportRun, at: datetime) -> ImportRun:
    figures = _take_in(intake_of(run.kind), _reading(run, at))
    sql.run("imports/rows/write_remarks", run=run.pk)
    for name, value in vars(figures).items():
        setattr(run, name, value)
    run.status, run.finished_at, run.read_bytes = ImportRun.Status.DONE, at, run.size_bytes
    # Figures need not be computed again when nothing has changed.
    run.figures_at = None if run.created or run.updated else at
    run.save()
    run.pieces.all().delete()
    return run


def _take_in(intake: Intake, reading: Reading) -> Figures:
    """Resolve and write what is staged. Two files at once take turns here, so that neither misses the other's rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [ONE_AT_A_TIME])
    intake.resolve(reading)
    intake.write(reading)
    intake.suggest()
    return Figures(**sql.rows("imports/rows/figures")[0])


@transaction.atomic
def _refuse(run: ImportRun, refusal: Refused, at: datetime) -> ImportRun:
    run.status, run.refusal, run.finished_at = ImportRun.Status.REFUSED, refusal.message, at
    run.save(update_fields=["status", "refusal", "finished_at"])
    run.pieces.all().delete()
    return run


def apply_waiting(*, at: Callable[[], datetime]) -> list[ImportRun]:
    """Take in every confirmed file that nobody else is at, oldest first. Returns those that are over."""
    applied = []
    for run in ImportRun.objects.to_apply():
        try:
            applied.append(apply(run=run, at=at()))
        except BeingApplied:
            continue
    return applied


def note_figures(*, at: datetime) -> int:
    """Remember that scores, tiers and funnel were computed at this moment with every file applied until then."""
    return ImportRun.objects.without_figures().filter(finished_at__lte=at).update(figures_at=at)


class NotKnown(Refused):
    """What a person named is not here, or not only once."""


@transaction.atomic
def settle_name(*, source: str, field: str, value: str, meaning: str, by: User, at: datetime) -> int:
    """Say what a word in the files of a source means, for all that came with it and all that will.

    `meaning` is the name of a product, the name or domain of an account, an industry or a country. Returns how
    many rows were settled now; saying something else later changes only what comes then. Raises NotAllowed, NotKnown.
    """
    require(by, "imports.import_files")
    settlement = {"by": by, "settled_at": at, "account": None, "product": None, "meaning": ""}
    deals = Opportunity.objects.filter(source=source)
    if field == Settlement.Field.PRODUCT:
        product = settlement["product"] = product_called(meaning)
        settled = settle_product(opportunities=deals.filter(product_name=value), product=product, by=by)
    elif field == Settlement.Field.ACCOUNT and value:
        account = settlement["account"] = account_called(meaning)
        settled = settle_account(opportunities=deals.filter(account_name=value), account=account, by=by, at=at)
    elif field == Settlement.Field.INDUSTRY and meaning.strip():
        industry = settlement["meaning"] = meaning.strip()[:100]
        settled = correct_industry(source=source, came_as=value, industry=industry, at=at)
    elif field == Settlement.Field.COUNTRY and (code := code_of(meaning)):
        settlement["meaning"] = code
        settled = correct_country(source=source, came_as=value, country=code, at=at)
    else:
        raise NotKnown(f"“{meaning}” is no {field} that we know.")
    Settlement.objects.update_or_create(source=source, field=field, value=value, defaults=settlement)
    return settled


def settle_deals(*, deals: Collection[int], field: str, meaning: str, by: User, at: datetime) -> int:
    """Say which account or product these deals, by their keys, are about. Raises NotAllowed, NotKnown."""
    opportunities = Opportunity.objects.filter(pk__in=deals)
    if field == Settlement.Field.PRODUCT:
        return settle_product(opportunities=opportunities, product=product_called(meaning), by=by)
    return settle_account(opportunities=opportunities, account=account_called(meaning), by=by, at=at)


def product_called(name: str) -> Product:
    """Raises NotKnown, with the product that was probably meant."""
    product = Product.objects.filter(name__iexact=name.strip()).first()
    if product is None:
        like = products_like([name]).get(name)
        raise NotKnown(f"There is no product “{name}”.{f' Did you mean {like}?' if like else ''}")
    return product


def account_called(name: str) -> Account:
    """The one account of this name or domain. Raises NotKnown, with the account that was probably meant."""
    found = list(Account.objects.called(name)[:2])
    if len(found) > 1:
        raise NotKnown(f"Several accounts are called “{name}”: give the domain instead.")
    if not found:
        like = accounts_like([name]).get(name)
        raise NotKnown(f"There is no account “{name}”.{f' Did you mean {like}?' if like else ''}")
    return found[0]
