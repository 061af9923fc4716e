"""New accounts that look like others are laid side by side for a person, and never made one."""

from datetime import datetime

import pytest
from django.db import connection

from abmhub.accounts.models import Account, Duplicate
from abmhub.imports import duplicates
from tests.imports.conftest import TakeIn, figures_of, remarks_of
from tests.reads import rows_read

OLD = "account,website,country\nNordic Hull AS,hull-works.example,Norway\nBorealis Foods,borealis.example,Norway\n"


def pairs() -> set[tuple[str, str]]:
    return {(min(names), max(names)) for names in Duplicate.objects.values_list("account__name", "other__name")}


def test_a_name_that_is_alike_is_a_pair_and_a_doubt(take_in: TakeIn, now: datetime) -> None:
    take_in("accounts", OLD, source="one")
    run = take_in("accounts", "account,website,country\nNordic Hulll,hulll.example,Norway\n", source="two")
    assert figures_of(run) == {"rows": 1, "accepted": 1, "created": 1, "doubtful": 1}
    pair = Duplicate.objects.get()
    assert pairs() == {("Nordic Hull AS", "Nordic Hulll")}
    assert (pair.likeness, pair.reason, pair.found_at) == (96, "Names alike.", now)
    remark = run.remarks.get()
    assert (remark.field, remark.value, remark.suggestion) == ("name", "Nordic Hulll", "Nordic Hull AS")
    assert remark.reason == "May be the same as “Nordic Hull AS”. Names alike."


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Nordic Hull,,Sweden", "The same name, in Norway and in Sweden."),
        ("Nordic Hull,hull.example,Norway", "The same name, with the domains hull-works.example and hull.example."),
        ("Hull Nordic,,Norway", "Names alike."),
        ("Nordic Hulls,,", "Names alike."),
        ("Hull Works Nordic,hull-works.test,Sweden", "Domains alike: hull-works.example and hull-works.test."),
    ],
)
def test_it_says_what_is_alike(take_in: TakeIn, row: str, reason: str) -> None:
    take_in("accounts", OLD, source="one")
    assert figures_of(take_in("accounts", f"account,website,country\n{row}\n", source="two"))["created"] == 1
    assert Duplicate.objects.get().reason == reason


@pytest.mark.parametrize(
    "row",
    [
        "Nordic Keel,keel.example,Norway",
        "Nordic Hulls,,Sweden",
        "Hul,hul.example,Norway",
        "Something Else,hull-works.test,Sweden",
    ],
)
def test_what_is_less_alike_is_none(take_in: TakeIn, row: str) -> None:
    take_in("accounts", OLD, source="one")
    assert "doubtful" not in figures_of(take_in("accounts", f"account,website,country\n{row}\n", source="two"))
    assert not Duplicate.objects.exists()


def test_numbers_tell_names_apart(take_in: TakeIn) -> None:
    take_in("accounts", "account\nNordic Hull Plant 1\nNordic Hull Plant 2\n")
    assert not Duplicate.objects.exists()


def test_a_series_of_numbers_is_not_compared(take_in: TakeIn, monkeypatch: pytest.MonkeyPatch) -> None:
    take_in("accounts", OLD, source="one")
    monkeypatch.setattr(duplicates, "SERIES", 3)
    compared: set[str] = set()
    alike = duplicates.Names.alike

    def watched(names: duplicates.Names, name: str) -> list[int]:
        compared.update((name, *names._names))
        return alike(names, name)

    monkeypatch.setattr(duplicates.Names, "alike", watched)
    take_in(
        "accounts",
        "account,country\nNordic Hulll,Norway\nPlant 1,Norway\nPlant 22,Norway\nPlant 3,Norway\n",
        source="two",
    )
    assert compared == {"hulll nordic", "hull nordic"}
    assert pairs() == {("Nordic Hull AS", "Nordic Hulll")}


