"""People come in once, at the account they belong to, and whoever was forgotten stays so."""

from datetime import UTC, datetime
from typing import Any

import pytest

from abmhub.accounts.models import Account
from abmhub.committee.models import BuyingRole, Contact, OptOut, StanceChange, TitleRule
from abmhub.committee.privacy import erase
from abmhub.imports.models import ImportRun, SurvivorRule
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of

HEADER = "contact_id,first_name,last_name,email,job_title,account,phone\r\n"
FILE = (
    HEADER + "C1,Ines,Okafor,ines@acme.example,Chief Information Officer,Acme Robotics,555\r\n"
    "C2,Tomas,Varga,TOMAS@Acme.example,Head of Procurement,Acme Robotics Inc.,\r\n"
    "C3,Noor,Vik,,IT Manager,Acme Robotics,\r\n"
)


@pytest.fixture(autouse=True)
def house(account: Account) -> None:
    """Acme is known."""


def person(key: str) -> Contact:
    return Contact.objects.get(external_id=key)


def everything() -> list[list[Any]]:
    models: tuple[Any, ...] = (Contact, OptOut, StanceChange)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_people_come_to_their_account(take_in: TakeIn, account: Account, now: datetime) -> None:
    assert figures_of(take_in("contacts", FILE)) == {"rows": 3, "accepted": 3, "created": 3}
    ines, tomas = person("C1"), person("C2")
    assert (ines.name, ines.email, ines.phone, ines.account) == ("Ines Okafor", "ines@acme.example", "555", account)
    assert (tomas.email, tomas.refreshed_at, tomas.source) == ("tomas@acme.example", now, "CRM")


def test_the_same_file_again_changes_nothing(take_in: TakeIn) -> None:
    take_in("contacts", FILE)
    before = everything()
    assert figures_of(take_in("contacts", FILE)) == {"rows": 3, "accepted": 3, "unchanged": 3}
    assert everything() == before


@pytest.fixture
def title_rules(db: None) -> None:
    """Chiefs and managers are known, and nothing else."""
    TitleRule.objects.all().delete()
    for phrase, seniority in (("chief", "c_level"), ("manager", "manager")):
        TitleRule.objects.create(suggests="seniority", phrases=[phrase], seniority=seniority)


@pytest.mark.usefixtures("title_rules")
def test_the_title_suggests_what_the_file_does_not_decide(take_in: TakeIn) -> None:
    take_in(
        "contacts",
        "id,name,title,seniority,account\nC1,Ines,Chief Information Officer,,Acme Robotics\n"
        "C2,Tomas,Chief Information Officer,Manager,Acme Robotics\n",
    )
    assert (person("C1").seniority, person("C1").decided) == ("c_level", [])
    assert (person("C2").seniority, person("C2").decided) == ("manager", ["seniority"])
    take_in("contacts", "id,name,title,account\nC1,Ines,IT Manager,Acme Robotics\nC2,Tomas,CEO,Acme Robotics\n")
    assert person("C1").seniority == "manager"
    assert (person("C2").seniority, person("C2").title) == ("manager", "CEO")


@pytest.mark.parametrize(
    ("word", "role"),
    [("DECISION_MAKER", "decision_maker"), ("Economic Buyer", "decision_maker"), ("INFLUENCER;END_USER", "influencer")],
)
def test_buying_roles_of_other_systems_are_understood(take_in: TakeIn, word: str, role: str) -> None:
    take_in("contacts", f"id,name,buying role,account\nC1,Ines,{word},Acme Robotics\n")
    assert person("C1").buying_role == BuyingRole.objects.get(code=role)
    assert person("C1").decided == ["buying_role"]


