"""The way of a file: a draft, confirmed, taken in whole or not at all."""

import io
from datetime import datetime

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abmhub.accounts.models import Account
from abmhub.core.refusals import NotAllowed
from abmhub.imports import actions, staging
from abmhub.imports.actions import BeingApplied, NotADraft, UnknownKind, applying, drafting
from abmhub.imports.kinds import INTAKES
from abmhub.imports.kinds.accounts import Accounts
from abmhub.imports.kinds.base import Overtaken, Reading
from abmhub.imports.mapping import ColumnMapping, NotMapped
from abmhub.imports.models import ImportPiece, ImportRun
from abmhub.imports.reading import NotReadable, Shape, limits
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, uploaded

pytestmark = pytest.mark.django_db

FILE = "account,city\nDelta,Oslo\nZeta,Rome\n"
Status = ImportRun.Status


@pytest.fixture
def draft(now: datetime) -> ImportRun:
    return uploaded("accounts", FILE, now)


def state(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)


@pytest.mark.parametrize(("many", "is_looked_at"), [(2, True), (3, False)], ids=["many", "few"])
def test_the_planner_is_told_of_many_new_rows_before_the_night(
    take_in: TakeIn, monkeypatch: pytest.MonkeyPatch, many: int, is_looked_at: bool
) -> None:
    monkeypatch.setattr(applying, "MANY", many)
    with CaptureQueriesContext(connection) as asked:
        take_in("products", "name,price\nCranes,10\nLadders,20\n")
    looks = [query for query in map(str, asked) if "ANALYZE " in query and "pipeline_product" in query]
    assert bool(looks) is is_looked_at