@pytest.mark.parametrize("name", ["Borealiss", "Borrealis", "Torealis"])
def test_one_word_is_found_by_its_first_or_its_last_letters(take_in: TakeIn, name: str) -> None:
    take_in("accounts", "account\nBorealis\n", source="one")
    take_in("accounts", f"account\n{name}\n", source="two")
    assert pairs() == {("Borealis", name)}


def test_names_alike_in_two_countries_are_two(take_in: TakeIn) -> None:
    take_in("accounts", "account,country\nNordic Hull,Norway\nNordic Hulll,\n", source="one")
    take_in("accounts", "account,country\nNordic Hullt,Sweden\n", source="two")
    assert pairs() == {("Nordic Hull", "Nordic Hulll"), ("Nordic Hulll", "Nordic Hullt")}


def test_relatives_are_no_duplicates(take_in: TakeIn) -> None:
    take_in(
        "accounts",
        "account,website,country,subsidiary_of\nNordic Hull,hull-works.example,,\n"
        "Nordic Hull A,hull-works.test,,Nordic Hull\nNordic Hull B,hull-works.invalid,,Nordic Hull\n",
    )
    assert Account.objects.exclude(parent=None).count() == 2
    assert not Duplicate.objects.exists()


def test_two_rows_of_one_file_are_found_and_both_doubted(take_in: TakeIn) -> None:
    run = take_in("accounts", "account,website\nNordic Hull,one.example\nNordic Hull Ltd,two.example\n")
    assert Duplicate.objects.count() == 1
    assert [number for number, _, _ in remarks_of(run)] == [1, 2]


def test_the_same_file_again_finds_nothing_new(take_in: TakeIn, now: datetime) -> None:
    file = "account,website\nNordic Hull,one.example\nNordic Hull Ltd,two.example\n"
    take_in("accounts", file)
    Duplicate.objects.update(dismissed_at=now)
    assert figures_of(take_in("accounts", file)) == {"rows": 2, "accepted": 2, "unchanged": 2}
    assert Duplicate.objects.count() == 1
    assert not Duplicate.objects.open().exists()


def test_a_file_of_many_is_compared_by_its_rare_words_and_same_names_in_whole(
    take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in("accounts", OLD + "Nordic Keel,,Norway\nNordic Sail,,Norway\n", source="one")
    rare, frequent = ("Borealis Food", "Borealis Foods"), ("Nordic Sail", "Nordic Sails")
    file = "account,country\nBorealis Food,Norway\nNordic Sails,Norway\nBorealis Foods,Kenya\n"
    same = ("Borealis Foods", "Borealis Foods")
    # Foods costs one comparison, Borealis three, Nordic four.
    monkeypatch.setattr(duplicates, "MOST_COMPARISONS", 7)
    take_in("accounts", file, source="two")
    assert pairs() == {rare, same}
    Account.objects.exclude(identities__source="one").delete()
    monkeypatch.setattr(duplicates, "MOST_COMPARISONS", 8)
    take_in("accounts", file, source="two")
    assert pairs() == {rare, same, frequent}


def test_a_few_rows_beside_very_many_accounts_do_not_read_them_all_for_each(take_in: TakeIn) -> None:
    """Once the planner walked through accounts in the order of their keys: 30 rows beside a million took 83 seconds."""
    many = 20_000
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_account (name, normalized_name, domain)"
            " SELECT md5(n::text), md5(n::text), 'd' || md5(n::text) || '.com' FROM generate_series(1, %s) AS n",
            [many],
        )
        cursor.execute("ANALYZE accounts_account")
    before = rows_read("accounts_account")
    fresh = "\n".join(f"Fresh{chr(65 + n % 26) * (3 + n)},fresh{n}xyz.com" for n in range(40))
    old = Account.objects.earliest("pk")
    take_in("accounts", f"Account,Website\n{fresh}\n{old.name},other.org\n")
    assert rows_read("accounts_account") - before < 10 * many
    assert (old.name, old.name) in pairs()