class TestWho:
    def test_an_email_is_one_person_of_an_account(self, take_in: TakeIn, account: Account) -> None:
        known = Contact.objects.create(account=account, name="I. Okafor", email="Ines@acme.example")
        assert figures_of(take_in("contacts", "name,email\nInes Okafor,ines@acme.example\n"))["updated"] == 1
        known.refresh_from_db()
        assert known.name == "Ines Okafor"

    def test_a_name_is_one_person_unless_their_emails_differ(self, take_in: TakeIn, account: Account) -> None:
        Contact.objects.create(account=account, name="Ines Okafor")
        text = (
            "name,email,account\nines okafor,a@acme.example,Acme Robotics\nInes Okafor,b@acme.example,Acme Robotics\n"
        )
        run = take_in("contacts", text)
        assert figures_of(run) == {"rows": 2, "rejected": 2}
        run = take_in("contacts", "name,email,account\nInes Okafor,a@acme.example,Acme Robotics\n")
        assert figures_of(run)["updated"] == 1
        run = take_in("contacts", "name,email,account\nInes Okafor,b@acme.example,Acme Robotics\n")
        assert figures_of(run)["created"] == 1

    def test_two_of_a_name_are_told_apart_by_email(self, take_in: TakeIn, account: Account) -> None:
        for email in ("a@acme.example", "b@acme.example"):
            Contact.objects.create(account=account, name="Ines Okafor", email=email)
        run = take_in("contacts", "name,account\nInes Okafor,Acme Robotics\n")
        assert remarks_of(run) == [
            (1, "rejected", "There are 2 people of this name at the account: add a column with their email.")
        ]

    def test_who_has_no_email_is_taken_before_who_has_one(self, take_in: TakeIn) -> None:
        text = "name,email,account\nInes Okafor,a@acme.example,Acme Robotics\nInes Okafor,,Acme Robotics\n"
        assert figures_of(take_in("contacts", text))["created"] == 2
        assert figures_of(take_in("contacts", text)) == {"rows": 2, "accepted": 2, "unchanged": 2}

    def test_an_address_of_the_house_identifies_nobody(self, take_in: TakeIn) -> None:
        text = HEADER + "C1,Ines,Okafor,info@acme.example,,,\nC2,Tomas,Varga,info@acme.example,,,\n"
        run = take_in("contacts", text)
        assert figures_of(run) == {"rows": 2, "accepted": 2, "created": 2, "doubtful": 2}
        assert {person("C1").email, person("C2").email} == {""}
        assert figures_of(take_in("contacts", text))["unchanged"] == 2

    def test_an_address_keeps_the_person_it_has(self, take_in: TakeIn) -> None:
        take_in("contacts", HEADER + "C1,Ines,Okafor,ines@acme.example,,,\n")
        run = take_in("contacts", HEADER + "C2,Tomas,Varga,ines@acme.example,,,\n")
        assert remarks_of(run) == [(1, "doubtful", "The address belongs to Ines Okafor, so it was left out.")]
        assert person("C2").email == ""

    def test_merged_keys_lead_to_the_person(self, take_in: TakeIn) -> None:
        take_in("contacts", HEADER + "C2,Ines,Okafor,ines@acme.example,,,\n")
        text = "id,name,email,hs_calculated_merged_vids\nC1,Ines Okafor,ines@acme.example,C2:1661707291575;C3:1\n"
        assert figures_of(take_in("contacts", text + "C3,I. Okafor,,\n")) == {
            "rows": 2, "accepted": 1, "skipped": 1, "updated": 1
        }  # fmt: skip
        assert list(Contact.objects.values_list("external_id", flat=True)) == ["C1"]
        assert figures_of(take_in("contacts", text + "C3,I. Okafor,,\n"))["unchanged"] == 1

    def test_keys_in_one_cell_are_one_person(self, take_in: TakeIn) -> None:
        take_in("contacts", HEADER + "123;456,Ines,Okafor,ines@acme.example,,,\n")
        assert person("123").name == "Ines Okafor"

    def test_records_that_name_each_other_are_both_kept(self, take_in: TakeIn) -> None:
        text = "id,name,merged_ids,account\nA,Ines,B,Acme Robotics\nB,Tomas,A,Acme Robotics\n"
        assert figures_of(take_in("contacts", text))["created"] == 2