class TestUpload:
    def test_nothing_comes_in_before_somebody_confirms(self, draft: ImportRun, now: datetime) -> None:
        assert actions.apply_waiting(at=lambda: now) == []
        assert (state(draft).status, Account.objects.count()) == (Status.DRAFT, 0)

    @pytest.mark.parametrize("person", ["rep", "sales_manager", "marketer", "analyst"])
    def test_only_some_may_bring_files(self, person: str, request: pytest.FixtureRequest, now: datetime) -> None:
        with pytest.raises(NotAllowed):
            actions.upload(
                kind="accounts",
                source="",
                file_name="a.csv",
                file=io.BytesIO(b""),
                by=request.getfixturevalue(person),
                at=now,
            )

    def test_an_unknown_kind_is_told_the_kinds(self, now: datetime) -> None:
        with pytest.raises(UnknownKind, match="products, users, accounts, contacts"):
            uploaded("shoes", FILE, now)

    def test_a_file_that_is_no_table_leaves_nothing(self, now: datetime) -> None:
        with pytest.raises(NotReadable):
            uploaded("accounts", b"PK\x03\x04", now)
        assert not ImportRun.objects.exists()

    def test_a_file_that_is_too_large_leaves_nothing(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(drafting, "MAX_FILE_BYTES", 10)
        with pytest.raises(NotReadable, match="cut it into several"):
            uploaded("accounts", FILE, now)
        assert not ImportPiece.objects.exists()

    def test_it_is_kept_in_pieces_and_read_as_one(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(drafting, "PIECE_BYTES", 7)
        run = uploaded("accounts", FILE, now)
        assert run.pieces.count() == 5
        assert run.open_file().read() == FILE.encode()
        assert run.size_bytes == len(FILE)
        assert run.columns == ["account", "city"]

    def test_a_path_in_the_file_name_is_left_out(self, now: datetime) -> None:
        run = actions.upload(
            kind="accounts",
            source=" CRM ",
            file_name="../../a.csv",
            file=io.BytesIO(FILE.encode()),
            by=None,
            at=now,
        )
        assert (run.file_name, run.source) == ("a.csv", "CRM")


class TestDraft:
    def test_another_delimiter_gives_other_columns(self, now: datetime) -> None:
        run = uploaded("accounts", "account;city\nDelta;Oslo\n", now)
        run = actions.reread(run=run, shape=Shape("utf-8", ","))
        assert run.columns == ["account;city"]

    def test_a_required_field_needs_a_column(self, draft: ImportRun, now: datetime) -> None:
        with pytest.raises(NotMapped, match="Account"):
            actions.map_columns(run=draft, mapping=ColumnMapping({"location": "city"}))
        ImportRun.objects.update(mapping={})
        with pytest.raises(NotMapped, match="Account"):
            actions.confirm(run=draft, at=now)

    def test_dates_of_two_meanings_must_be_decided(self, now: datetime) -> None:
        run = uploaded("opportunities", "id,stage,close date\n1,Won,10/11/2016\n", now)
        with pytest.raises(NotMapped, match="10th of November"):
            actions.confirm(run=run, at=now)

    def test_it_can_be_forgotten(self, draft: ImportRun) -> None:
        actions.discard(run=draft)
        assert not ImportRun.objects.exists()
        assert not ImportPiece.objects.exists()

    def test_what_is_confirmed_is_no_draft_any_more(self, draft: ImportRun, now: datetime) -> None:
        actions.confirm(run=draft, at=now)
        for act in (
            lambda: actions.confirm(run=draft, at=now),
            lambda: actions.discard(run=draft),
            lambda: actions.map_columns(run=draft, mapping=ColumnMapping({"name": "account"})),
            lambda: actions.reread(run=draft, shape=Shape("utf-8", ";")),
        ):
            with pytest.raises(NotADraft):
                act()


class TestPreview:
    def test_it_counts_what_would_happen_and_leaves_nothing(self, draft: ImportRun, now: datetime) -> None:
        figures = actions.preview(run=draft, at=now)
        assert (figures.rows, figures.created, figures.accepted) == (2, 2, 2)
        assert (Account.objects.count(), state(draft).status) == (0, Status.DRAFT)

    def test_the_import_then_does_what_it_said(self, take_in: TakeIn, now: datetime) -> None:
        take_in("accounts", "account,city\nDelta,Bonn\n")
        run = uploaded("accounts", FILE, now)
        promised = vars(actions.preview(run=run, at=now))
        done = actions.apply(run=actions.confirm(run=run, at=now), at=now)
        assert promised == {name: getattr(done, name) for name in promised}


class TestApply:
    def test_the_file_is_emptied_when_its_rows_are_in(self, draft: ImportRun, now: datetime) -> None:
        run = actions.apply(run=actions.confirm(run=draft, at=now), at=now)
        assert (run.status, run.finished_at, run.figures_at) == (Status.DONE, now, None)
        assert not ImportPiece.objects.exists()

    def test_a_draft_is_not_applied(self, draft: ImportRun, now: datetime) -> None:
        with pytest.raises(BeingApplied):
            actions.apply(run=draft, at=now)
        assert not Account.objects.exists()

    def test_a_file_is_applied_once(self, draft: ImportRun, now: datetime) -> None:
        run = actions.apply(run=actions.confirm(run=draft, at=now), at=now)
        with pytest.raises(BeingApplied):
            actions.apply(run=run, at=now)

    def test_a_file_that_turns_out_unreadable_is_refused_whole(
        self, draft: ImportRun, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        actions.confirm(run=draft, at=now)
        monkeypatch.setattr(limits, "MAX_ROWS", 1)
        run = actions.apply(run=draft, at=now)
        assert (run.status, Account.objects.count()) == (Status.REFUSED, 0)
        assert "cut it into several" in run.refusal
        assert not ImportPiece.objects.exists()

    def test_a_file_that_changes_nothing_leaves_the_figures_alone(self, take_in: TakeIn, now: datetime) -> None:
        take_in("accounts", FILE)
        assert ImportRun.objects.without_figures().count() == 1
        actions.note_figures(at=now)
        assert take_in("accounts", FILE).figures_at == now
        assert not ImportRun.objects.without_figures().exists()

    def test_writers_who_come_between_are_waited_for(
        self, draft: ImportRun, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Somebody makes one of the accounts after the plan and before the writing."""
        write, others = Accounts.write, [lambda: Account.objects.create(name="Delta", domain="delta.example")]

        def write_late(self: Accounts, reading_: Reading) -> None:
            if others:
                others.pop()()
                raise Overtaken
            write(self, reading_)

        monkeypatch.setattr(Accounts, "write", write_late)
        run = actions.apply(run=actions.confirm(run=draft, at=now), at=now)
        assert figures_of(run) == {"rows": 2, "accepted": 2, "created": 2}

    def test_a_domain_taken_meanwhile_is_noticed(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the count of written rows this account would be lost in silence."""
        run = uploaded("accounts", "account,website\nDelta,delta.example\n", now)
        resolve, others = Accounts.resolve, [lambda: Account.objects.create(name="Other", domain="delta.example")]

        def resolve_early(self: Accounts, reading_: Reading) -> None:
            resolve(self, reading_)
            if others:
                others.pop()()

        monkeypatch.setattr(Accounts, "resolve", resolve_early)
        run = actions.apply(run=actions.confirm(run=run, at=now), at=now)
        assert run.created == 1
        assert Account.objects.get(domain="delta.example").name == "Delta"


def break_off(self: Accounts) -> None:
    raise ConnectionError("the worker dies here")


@pytest.mark.django_db(transaction=True)
class TestDyingWorkers:
    def test_it_leaves_nothing_and_the_next_one_does_it_all(
        self, draft: ImportRun, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        actions.confirm(run=draft, at=now)
        with monkeypatch.context() as dying:
            dying.setattr(Accounts, "suggest", break_off)
            with pytest.raises(ConnectionError):
                actions.apply_waiting(at=lambda: now)
        assert (state(draft).status, Account.objects.count()) == (Status.RUNNING, 0)
        (run,) = actions.apply_waiting(at=lambda: now)
        assert (run.status, run.attempts, Account.objects.count()) == (Status.DONE, 2, 2)

    def test_a_file_that_kills_every_worker_is_refused_in_the_end(
        self, draft: ImportRun, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        actions.confirm(run=draft, at=now)
        monkeypatch.setattr(Accounts, "suggest", break_off)
        for _ in range(applying.MOST_ENDS):
            with pytest.raises(ConnectionError):
                actions.apply(run=draft, at=now)
        assert actions.apply(run=draft, at=now).status == Status.REFUSED

    def test_two_workers_do_not_take_the_same_file(self, draft: ImportRun, now: datetime) -> None:
        actions.confirm(run=draft, at=now)
        rival = connections.create_connection("default")
        try:
            with rival.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", [applying.APPLYING, draft.pk])
                with pytest.raises(BeingApplied):
                    actions.apply(run=draft, at=now)
                assert actions.apply_waiting(at=lambda: now) == []
                cursor.execute("SELECT pg_advisory_unlock_all()")
        finally:
            rival.close()
        assert actions.apply(run=draft, at=now).status == Status.DONE

    def test_progress_is_seen_while_it_runs(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(staging, "ROWS_AT_ONCE", 10)
        run = uploaded("accounts", "account\n" + "".join(f"Company {number}\n" for number in range(25)), now)
        actions.confirm(run=run, at=now)
        seen: list[tuple[str, int]] = []
        rival = connections.create_connection("default")
        original = staging.copy

        def copy(table: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
            with rival.cursor() as cursor:
                cursor.execute("SELECT status, rows FROM imports_importrun WHERE id = %s", [run.pk])
                seen.append(cursor.fetchone())
            original(table, columns, rows)

        monkeypatch.setattr(staging, "copy", copy)
        try:
            actions.apply(run=run, at=now)
        finally:
            rival.close()
        assert seen[::2] == [("running", 0), ("running", 10), ("running", 20)]


WORDS = st.sampled_from([
    "", " ", "null", "Delta", "delta inc.", "Zeta", "=1+1", "Kenya", "technolgy", "gmail.com", "delta.example", "Won",
    "Engaging", "2016-02-30", "2016-01-02", "10/11/2016", "12", "1,2,3", "-5", "9" * 30, "x" * 300, "1\x1f2", "a\tb",
    "ü", "CEO", "yes", "a@delta.example", "b@gmail.com", "7", "8", "abm", "Email", "bombora", "meeting", "USD",
    '"', "\0",
])  # fmt: skip
HEADERS = {
    "products": ["product", "series", "sales_price", "junk"],
    "users": ["id", "sales_agent", "manager", "regional_office", "email"],
    "accounts": ["id", "account", "website", "sector", "employees", "office_location", "subsidiary_of"],
    "contacts": ["id", "name", "email", "title", "company", "website", "seniority", "buying role", "opted out", "junk"],
    "campaigns": ["id", "name", "channel", "motion", "start date", "end date"],
    "spend": ["campaign", "campaign id", "day", "amount", "currency"],
    "stage_history": ["opportunity id", "stage", "entered on"],
    "leads": ["id", "name", "company", "email", "created", "converted date", "campaign"],
    "campaign_members": ["id", "campaign", "contact id", "lead id", "email", "status", "responded on"],
    "intent": ["domain", "account", "topic", "week", "level"],
    "events": ["id", "event type", "timestamp", "email", "domain", "detail"],
    "opportunities": ["opportunity_id", "account", "product", "deal_stage", "engage_date", "close_date", "close_value"],
}


@pytest.mark.parametrize("kind", list(INTAKES))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_in_the_file_every_row_is_accounted_for(kind: str, data: st.DataObject, now: datetime) -> None:
    """rows = accepted + rejected + skipped, accepted = created + updated + unchanged; and again it changes nothing."""
    header = HEADERS[kind]
    width = st.integers(len(header) - 1, len(header) + 1)
    row = width.flatmap(lambda size: st.lists(WORDS, min_size=size, max_size=size))
    # Many rows at once, because a file costs more than its rows; and the smallest of files.
    rows = data.draw(st.lists(row, min_size=8, max_size=16) | st.lists(row, max_size=2))
    text = "\r\n".join([",".join(header), *(",".join(row) for row in rows), ""])
    source = f"source {ImportRun.objects.count()}"
    for attempt in range(2):
        run = uploaded(kind, text, now, source=source)
        if not {field.name for field in INTAKES[kind].fields if field.required} <= set(run.mapping["columns"]):
            return
        ImportRun.objects.filter(pk=run.pk).update(status=Status.WAITING)
        run = actions.apply(run=run, at=now)
        assert run.status == Status.DONE
        assert run.rows == run.accepted + run.rejected + run.skipped
        assert run.accepted == run.created + run.updated + run.unchanged
        told = set(run.remarks.filter(outcome__in=["rejected", "skipped"]).values_list("row_number", flat=True))
        assert len(told) == run.rejected + run.skipped
        if attempt:
            assert (run.created, run.updated) == (0, 0)


def test_the_temporary_tables_are_gone_afterwards(take_in: TakeIn) -> None:
    take_in("accounts", FILE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname IN ('staged', 'staged_doubt', 'live')")
        assert cursor.fetchone() == (0,)


def test_who_brought_a_file_is_remembered(marketing_manager: User, now: datetime) -> None:
    run = actions.upload(
        kind="accounts", source="CRM", file_name="a.csv", file=io.BytesIO(FILE.encode()), by=marketing_manager, at=now
    )
    assert run.by == marketing_manager
