"""Custom attributes are columns of a file as soon as they are defined, read by their kind."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from abmhub.accounts.models import Account, Attribute, Duplicate, FreshnessClock
from abmhub.imports import actions
from abmhub.imports.cells import DateOrder
from abmhub.imports.kinds import intake_of
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of, uploaded

Kind = Attribute.Kind
HEAD = "account,Customer base,maturity,Budget,renewal_on,Public\n"


@pytest.fixture(autouse=True)
def attributes(db: None) -> None:
    Attribute.objects.create(code="renewal_on", label="Renewal", kind=Kind.DATE)
    Attribute.objects.create(code="is_public", label="Public", kind=Kind.YES_NO)
    Attribute.objects.create(code="hull_kind", label="Kind of hull", kind=Kind.TEXT)


def known_of(name: str) -> Any:
    return Account.objects.get(name=name).attributes


def test_a_header_is_the_label_or_the_code(take_in: TakeIn) -> None:
    run = take_in("accounts", HEAD + 'Nordic Hull,"1,250",growth,"$1,117.10K",2026-03-04,Y\n')
    assert figures_of(run) == {"rows": 1, "accepted": 1, "created": 1}
    assert known_of("Nordic Hull") == {
        "customer_base": 1250,
        "maturity": "Growth",
        "budget": 1117100,
        "renewal_on": "2026-03-04",
        "is_public": True,
    }


def test_the_same_file_again_changes_nothing(take_in: TakeIn) -> None:
    file = HEAD + "Nordic Hull,12.5,Growth,100,2026-03-04,no\n"
    take_in("accounts", file)
    assert figures_of(take_in("accounts", file)) == {"rows": 1, "accepted": 1, "unchanged": 1}


def test_each_is_merged_by_itself_and_an_empty_cell_changes_nothing(take_in: TakeIn) -> None:
    take_in("accounts", HEAD + "Nordic Hull,12,Growth,100,,no\n")
    Account.objects.update(attributes={**known_of("Nordic Hull"), "hull_kind": "steel"})
    run = take_in("accounts", HEAD + "Nordic Hull,,Established,,2026-01-01,\n")
    assert figures_of(run) == {"rows": 1, "accepted": 1, "updated": 1}
    assert known_of("Nordic Hull") == {
        "customer_base": 12,
        "maturity": "Established",
        "budget": 100,
        "renewal_on": "2026-01-01",
        "is_public": False,
        "hull_kind": "steel",
    }


def test_a_word_that_is_no_choice_is_doubted_with_the_likeliest(take_in: TakeIn) -> None:
    run = take_in("accounts", HEAD + "Nordic Hull,,Grwoth,,,\n")
    remark = run.remarks.get()
    assert (remark.field, remark.value, remark.suggestion) == ("attributes.maturity", "Grwoth", "Growth")
    assert known_of("Nordic Hull") == {}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("many,,,,", "Customer base: “many” is not a number."),
        (",,1e99,,", "Budget: “1e99” is not a number."),
        ("99999999999999999999,,,,", "Customer base: “99999999999999999999” is too large a number."),
        (",,,the fourth,", "Renewal: “the fourth” is not a date."),
        (",,,,perhaps", "Public: “perhaps” is neither yes nor no."),
    ],
)
def test_what_cannot_be_read_rejects_the_row(take_in: TakeIn, cells: str, reason: str) -> None:
    run = take_in("accounts", HEAD + f"Nordic Hull,{cells}\nNordic Keel,,,,,\n")
    assert remarks_of(run) == [(1, "rejected", reason)]
    assert figures_of(run) == {"rows": 2, "accepted": 1, "rejected": 1, "created": 1}


def test_dates_are_read_in_the_order_that_was_chosen(take_in: TakeIn) -> None:
    take_in("accounts", HEAD + "Nordic Hull,,,,10/11/2016,\n", date_order=DateOrder.DAY_FIRST)
    assert known_of("Nordic Hull") == {"renewal_on": "2016-11-10"}


def test_a_code_of_any_length_is_remarked(take_in: TakeIn) -> None:
    code = "a" * 40
    Attribute.objects.create(code=code, label="Long", kind=Kind.CHOICE, choices=["Yes and no"])
    assert figures_of(take_in("accounts", "account,Long\nNordic Hull,maybe\n"))["doubtful"] == 1


def test_one_that_is_archived_is_no_column_any_more(now: datetime) -> None:
    Attribute.objects.filter(code="maturity").update(archived_at=now)
    run = uploaded("accounts", HEAD + "Nordic Hull,,Growth,,,\n", now)
    assert "attributes.maturity" not in run.mapping["columns"]
    assert "attributes.customer_base" in run.mapping["columns"]
    assert {known.name for known in intake_of("accounts").fields} >= {"name", "attributes.budget"}


def test_any_order_of_any_rows_comes_to_the_same(take_in: TakeIn) -> None:
    dice = random.Random(7)
    for _ in range(5):
        rows = [
            f"{chr(65 + n) * 7} works,{dice.choice(['', n * 7])},{dice.choice(['', 'Growth', 'Ltd'])},,,"
            for n in range(12)
        ]
        outcomes = []
        for order in (rows, rows[::-1], dice.sample(rows, len(rows))):
            Account.objects.all().delete()
            run = take_in("accounts", HEAD + "\n".join(order) + "\n")
            accounts = sorted(Account.objects.values_list("name", "attributes"), key=str)
            outcomes.append((figures_of(run), accounts))
        assert outcomes[0] == outcomes[1] == outcomes[2]


def test_the_clock_of_a_source_goes_with_its_files(take_in: TakeIn, now: datetime) -> None:
    take_in("accounts", "account\nNordic Hull\n", source="Register")
    assert Account.objects.get().refreshed_from == "Register"
    clock = FreshnessClock.objects.get(source="Register")
    assert (clock.last_file_on, clock.due_every_days) == (now.date(), 14)
    FreshnessClock.objects.update(due_every_days=30)
    take_in("accounts", "account\nNordic Hull\n", source="Register", at=now + timedelta(days=3))
    take_in("accounts", "account\nNordic Hull\n", source="Register", at=now + timedelta(days=1))
    clock.refresh_from_db()
    assert (clock.last_file_on, clock.due_every_days) == (now.date() + timedelta(days=3), 30)


def test_the_source_that_confirmed_last_is_remembered(take_in: TakeIn) -> None:
    for source in ("Register", "CRM"):
        take_in("accounts", "account\nNordic Hull\n", source=source)
        assert Account.objects.get().refreshed_from == source


def test_undoing_the_file_gives_every_attribute_back(take_in: TakeIn, admin: User, now: datetime) -> None:
    take_in("accounts", HEAD + "Nordic Hull,12,Growth,100,,no\n")
    before = known_of("Nordic Hull")
    run = take_in("accounts", HEAD + "Nordic Hull,13,,,2026-01-01,\nNordic Hulll,7,,,,\n", at=now + timedelta(days=1))
    assert Duplicate.objects.count() == 1
    run.undo_asked_at, run.undo_asked_by = now, admin
    run.save()
    actions.undo(run=run, at=now + timedelta(days=2))
    assert known_of("Nordic Hull") == before
    assert Account.objects.count() == 1
    assert not Duplicate.objects.exists()