class TestAccountOfAPerson:
    @pytest.mark.parametrize(
        "cells", [",,,Acme Robotics", ",,https://www.acme.example/x,", "ines@mail.acme.example,,,"]
    )
    def test_it_is_found_by_what_the_row_says(self, take_in: TakeIn, account: Account, cells: str) -> None:
        take_in("contacts", f"name,email,id,website,company\nInes,{cells.replace(',,', ',C1,', 1)}\n")
        assert person("C1").account == account

    @pytest.mark.parametrize("email", ["noor@acme.example", "noor@gmail.com"])
    def test_who_is_known_by_address_stays_where_they_are(
        self, take_in: TakeIn, other_account: Account, email: str
    ) -> None:
        noor = Contact.objects.create(account=other_account, name="Noor", email=email)
        for text in (
            f"name,email\nNoor Vik,{email}\n",
            f"id,name,email\nC9,Noor,{email}\n",
            f"id,name,email\nC9,N.,{email}\n",
        ):
            assert figures_of(take_in("contacts", text)) == {"rows": 1, "accepted": 1, "updated": 1}
            noor.refresh_from_db()
            assert noor.account == other_account
        assert noor.external_id == "C9"

    def test_it_is_found_by_the_key_of_the_source(self, take_in: TakeIn) -> None:
        take_in("accounts", "id,name\nA1,Delta\n")
        take_in("contacts", "id,account id,name\nC1,A1,Ines\n")
        assert person("C1").account.name == "Delta"

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            (",,,Nowhere", "No account is called “Nowhere”: import it first, or correct the name."),
            (",A9,,", "No account of this source has the key A9: import the accounts first."),
            ("x@nowhere.example,,,", "No account has the domain nowhere.example: import the account first."),
            ("x@gmail.com,,,", "The row names no account: add a column with its name, key or domain."),
        ],
    )
    def test_a_row_without_one_is_told_what_to_do(self, take_in: TakeIn, cells: str, reason: str) -> None:
        run = take_in("contacts", f"name,email,account id,website,company\nInes,{cells}\n")
        assert remarks_of(run) == [(1, "rejected", reason)]

    def test_two_accounts_of_a_name_are_told_apart_by_domain(self, take_in: TakeIn) -> None:
        Account.objects.create(name="Acme Robotics", normalized_name="acme robotics", domain="acme-two.example")
        run = take_in("contacts", "id,name,account\nC1,Ines,Acme Robotics\n")
        assert "There are 2 accounts called “Acme Robotics”" in remarks_of(run)[0][2]
        assert (
            figures_of(take_in("contacts", "id,name,account,domain\nC1,I,Acme Robotics,acme.example\n"))["created"] == 1
        )

    def test_somebody_who_moves_takes_their_row_along(self, take_in: TakeIn, other_account: Account) -> None:
        take_in("contacts", FILE)
        take_in("contacts", "id,name,account\nC1,,Borealis Foods\n".replace("C1,", "C1,Ines Okafor"))
        assert person("C1").account == other_account


class TestAddresses:
    @pytest.mark.parametrize(
        "cell", ["mailto:Ines@acme.example", "Ines Okafor <ines@acme.example>", "ines@acme.example; i@acme.example"]
    )
    def test_the_first_address_is_taken(self, take_in: TakeIn, cell: str) -> None:
        run = take_in("contacts", f"id,name,email\nC1,Ines,{cell}\n")
        assert person("C1").email == "ines@acme.example"
        assert run.doubtful == (";" in cell)

    def test_what_is_no_address_is_left_out_and_said(self, take_in: TakeIn) -> None:
        run = take_in("contacts", "id,name,email,account\nC1,Ines,fcb67ef339b691956cc85fa12be6490c,Acme Robotics\n")
        assert remarks_of(run) == [(1, "doubtful", "This is no email address, so it was left out.")]


