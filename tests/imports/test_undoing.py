"""An import taken back: the former state exactly, and what somebody has built on since left as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abmhub.accounts.models import Account, AccountTeamMember, FreshnessClock, Standing, Tier
from abmhub.committee.models import Contact
from abmhub.core.days import business_day
from abmhub.core.refusals import NotAllowed
from abmhub.imports import actions
from abmhub.imports.actions import CannotBeUndone
from abmhub.imports.kinds import INTAKES
from abmhub.imports.models import ImportRun
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.long]

Dump = dict[str, list[str]]


ASIDE = {"written", "undoing", "compared", "named", "scoring_changedaccount", "funnel_changedunit"}
"""Temporary tables, and what tells the next night that something happened: to undo is to do something, too."""


def dump() -> Dump:
    """Every row of every table but those that tell of imports."""
    found: Dump = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith("imports_") and table not in ASIDE:
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" AS t ORDER BY 1')  # noqa: S608
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


def settle() -> None:
    """What the end of a transaction does: standings for new accounts, and every foreign key checked."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


WORDS = (
    "", " ", "Delta", "delta inc.", "Zeta", "Kenya", "technolgy", "gmail.com", "delta.example", "zeta.example", "Won",
    "Engaging", "Lost", "2016-01-02", "2017-03-04", "12", "5", "7", "8", "ada@delta.example", "Rana Haddad",
)  # fmt: skip


def files(kind: str) -> st.SearchStrategy[str]:
    """Small files of a kind, of words that meet again and again."""
    header, *samples = INTAKES[kind].sample
    cell = st.sampled_from(WORDS)
    of_column = [st.one_of(st.sampled_from(tuple(values)), cell) for values in zip(*samples, strict=True)]
    rows = st.lists(st.tuples(*of_column), min_size=1, max_size=6)
    return rows.map(lambda found: "\n".join(",".join(f'"{cell}"' for cell in row) for row in (header, *found)) + "\n")


def take(kind: str, text: str, at: datetime) -> ImportRun:
    run = uploaded(kind, text, at)
    run = actions.apply(run=actions.confirm(run=run, at=at), at=at)
    settle()
    return run


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each example begins with what the test began with."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def known(db: None, now: datetime) -> None:
    """What the samples of all kinds say is here already."""
    for kind, intake in INTAKES.items():
        take(kind, "\n".join(",".join(f'"{cell}"' for cell in row) for row in intake.sample) + "\n", now)


@pytest.mark.parametrize("kind", list(INTAKES))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_undoing_restores_the_exact_former_state(kind: str, data: st.DataObject, known: None, now: datetime) -> None:
    """Two files of a kind, taken back one after the other, the last first."""
    with rolled_back():
        former, runs = [dump()], []
        for hours in (1, 2):
            runs.append(take(kind, data.draw(files(kind)), now + timedelta(hours=hours)))
            former.append(dump())
        for run in reversed(runs):
            assert dump() == former.pop()
            if run.changes.exists():
                undone = actions.undo(run=run, at=now + timedelta(hours=3))
                settle()
                assert list(undone.changes.values_list("table", "refusal")) == []
        assert dump() == former.pop()


def test_the_clock_of_the_source_is_set_back_to_the_last_file_that_is_in(take_in: TakeIn, now: datetime) -> None:
    file, later = "account\nDelta\n", "account\nDelta\nZeta\nTheta\n"
    first = take_in("accounts", file)
    second = actions.apply(
        run=actions.confirm(run=uploaded("accounts", later, now), at=now), at=now + timedelta(days=7)
    )
    third = actions.apply(run=actions.confirm(run=uploaded("accounts", "account\nEta\n", now), at=now), at=now)
    clock = FreshnessClock.objects.get()

    def last_file_after_undoing(run: ImportRun) -> date | None:
        actions.undo(run=run, at=now + timedelta(days=8))
        clock.refresh_from_db()
        return clock.last_file_on

    assert clock.last_file_on == business_day(now + timedelta(days=7))
    assert last_file_after_undoing(third) == business_day(now + timedelta(days=7))
    assert last_file_after_undoing(second) == business_day(now)
    assert last_file_after_undoing(first) is None


