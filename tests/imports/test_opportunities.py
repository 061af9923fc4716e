"""Deals come in with what we know of them; what we do not know waits for a person, and stays settled."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from abmhub.accounts.models import Account, Territory
from abmhub.campaigns.models import Motion
from abmhub.imports import actions
from abmhub.imports.actions import NotKnown
from abmhub.imports.models import Settlement
from abmhub.pipeline.models import Opportunity, Product, Stage, StageChange
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of

HEADER = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\r\n"
FILE = (
    HEADER + "D1,Rana Haddad,GTX Pro,Acme Robotics,Won,2016-10-20,2017-03-01,1054\r\n"
    "D2,Rana Haddad,GTXPro,Acme Robotics,Lost,2016-10-25,2017-03-11,0\r\n"
    "D3,Rana Haddad,GTX Pro,,Engaging,2016-11-03,,\r\n"
    "D4,Nobody Here,GTXPro,Acme Robotix,Prospecting,,,\r\n"
)


@pytest.fixture
def product(db: None) -> Product:
    return Product.objects.create(name="GTX Pro", series="GTX")


@pytest.fixture(autouse=True)
def house(account: Account, product: Product) -> None:
    """Acme with its rep, and one product."""


def deal(key: str) -> Opportunity:
    return Opportunity.objects.get(external_id=key)


def history(key: str) -> list[tuple[str, date]]:
    return list(
        StageChange.objects.filter(opportunity__external_id=key)
        .order_by("entered_on", "pk")
        .values_list("stage__name", "entered_on")
    )


def everything() -> list[list[Any]]:
    models: tuple[Any, ...] = (Opportunity, StageChange, Stage, Account)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_known_names_become_links(take_in: TakeIn, account: Account, product: Product, rep: User) -> None:
    assert figures_of(take_in("opportunities", FILE)) == {"rows": 4, "accepted": 4, "created": 4, "doubtful": 3}
    won = deal("D1")
    assert (won.account, won.product, won.owner, won.stage.name) == (account, product, rep, "Won")
    assert (won.amount, won.engaged_on, won.closed_on) == (Decimal(1054), date(2016, 10, 20), date(2017, 3, 1))
    assert (won.territory, won.motion) == (Territory.objects.get(name="East coast"), Motion.ABM)


def test_unknown_names_are_kept_and_wait_for_a_person(take_in: TakeIn) -> None:
    run = take_in("opportunities", FILE)
    assert set(Opportunity.objects.unsettled().values_list("external_id", flat=True)) == {"D2", "D3", "D4"}
    assert (deal("D2").product, deal("D2").product_name) == (None, "GTXPro")
    assert (deal("D4").account, deal("D4").account_name, deal("D4").motion) == (None, "Acme Robotix", Motion.DEMAND_GEN)
    assert {(r.row_number, r.field, r.value, r.suggestion) for r in run.remarks.all()} == {
        (2, "product", "GTXPro", "GTX Pro"),
        (3, "account", "", ""),
        (4, "product", "GTXPro", "GTX Pro"),
        (4, "account", "Acme Robotix", "Acme Robotics"),
        (4, "owner", "Nobody Here", ""),
    }


def test_the_same_file_again_changes_nothing(take_in: TakeIn) -> None:
    take_in("opportunities", FILE)
    before = everything()
    assert figures_of(take_in("opportunities", FILE)) == {"rows": 4, "accepted": 4, "unchanged": 4, "doubtful": 3}
    assert everything() == before


def test_whoever_owns_a_deal_comes_to_work_the_account(take_in: TakeIn, account: Account, other_rep: User) -> None:
    assert not Account.objects.visible_to(other_rep).filter(pk=account.pk).exists()
    take_in("opportunities", HEADER + "D1,Oscar Lund,GTX Pro,Acme Robotics,Engaging,2016-10-20,,\n")
    assert Account.objects.visible_to(other_rep).filter(pk=account.pk).exists()


def test_whom_an_administrator_took_off_stays_off(take_in: TakeIn, account: Account, other_rep: User) -> None:
    text = HEADER + "D1,Oscar Lund,GTX Pro,Acme Robotics,Won,2016-10-20,2017-01-01,5\n"
    take_in("opportunities", text)
    account.team_members.all().delete()
    Account.objects.update(is_customer=False)
    take_in("opportunities", text)
    account.refresh_from_db()
    assert not account.team_members.exists()
    assert not account.is_customer


def test_a_won_deal_makes_a_customer_and_no_other_does(
    take_in: TakeIn, account: Account, other_account: Account
) -> None:
    take_in("opportunities", FILE + "D5,Rana Haddad,GTX Pro,Borealis Foods,Lost,2016-10-20,2017-01-01,0\r\n")
    account.refresh_from_db()
    other_account.refresh_from_db()
    assert (account.is_customer, other_account.is_customer) == (True, False)


def test_dates_become_the_stage_history(take_in: TakeIn) -> None:
    take_in("opportunities", FILE)
    assert history("D1") == [("Engaging", date(2016, 10, 20)), ("Won", date(2017, 3, 1))]
    assert history("D3") == [("Engaging", date(2016, 11, 3))]
    assert history("D4") == []


def test_a_corrected_date_corrects_the_history(take_in: TakeIn) -> None:
    take_in("opportunities", FILE)
    take_in("opportunities", HEADER + "D1,,,,Won,2016-10-21,2017-03-02,\r\n")
    assert history("D1") == [("Engaging", date(2016, 10, 21)), ("Won", date(2017, 3, 2))]


def test_a_deal_that_moves_on_keeps_where_it_was(take_in: TakeIn, now: datetime) -> None:
    take_in("opportunities", FILE)
    take_in(
        "opportunities", HEADER + "D3,,,,Negotiation,2016-11-03,,\r\nD1,,,,Engaging,,,\r\n", at=now + timedelta(days=1)
    )
    assert history("D3") == [("Engaging", date(2016, 11, 3)), ("Negotiation", date(2026, 3, 5))]
    assert ("Won", date(2017, 3, 1)) in history("D1")
    assert deal("D1").closed_on is None


def test_the_hoped_for_close_of_an_open_deal_is_no_close(take_in: TakeIn) -> None:
    take_in("opportunities", HEADER + "D9,,,,Negotiation,2016-11-03,2027-01-01,100\r\n")
    assert deal("D9").closed_on is None


@pytest.mark.parametrize(
    ("name", "kind", "is_qualified"),
    [
        ("Closed Won", "won", True),
        ("closedlost", "lost", True),
        ("Demo booked", "open", True),
        ("New lead", "open", False),
    ],
)
def test_an_unknown_stage_is_added_by_what_its_name_says(
    take_in: TakeIn, name: str, kind: str, is_qualified: bool
) -> None:
    take_in("opportunities", f"id,stage\nD9,{name}\n")
    stage = deal("D9").stage
    assert (stage.name, stage.kind, stage.is_qualified) == (name, kind, is_qualified)
    take_in("opportunities", f"id,stage\nD8,{name.upper()}\n")
    assert deal("D8").stage == stage


def test_a_column_of_motions_wins_over_the_default(take_in: TakeIn) -> None:
    take_in("opportunities", "id,stage,account,motion\nD9,Won,Acme Robotics,Demand Gen\nD8,Won,,ABM\n")
    assert (deal("D9").motion, deal("D8").motion) == (Motion.DEMAND_GEN, Motion.ABM)


def test_accounts_are_found_by_the_key_of_the_source(take_in: TakeIn) -> None:
    take_in("accounts", "id,account\n001,Delta\n002,Delta\n")
    take_in("opportunities", "id,stage,accountid,account\nD9,Won,002,Delta\nD8,Won,003,\nD7,Won,,Delta\n")
    assert deal("D9").account == Account.objects.get(identities__external_id="002")
    assert (deal("D8").account, deal("D8").account_name) == (None, "003")
    assert deal("D7").account is None


def test_a_close_before_the_beginning_is_remarked(take_in: TakeIn) -> None:
    run = take_in("opportunities", HEADER + "D9,,,Acme Robotics,Won,2017-03-02,2017-03-01,1\r\n")
    assert remarks_of(run) == [(1, "doubtful", "Closed before it began on 2017-03-02; both were kept as they came.")]


class TestSettling:
    @pytest.fixture(autouse=True)
    def came(self, take_in: TakeIn) -> None:
        take_in("opportunities", FILE)

    def settle(self, field: str, value: str, meaning: str, by: User, now: datetime) -> int:
        return actions.settle_name(source="CRM", field=field, value=value, meaning=meaning, by=by, at=now)

    def test_a_name_is_settled_for_all_that_came_with_it(self, admin: User, now: datetime, product: Product) -> None:
        assert self.settle("product", "GTXPro", "gtx pro", admin, now) == 2
        assert {deal(key).product for key in ("D2", "D4")} == {product}
        assert deal("D2").product_name == "GTXPro"

    def test_the_same_file_does_not_undo_it(
        self, take_in: TakeIn, admin: User, now: datetime, account: Account
    ) -> None:
        self.settle("product", "GTXPro", "GTX Pro", admin, now)
        actions.settle_deals(deals=[deal("D3").pk], field="account", meaning="acme.example", by=admin, at=now)
        before = everything()
        assert figures_of(take_in("opportunities", FILE)) == {"rows": 4, "accepted": 4, "unchanged": 4, "doubtful": 1}
        assert everything() == before
        assert deal("D3").account == account

    def test_later_rows_of_the_source_are_read_by_it(self, take_in: TakeIn, admin: User, now: datetime) -> None:
        self.settle("product", "GTXPro", "GTX Pro", admin, now)
        self.settle("account", "Acme Robotix", "Acme Robotics Inc.", admin, now)
        late = HEADER + "D9,Rana Haddad,GTXPro,Acme Robotix,Won,2017-01-01,2017-02-01,5\r\n"
        assert figures_of(take_in("opportunities", late)) == {"rows": 1, "accepted": 1, "created": 1}
        assert figures_of(take_in("opportunities", late, source="other"))["doubtful"] == 1

    def test_one_deal_can_be_settled_otherwise_than_its_name(self, take_in: TakeIn, admin: User, now: datetime) -> None:
        other = Product.objects.create(name="GTX Plus Pro")
        actions.settle_deals(deals=[deal("D2").pk], field="product", meaning="GTX Plus Pro", by=admin, at=now)
        assert self.settle("product", "GTXPro", "GTX Pro", admin, now) == 1
        take_in("opportunities", FILE)
        assert deal("D2").product == other

    def test_another_name_is_another_question(self, take_in: TakeIn, admin: User, now: datetime) -> None:
        self.settle("product", "GTXPro", "GTX Pro", admin, now)
        take_in("opportunities", HEADER + "D2,,MG Spezial,,Lost,,,\r\n")
        assert (deal("D2").product, deal("D2").product_name) == (None, "MG Spezial")

    def test_an_account_brings_its_motion_its_team_and_its_customer(
        self, admin: User, now: datetime, other_rep: User, other_account: Account
    ) -> None:
        Opportunity.objects.filter(external_id="D3").update(stage=Stage.objects.get(name="Won"))
        actions.settle_deals(deals=[deal("D3").pk], field="account", meaning="Borealis Foods", by=admin, at=now)
        other_account.refresh_from_db()
        assert other_account.is_customer
        assert deal("D3").motion == Motion.ABM
        assert set(other_account.team.values_list("name", flat=True)) == {"Rana Haddad"}

    def test_a_deal_that_has_an_account_keeps_it(
        self, admin: User, now: datetime, account: Account, other_account: Account
    ) -> None:
        assert (
            actions.settle_deals(deals=[deal("D1").pk], field="account", meaning="Borealis Foods", by=admin, at=now)
            == 0
        )
        assert deal("D1").account == account

    @pytest.mark.parametrize(
        ("field", "meaning", "sentence"),
        [
            ("product", "GTX Por", "no product “GTX Por”. Did you mean GTX Pro"),
            ("account", "Acme Robotic", "no account “Acme Robotic”. Did you mean Acme Robotics"),
            ("country", "Atlantis", "no country that we know"),
            ("industry", "", "no industry that we know"),
            ("shoe size", "42", "no shoe size"),
        ],
    )
    def test_what_nobody_knows_is_refused(
        self, admin: User, now: datetime, field: str, meaning: str, sentence: str
    ) -> None:
        with pytest.raises(NotKnown, match=sentence):
            self.settle(field, "anything", meaning, admin, now)
        assert not Settlement.objects.exists()


def test_a_misspelt_industry_is_settled_for_good(take_in: TakeIn, admin: User, now: datetime) -> None:
    text = "account,sector,office_location\nDelta,technolgy,Philipines\n"
    take_in("accounts", text)
    for field, value, meaning in (("industry", "technolgy", "technology"), ("country", "Philipines", "Philippines")):
        assert actions.settle_name(source="CRM", field=field, value=value, meaning=meaning, by=admin, at=now) == 1
    assert figures_of(take_in("accounts", text)) == {"rows": 1, "accepted": 1, "unchanged": 1}
    account = Account.objects.get(name="Delta")
    assert (account.industry, account.country, account.headquarters) == ("technology", "PH", "")


class TestCurrency:
    def test_it_is_what_stands_beside_the_amount(self, take_in: TakeIn) -> None:
        take_in("opportunities", "id,stage,amount\nD1,Won,1906 EUR\nD2,Won,$5\nD3,Won,7\nD4,Won,\n")
        assert [deal(key).currency for key in ("D1", "D2", "D3", "D4")] == ["EUR", "USD", "USD", "USD"]
        assert take_in("opportunities", "id,stage,amount\nD1,Won,1906\n").unchanged == 1

    def test_a_column_of_its_own_goes_before_it_and_the_heading_behind_it(self, take_in: TakeIn) -> None:
        take_in("opportunities", "id,stage,Amount (EUR),currency\nD1,Won,£1906,CHF\nD2,Won,£5,\nD3,Won,7,\n")
        assert [deal(key).currency for key in ("D1", "D2", "D3")] == ["CHF", "GBP", "EUR"]