class TestOptOuts:
    def test_they_are_kept_and_never_taken_back(self, take_in: TakeIn, now: datetime) -> None:
        text = "id,name,account,HasOptedOutOfEmail,Do not call,opted out\nC1,Ines,Acme Robotics,{},{},{}\n"
        take_in("contacts", text.format("TRUE", "2025-01-02 10:00:00Z", "no"))
        kept = {row.channel: row.opted_out_at for row in person("C1").opt_outs.all()}
        assert kept == {"email": now, "phone": datetime(2025, 1, 2, 10, tzinfo=UTC)}
        assert person("C1").opted_out_at is None
        assert figures_of(take_in("contacts", text.format("FALSE", "", "yes")))["updated"] == 1
        assert (person("C1").opt_outs.count(), person("C1").opted_out_at) == (2, now)
        assert figures_of(take_in("contacts", text.format("FALSE", "0", "no")))["unchanged"] == 1

    def test_a_channel_that_is_refused_later_is_a_change(self, take_in: TakeIn) -> None:
        take_in("contacts", FILE)
        run = take_in("contacts", "id,name,email opt out\nC1,Ines Okafor,yes\n")
        assert (run.updated, list(person("C1").opt_outs.values_list("channel", flat=True))) == (1, ["email"])


class TestSurvival:
    """What a source may say of people that are known is decided once."""

    TEXT = "id,name,account,title,phone,seniority\nC1,Ines,Acme Robotics,{},{},{}\n"

    @pytest.fixture(autouse=True)
    def rules(self, title_rules: None) -> None:
        for field, rule in (("title", "fill"), ("phone", "never"), ("seniority", "never")):
            SurvivorRule.objects.create(kind="contacts", source="CRM", field=field, rule=rule)

    def test_a_field_is_filled_or_left_alone(self, take_in: TakeIn) -> None:
        take_in("contacts", self.TEXT.format("", "555", "VP"))
        ines = person("C1")
        assert (ines.phone, ines.seniority, ines.decided) == ("", "", [])
        take_in("contacts", self.TEXT.format("Manager", "555", ""))
        take_in("contacts", self.TEXT.format("Chief", "555", "VP"))
        ines = person("C1")
        assert (ines.title, ines.phone, ines.seniority, ines.decided) == ("Manager", "", "manager", [])


def test_a_stance_goes_into_the_history_once(take_in: TakeIn) -> None:
    text = "id,name,account,stance\nC1,Ines,Acme Robotics,{}\n"
    for stance in ("Champion", "Champion", "Blocker"):
        take_in("contacts", text.format(stance))
    history = StanceChange.objects.filter(contact=person("C1")).order_by("pk")
    assert list(history.values_list("stance", flat=True)) == ["champion", "blocker"]


class TestForgotten:
    @pytest.fixture(autouse=True)
    def erased(self, take_in: TakeIn, marketing_manager: User, now: datetime) -> None:
        take_in("contacts", FILE)
        for key in ("C1", "C3"):
            erase(contact=person(key), by=marketing_manager, at=now)

    def told(self, run: ImportRun) -> list[tuple[str, str]]:
        return [(remark.reason, "".join(remark.cells)) for remark in run.remarks.all()]

    @pytest.mark.parametrize(
        "row",
        [
            "C1,I.,O.,other@acme.example,,Acme Robotics,",
            "C9,I.,O.,Ines@ACME.example,,Acme Robotics,",
            "C9,I.,O.,Ines@ACME.example,,Acme Robotics,,one cell too many",
            ",Noor,Vik,,,Acme Robotics,",
        ],
    )
    def test_nobody_is_brought_back_and_nothing_of_them_is_kept(self, take_in: TakeIn, row: str) -> None:
        before = Contact.objects.count()
        run = take_in("contacts", HEADER + row + "\n")
        assert figures_of(run) == {"rows": 1, "skipped": 1}
        assert self.told(run) == [("This person asked to be forgotten.", "")]
        assert Contact.objects.count() == before