class TestWhatStays:
    """What somebody has built on since is left as it is, and told."""

    @pytest.fixture
    def run(self, take_in: TakeIn) -> ImportRun:
        return take_in("accounts", "id,account,city,parent\n1,Delta,Bonn,\n2,Zeta,Rome,Delta\n3,Theta,Riga,\n")

    def test_an_edited_row_and_all_that_it_needs(self, run: ImportRun, now: datetime) -> None:
        """Zeta lies below Delta: without Delta it would not be as somebody left it."""
        Account.objects.filter(name="Zeta").update(headquarters="Milan")
        undone = actions.undo(run=run, at=now)
        assert (undone.status, undone.undone, undone.not_undone) == (ImportRun.Status.UNDONE, 2, 4)
        assert list(Account.objects.order_by("name").values_list("name", "headquarters")) == [
            ("Delta", "Bonn"), ("Zeta", "Milan"),
        ]  # fmt: skip
        assert stayed(run) == [
            (1, "accounts_account", "An account refers to it now."),
            (2, "accounts_account", "It was changed since."),
            (None, "accounts_accountidentity", "It belongs to a row that stays."),
            (None, "accounts_accountidentity", "It belongs to a row that stays."),
        ]

    def test_a_row_that_something_new_refers_to(self, run: ImportRun, rep: User, now: datetime) -> None:
        AccountTeamMember.objects.create(account=Account.objects.get(name="Theta"), user=rep)
        actions.undo(run=run, at=now)
        assert list(Account.objects.values_list("name", flat=True)) == ["Theta"]
        assert stayed(run)[0] == (3, "accounts_account", "An account team member refers to it now.")

    def test_what_the_night_has_found_out_goes_too(self, run: ImportRun, tier1: Tier, now: datetime) -> None:
        settle()
        Standing.objects.update(tier=tier1, fit=90, tier_since_on=now.date(), computed_on=now.date())
        assert actions.undo(run=run, at=now).not_undone == 0
        assert (Account.objects.count(), Standing.objects.count()) == (0, 0)

    def test_a_later_import_of_the_same_rows_is_an_edit(self, run: ImportRun, take_in: TakeIn, now: datetime) -> None:
        take_in("accounts", "id,account,city\n1,Delta,Bonn\n", at=now + timedelta(days=1))
        actions.undo(run=run, at=now + timedelta(days=1))
        assert list(Account.objects.values_list("name", flat=True)) == ["Delta"]

    def test_an_edit_of_a_row_that_was_there_before(self, account: Account, take_in: TakeIn, now: datetime) -> None:
        run = take_in("accounts", "account,website,employees\nAcme Robotics,acme.example,950\n")
        Account.objects.update(employees=1_000)
        actions.undo(run=run, at=now)
        assert Account.objects.get().employees == 1_000
        assert stayed(run)[0] == (1, "accounts_account", "It was changed since.")

    def test_a_row_that_is_gone_is_told(self, account: Account, take_in: TakeIn, now: datetime) -> None:
        run = take_in("accounts", "account,website,employees\nAcme Robotics,acme.example,950\n")
        account.delete()
        actions.undo(run=run, at=now)
        assert stayed(run)[0] == (1, "accounts_account", "It was deleted since.")

    def test_a_place_that_somebody_else_has_taken(self, account: Account, take_in: TakeIn, now: datetime) -> None:
        """The address that somebody had is another's by now; what else came in goes nevertheless."""
        header = "id,account,name,email\n"
        take_in("contacts", f"{header}1,Acme Robotics,Dana Whitfield,dana@acme.example\n")
        run = take_in(
            "contacts",
            f"{header}1,Acme Robotics,Dana Whitfield,whitfield@acme.example\n"
            "2,Acme Robotics,Ivo Petrov,ivo@acme.example\n",
            at=now + timedelta(days=1),
        )
        Contact.objects.create(account=account, name="Dana Wu", email="dana@acme.example")
        actions.undo(run=run, at=now + timedelta(days=1))
        assert set(Contact.objects.values_list("name", flat=True)) == {"Dana Whitfield", "Dana Wu"}
        assert "has taken its place" in stayed(run)[0][2]

    def test_what_it_referred_to_is_gone(self, account: Account, rep: User, take_in: TakeIn, now: datetime) -> None:
        person = User.objects.create(name="Amina Diallo")
        run = take_in("accounts", "account,website,owner\nAcme Robotics,acme.example,Amina Diallo\n")
        assert Account.objects.get().owner == person
        Account.objects.filter(pk=account.pk).update(territory=None)
        rep.delete()
        actions.undo(run=run, at=now)
        assert Account.objects.get().owner == person
        assert stayed(run)[0][2] == "What it referred to before is not there any more."


class TestAsking:
    @pytest.fixture
    def run(self, take_in: TakeIn) -> ImportRun:
        return take_in("accounts", "account\nDelta\n")

    def test_a_worker_takes_it_back_and_the_figures_follow(
        self, run: ImportRun, marketing_manager: User, now: datetime
    ) -> None:
        actions.note_figures(at=now)
        actions.ask_undo(run=run, by=marketing_manager, at=now)
        (undone,) = actions.undo_asked(at=lambda: now + timedelta(minutes=1))
        assert (undone.status, undone.undo_asked_by, undone.figures_at) == ("undone", marketing_manager, None)
        assert actions.note_figures(at=now) == 0
        assert actions.note_figures(at=now + timedelta(minutes=2)) == 1
        assert actions.undo_asked(at=lambda: now) == []

    def test_only_who_may_import_may_undo(self, run: ImportRun, rep: User, now: datetime) -> None:
        with pytest.raises(NotAllowed):
            actions.ask_undo(run=run, by=rep, at=now)

    def test_after_30_days_it_is_too_late(self, run: ImportRun, marketing_manager: User, now: datetime) -> None:
        later = now + timedelta(days=30, seconds=1)
        with pytest.raises(CannotBeUndone, match="30 days"):
            actions.ask_undo(run=run, by=marketing_manager, at=later)
        with pytest.raises(CannotBeUndone, match="30 days"):
            actions.undo(run=run, at=later)
        actions.undo_asked(at=lambda: later)
        assert not run.changes.exists()
        assert Account.objects.exists()

    def test_it_is_undone_once(self, run: ImportRun, now: datetime) -> None:
        actions.undo(run=run, at=now)
        with pytest.raises(CannotBeUndone, match="already"):
            actions.undo(run=run, at=now)

    def test_a_file_that_changed_nothing_needs_no_undo(self, db: None, now: datetime) -> None:
        run = actions.apply(run=actions.confirm(run=uploaded("accounts", "account\n\n\n", now), at=now), at=now)
        with pytest.raises(CannotBeUndone, match="changed nothing"):
            actions.undo(run=run, at=now)


def stayed(run: ImportRun) -> list[tuple[int | None, str, str]]:
    return list(run.changes.order_by("pk").values_list("row_number", "table", "refusal"))
