"""Companies come in by key, domain, name; never merged on a guess, never lost."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from abmhub.accounts.models import Account, AccountIdentity, Standing, Territory
from abmhub.imports.mapping import Unit
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of

FILE = (
    "account,sector,year_established,revenue,employees,office_location,subsidiary_of\r\n"
    "Nordic Hull,technolgy,1996,1100.04,2822,Kenya,\r\n"
    "Nordic Keel,retail,2001,251.41,495,United States,Nordic Rig\r\n"
    "Nordic Rig,retail,1999,647.18,1185,Berlin,\r\n"
)


def facts(name: str, *fields: str) -> tuple[object, ...]:
    return tuple(Account.objects.values_list(*fields).get(name=name))


def test_a_spreadsheet_of_companies_comes_in(take_in: TakeIn, now: datetime) -> None:
    assert figures_of(take_in("accounts", FILE)) == {"rows": 3, "accepted": 3, "created": 3, "doubtful": 1}
    assert facts("Nordic Hull", "industry", "founded_year", "country", "headquarters") == ("technolgy", 1996, "KE", "")
    assert facts("Nordic Hull", "annual_revenue_amount", "employees") == (Decimal("1100040000.00"), 2822)
    assert facts("Nordic Hull", "refreshed_at") == (now,)
    assert facts("Nordic Rig", "country", "headquarters") == ("", "Berlin")


def test_every_account_of_a_file_has_a_standing(take_in: TakeIn) -> None:
    take_in("accounts", FILE)
    assert Standing.objects.filter(account__in=Account.objects.all()).count() == 3


def test_an_account_made_by_other_means_after_a_file_gets_its_standing(take_in: TakeIn) -> None:
    take_in("accounts", FILE)
    made = Account.objects.create(name="Nordic Mast")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Standing.objects.filter(account=made).exists()


def test_a_parent_may_stand_below_its_subsidiary(take_in: TakeIn) -> None:
    take_in("accounts", FILE)
    assert facts("Nordic Keel", "parent__name") == ("Nordic Rig",)


def test_the_same_file_again_changes_nothing_but_the_freshness(take_in: TakeIn, now: datetime) -> None:
    def everything() -> list[dict[str, object]]:
        rows = Account.objects.order_by("pk").values()
        return [{name: value for name, value in row.items() if name != "refreshed_at"} for row in rows]

    take_in("accounts", FILE)
    before, identities = everything(), AccountIdentity.objects.count()
    later = now + timedelta(days=14)
    assert figures_of(take_in("accounts", FILE, at=later)) == {"rows": 3, "accepted": 3, "unchanged": 3, "doubtful": 1}
    assert (everything(), AccountIdentity.objects.count()) == (before, identities)
    assert set(Account.objects.values_list("refreshed_at", flat=True)) == {later}


def test_the_order_of_the_rows_makes_no_difference(take_in: TakeIn) -> None:
    lines = FILE.split("\r\n")
    take_in("accounts", "\n".join([lines[0], *reversed(lines[1:4])]))
    assert facts("Nordic Keel", "parent__name") == ("Nordic Rig",)


def test_a_misspelt_value_is_kept_and_remarked(take_in: TakeIn) -> None:
    remark = take_in("accounts", FILE).remarks.get()
    assert (remark.outcome, remark.field, remark.value, remark.suggestion) == (
        "doubtful",
        "industry",
        "technolgy",
        "technology",
    )
    assert remark.cells[:2] == ["Nordic Hull", "technolgy"]


@pytest.mark.parametrize(
    ("place", "country", "headquarters", "suggestion"),
    [
        ("Kenya", "KE", "", None),
        ("Philipines", "", "Philipines", "Philippines"),
        ("Korea", "", "Korea", ""),
        ("Berlin", "", "Berlin", None),
    ],
)
def test_a_place_is_a_country_only_when_it_is_one(
    take_in: TakeIn, place: str, country: str, headquarters: str, suggestion: str | None
) -> None:
    run = take_in("accounts", f"account,office_location\nNordic Hull,{place}\n")
    assert facts("Nordic Hull", "country", "headquarters") == (country, headquarters)
    assert [remark.suggestion for remark in run.remarks.all()] == ([] if suggestion is None else [suggestion])


def test_a_country_beside_an_office_keeps_both(take_in: TakeIn) -> None:
    take_in("accounts", "account,country,city\nNordic Hull,Norway,Oslo\nNordic Keel,Atlantis,Oslo\n")
    assert facts("Nordic Hull", "country", "headquarters") == ("NO", "Oslo")
    assert facts("Nordic Keel", "country", "headquarters") == ("", "Oslo")


def test_the_unit_of_revenue_is_the_mappings(take_in: TakeIn) -> None:
    take_in("accounts", FILE, revenue_unit=Unit.THOUSANDS)
    assert facts("Nordic Hull", "annual_revenue_amount") == (Decimal("1100040.00"),)


def test_owner_and_territory_are_known_people_and_places(take_in: TakeIn, rep: User) -> None:
    Territory.objects.create(name="Nordics")
    run = take_in(
        "accounts", "account,owner,territory\nA1,rana haddad,nordics\nA2,Rana Hadad,Alps\nA3,RANA@example.com,\n"
    )
    assert facts("A1", "owner", "territory__name") == (rep.pk, "Nordics")
    assert facts("A3", "owner") == (rep.pk,)
    assert {(r.field, r.value, r.suggestion) for r in run.remarks.all()} == {
        ("owner", "Rana Hadad", "Rana Haddad"),
        ("territory", "Alps", ""),
    }


def test_an_unknown_parent_is_remarked_with_the_one_it_may_be(take_in: TakeIn) -> None:
    run = take_in("accounts", "account,subsidiary_of\nNordic Shipping,\nNordic Keel,Nordic Shiping\n")
    (remark,) = run.remarks.all()
    assert (remark.field, remark.value, remark.suggestion) == ("parent", "Nordic Shiping", "Nordic Shipping")
    assert facts("Nordic Keel", "parent") == (None,)


class TestIdentity:
    def test_the_key_of_the_source_comes_first(self, take_in: TakeIn) -> None:
        take_in("accounts", "id,account,website\n7,Nordic Hull,hull.example\n")
        run = take_in("accounts", "id,account,website\n7,Nordic Boats,hull.example\n8,Nordic Hull,\n")
        assert figures_of(run) == {"rows": 2, "accepted": 2, "created": 1, "updated": 1}
        assert set(Account.objects.values_list("name", "domain")) == {
            ("Nordic Boats", "hull.example"),
            ("Nordic Hull", None),
        }

    def test_keys_of_two_sources_are_two_keys(self, take_in: TakeIn) -> None:
        take_in("accounts", "id,account\n7,Nordic Hull\n", source="one")
        run = take_in("accounts", "id,account\n7,Borealis\n", source="two")
        assert figures_of(run)["created"] == 1

    def test_then_the_domain_however_it_is_written(self, take_in: TakeIn) -> None:
        take_in("accounts", "account,website\nNordic Hull,https://www.hull.example/en\n", source="one")
        run = take_in("accounts", "id,account,domain\n9,Hull AS,HULL.example\n", source="two")
        assert figures_of(run) == {"rows": 1, "accepted": 1, "updated": 1}
        assert set(AccountIdentity.objects.values_list("source", flat=True)) == {"one", "two"}

    def test_then_the_name_without_its_legal_form_within_a_country(self, take_in: TakeIn) -> None:
        take_in("accounts", "account,country\nNordic Hull AS,Norway\n", source="one")
        run = take_in("accounts", "account,country\nNORDIC HULL,Norway\nNordic Hull,Sweden\n", source="two")
        assert figures_of(run) == {"rows": 2, "accepted": 2, "created": 1, "updated": 1, "doubtful": 1}

    def test_another_domain_is_another_company_of_the_same_name(self, take_in: TakeIn) -> None:
        take_in("accounts", "account,website\nDelta,delta-air.example\n", source="one")
        run = take_in("accounts", "account,website\nDelta,delta-taps.example\n", source="two")
        assert figures_of(run)["created"] == 1

    def test_a_renamed_account_is_still_the_one_of_the_file(self, take_in: TakeIn) -> None:
        take_in("accounts", "account,country\nNordic Hull,Norway\n")
        account = Account.objects.get()
        account.name, account.country = "Hull Group", "SE"
        account.save()
        run = take_in("accounts", "account,country\nNordic Hull,Norway\n")
        assert figures_of(run) == {"rows": 1, "accepted": 1, "updated": 1}

    def test_a_name_that_two_accounts_have_is_not_guessed(self, take_in: TakeIn) -> None:
        take_in("accounts", "id,account\n1,Delta\n2,Delta\n", source="one")
        run = take_in("accounts", "account\nDelta\n", source="two")
        assert remarks_of(run) == [
            (1, "rejected", "There are 2 accounts of this name: add a column with their domain.")
        ]

    @pytest.mark.parametrize(
        "domain", ["gmail.com", "https://en.wikipedia.org/wiki/Delta", "linkedin.com/company/delta"]
    )
    def test_free_mail_and_shared_domains_merge_nobody(self, take_in: TakeIn, domain: str) -> None:
        run = take_in("accounts", f"account,website\nDelta,{domain}\nEpsilon,{domain}\n")
        assert figures_of(run) == {"rows": 2, "accepted": 2, "created": 2, "doubtful": 2}
        assert not Account.objects.exclude(domain=None).exists()

    def test_a_domain_that_several_rows_give_merges_nobody(self, take_in: TakeIn) -> None:
        text = "account,website\nDelta Air,group.example\nDelta Sea,group.example\nZeta,zeta.example\n"
        run = take_in("accounts", text)
        assert figures_of(run) == {"rows": 3, "accepted": 3, "created": 3, "doubtful": 2}
        assert facts("Zeta", "domain") == ("zeta.example",)
        assert figures_of(take_in("accounts", text)) == {"rows": 3, "accepted": 3, "unchanged": 3, "doubtful": 2}

    def test_a_domain_that_another_account_has_stays_there(self, take_in: TakeIn) -> None:
        take_in("accounts", "id,account,website\n1,Delta,delta.example\n2,Zeta,\n")
        run = take_in("accounts", "id,account,website\n2,Zeta,delta.example\n")
        assert figures_of(run) == {"rows": 1, "accepted": 1, "unchanged": 1, "doubtful": 1}
        assert facts("Zeta", "domain") == (None,)

    def test_an_account_keeps_the_domain_it_is_known_by(self, take_in: TakeIn) -> None:
        take_in("accounts", "id,account,website\n1,Delta,delta.example\n")
        run = take_in("accounts", "id,account,website\n1,Delta,new.example\n")
        assert figures_of(run) == {"rows": 1, "accepted": 1, "unchanged": 1, "doubtful": 1}
        assert facts("Delta", "domain") == ("delta.example",)

    def test_two_rows_that_mean_one_account_are_both_rejected(self, take_in: TakeIn) -> None:
        take_in("accounts", "account,website\nDelta,delta.example\n", source="one")
        run = take_in("accounts", "id,account,website\n5,Delta,\n6,Delta Ltd,\n", source="two")
        assert figures_of(run) == {"rows": 2, "rejected": 2}


class TestParents:
    def test_nobody_is_their_own_parent(self, take_in: TakeIn) -> None:
        run = take_in("accounts", "account,subsidiary_of\nDelta,Delta Inc\n")
        assert remarks_of(run) == [(1, "doubtful", "An account cannot be its own parent.")]

    def test_a_circle_inside_the_file_is_opened(self, take_in: TakeIn) -> None:
        run = take_in("accounts", "account,subsidiary_of\nA1,B1\nB1,C1\nC1,A1\nD1,A1\n")
        assert [row for row, _, _ in remarks_of(run)] == [1, 2, 3]
        assert facts("D1", "parent__name") == ("A1",)
        assert not Account.objects.filter(name__in=["A1", "B1", "C1"]).exclude(parent=None).exists()

    def test_a_circle_through_accounts_we_have_is_opened(self, take_in: TakeIn) -> None:
        take_in("accounts", "account,subsidiary_of\nA1,C1\nB1,\nC1,\n")
        take_in("accounts", "account,subsidiary_of\nA1,B1\nB1,A1\nC1,A1\n")
        parents = dict(Account.objects.values_list("pk", "parent"))
        for start in parents:
            seen: set[int] = set()
            at: int | None = start
            while at is not None:
                assert at not in seen
                seen.add(at)
                at = parents[at]

    def test_a_parent_may_be_named_by_its_key(self, take_in: TakeIn) -> None:
        take_in("accounts", "id,name,parentid\n1,Delta Air,2\n2,Delta,\n")
        assert facts("Delta Air", "parent__name") == ("Delta",)


@pytest.mark.parametrize("seed", range(3))
def test_the_result_does_not_depend_on_the_order_of_the_rows(take_in: TakeIn, seed: int) -> None:
    """Some rows are rejected or in doubt because of others: whichever comes first, they are the same rows."""
    rows = [
        "1,Delta,delta.example,Norway,",
        "2,Delta,delta.example,Norway,Zeta",
        "3,Zeta,zeta.example,,Eta",
        "4,Eta,,,Zeta",
        "5,Theta,theta.example,Kenya,",
        "5,Theta,theta.example,Kenia,",
        "6,Iota,gmail.com,,Theta",
        "7,Kappa,kappa.example,,Nobody",
        "7,Kappa,kappa.example,,Nobody",
    ]
    results = []
    for _ in range(2):
        Account.objects.all().delete()
        random.Random(seed).shuffle(rows)
        run = take_in("accounts", "\n".join(["id,account,website,country,subsidiary_of", *rows]))
        accounts = set(
            Account.objects.values_list("name", "domain", "country", "parent__name", "identities__external_id")
        )
        told = sorted(
            (outcome, *run.remarks.filter(row_number=row).values_list("cells", flat=True)[0])
            for row, outcome, _ in remarks_of(run)
        )
        results.append((accounts, told, figures_of(run)))
        seed += 100
    assert results[0] == results[1]
