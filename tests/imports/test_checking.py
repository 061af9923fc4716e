"""What a draft would do, row by row, and that nothing of it is done."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abmhub.accounts.models import Account, Territory
from abmhub.imports import actions, expectation
from abmhub.imports.actions import BeingApplied
from abmhub.imports.kinds import INTAKES
from abmhub.imports.mapping import ColumnMapping
from abmhub.imports.models import ImportRun
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, uploaded
from tests.imports.test_undoing import dump, files, known, rolled_back

__all__ = ["known"]

pytestmark = pytest.mark.django_db


def checked(kind: str, text: str, at: datetime) -> ImportRun:
    return actions.check(run=uploaded(kind, text, at), at=at)


def rows_of(run: ImportRun) -> list[dict[str, Any]]:
    return [dict(row) for row in run.expected_rows.order_by("row_number").values()]


def changes_of(run: ImportRun) -> dict[int, list[list[str]]]:
    return {row["row_number"]: row["changes"] for row in rows_of(run)}


class TestRows:
    def test_each_row_has_its_verdict_its_name_and_why(self, take_in: TakeIn, now: datetime) -> None:
        take_in("products", "product,series,sales_price\nAlpha,Core,10\nBeta,Core,20\n")
        run = checked(
            "products", "product,series,sales_price\nAlpha,Core,10\nbeta,Plus,2000.5\nGamma,,7\nGamma,,7\n,,1\n", now
        )
        assert [(row["verdict"], row["label"], row["reason"]) for row in rows_of(run)] == [
            ("unchanged", "Alpha", ""),
            ("update", "beta", ""),
            ("create", "Gamma", ""),
            ("skipped", "Gamma · 7", "Says the same as row 3."),
            ("rejected", "1", "Product is empty."),
        ]
        assert changes_of(run)[2] == [
            ["Name", "Beta", "beta"], ["Series", "Core", "Plus"], ["List price amount", "20", "2,000.5"]
        ]  # fmt: skip
        assert changes_of(run)[3] == [["Name", "", "Gamma"], ["List price amount", "", "7"]]

    def test_foreign_keys_choices_and_lists_are_read_as_words(
        self, take_in: TakeIn, account: Account, rep: User, other_rep: User, now: datetime
    ) -> None:
        Territory.objects.create(name="North")
        run = checked(
            "accounts",
            f"id,account,website,owner,territory,segment,technologies\n"
            f"7,Acme Robotics,acme.example,{other_rep.name},North,smb,Shop; Cart\n",
            now,
        )
        assert changes_of(run)[1] == [
            ["Owner", rep.name, other_rep.name],
            ["Territory", "East coast", "North"],
            ["Segment", "", "SMB"],
            ["Technologies", "", "Shop, Cart"],
            ["Key in the source", "", "7"],
        ]

    def test_a_doubt_stands_beside_the_row(self, now: datetime) -> None:
        run = checked("accounts", "account,owner\nDelta,Nobody Known\n", now)
        assert rows_of(run)[0]["doubts"] == [["owner", "Nobody Known", "Nobody has this name.", ""]]

    def test_of_each_verdict_some_rows_are_kept_and_all_are_counted(
        self, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(expectation, "MOST_ROWS", 2)
        names = "".join(f"Company {number}\n" for number in range(5))
        run = checked("accounts", f"account,city\n{names.replace(chr(10), ',' + chr(10))},\n,\n,\n", now)
        assert (run.expected["created"], run.expected["skipped"]) == (5, 3)
        assert [row["verdict"] for row in rows_of(run)] == ["create", "create", "skipped", "skipped"]


class TestCheck:
    def test_it_promises_what_the_import_then_does(self, take_in: TakeIn, now: datetime) -> None:
        take_in("accounts", "account,city\nDelta,Bonn\n")
        run = checked("accounts", "account,city\nDelta,Oslo\nZeta,Rome\n", now)
        done = actions.apply(run=actions.confirm(run=run, at=now), at=now)
        assert run.expected == {name: getattr(done, name) for name in run.expected}

    def test_dates_are_read_as_the_import_will_read_them(self, now: datetime) -> None:
        """One date of the column tells the order of all."""
        run = checked("opportunities", "id,stage,close date\n1,Won,05/06/2016\n2,Won,25/06/2016\n", now)
        assert (run.expected["rejected"], run.expected["created"]) == (0, 2)

    def test_dates_of_two_meanings_are_asked_first(self, now: datetime) -> None:
        run = checked("opportunities", "id,stage,close date\n1,Won,05/06/2016\n", now)
        assert (run.checked_at, run.check_asked_at) == (None, None)
        assert "10th of November" in run.refusal

    def test_another_mapping_throws_it_away(self, now: datetime) -> None:
        run = checked("accounts", "account,city\nDelta,Bonn\n", now)
        run = actions.map_columns(run=run, mapping=ColumnMapping({"name": "account"}))
        assert (run.checked_at, run.expected, rows_of(run)) == (None, {}, [])

    def test_a_worker_checks_what_was_asked_for(self, now: datetime) -> None:
        run = uploaded("accounts", "account\nDelta\n", now)
        assert actions.check_asked(at=lambda: now) == []
        assert actions.ask_check(run=run, at=now)
        (done,) = actions.check_asked(at=lambda: now)
        assert (done.checked_at, done.status, done.expected["created"]) == (now, ImportRun.Status.DRAFT, 1)
        assert actions.check_asked(at=lambda: now) == []

    def test_what_is_confirmed_is_not_checked(self, now: datetime) -> None:
        run = actions.confirm(run=uploaded("accounts", "account\nDelta\n", now), at=now)
        assert not actions.ask_check(run=run, at=now)
        with pytest.raises(BeingApplied):
            actions.check(run=run, at=now)


@pytest.mark.parametrize("kind", list(INTAKES))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_check_writes_nothing_but_what_it_found(kind: str, data: st.DataObject, known: None, now: datetime) -> None:
    """And what it found is what the import does to each row."""
    with rolled_back():
        run = uploaded(kind, data.draw(files(kind)), now)
        before = dump()
        run = actions.check(run=run, at=now)
        assert dump() == before
        expected = [row["verdict"] for row in rows_of(run)]
        done = actions.apply(run=actions.confirm(run=run, at=now), at=now)
        counts = [done.created, done.updated, done.unchanged, done.rejected, done.skipped]
        assert [
            expected.count(verdict) for verdict in ("create", "update", "unchanged", "rejected", "skipped")
        ] == counts
