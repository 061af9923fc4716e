"""Changing accounts by hand, many at once or one fact of one, and taking it back."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from abmhub.accounts.actions import assign
from abmhub.accounts.editing import (
    MOST_ACCOUNTS,
    NothingToUndo,
    StaleForm,
    TooManyAccounts,
    edit_accounts,
    edit_field,
    undo_edit,
)
from abmhub.accounts.facts import Value
from abmhub.accounts.models import Account, AccountEdit, Attribute, EditedAccount, Segment, Territory
from abmhub.core.refusals import NotAllowed
from abmhub.users.models import Role, User
from tests.at_once import at_once


@pytest.fixture
def parcels(db: None) -> Attribute:
    return Attribute.objects.create(code="parcels", label="Parcels", kind=Attribute.Kind.NUMBER)


def fresh(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def facts_in_the_database(*accounts: Account) -> list[dict[str, object]]:
    """All that is kept of these, but for the moment of the last change."""
    rows = (dict(Account.objects.values().get(pk=account.pk)) for account in accounts)
    return [{key: value for key, value in row.items() if key != "updated_at"} for row in rows]


class TestManyAtOnce:
    def test_it_gives_all_of_them_the_same_facts(
        self, account: Account, other_account: Account, parcels: Attribute, admin: User, now: datetime
    ) -> None:
        changes: dict[str, Value] = {
            "industry": "retail",
            "segment": Segment.ENTERPRISE,
            "annual_revenue_amount": Decimal("9007199254740993.25"),
            "technologies": ["SAP", "Odoo"],
            "is_target": False,
            "attributes.parcels": 1200,
        }
        edit = edit_accounts(accounts=Account.objects.all(), changes=changes, by=admin, at=now)
        assert edit is not None
        assert edit.accounts.count() == 2
        for each in (fresh(account), fresh(other_account)):
            assert (each.industry, each.segment, each.is_target) == ("retail", "enterprise", False)
            assert each.annual_revenue_amount == Decimal("9007199254740993.25")
            assert each.technologies == ["SAP", "Odoo"]
            assert each.attributes == {"parcels": 1200}
            assert each.updated_at == now
        assert (fresh(account).country, fresh(account).employees) == ("US", 900)

    def test_only_what_changes_is_in_the_journal(
        self, account: Account, other_account: Account, admin: User, now: datetime
    ) -> None:
        edit = edit_accounts(
            accounts=Account.objects.all(), changes={"country": "US", "currency": "USD"}, by=admin, at=now
        )
        [edited] = EditedAccount.objects.filter(edit=edit)
        assert edited.account == other_account
        assert (edited.before, edited.after) == ({"country": ""}, {"country": "US"})

    def test_the_same_again_is_no_edit(self, account: Account, admin: User, now: datetime) -> None:
        for expected in (AccountEdit, type(None)):
            edit = edit_accounts(accounts=[account.pk], changes={"acv_amount": Decimal("1.50")}, by=admin, at=now)
            assert isinstance(edit, expected)
        assert AccountEdit.objects.count() == 1

    def test_unknown_takes_an_attribute_away(
        self, account: Account, parcels: Attribute, admin: User, now: datetime
    ) -> None:
        for value in (5, None):
            edit_accounts(accounts=[account.pk], changes={"attributes.parcels": value}, by=admin, at=now)
        assert fresh(account).attributes == {}

    def test_accounts_of_others_are_left_alone(
        self, account: Account, other_account: Account, rep: User, now: datetime
    ) -> None:
        edit_accounts(accounts=[account.pk, other_account.pk], changes={"industry": "retail"}, by=rep, at=now)
        assert (fresh(account).industry, fresh(other_account).industry) == ("retail", "")

    @pytest.mark.parametrize(
        ("person", "refused"),
        [
            ("rep", ("owner", "territory", "is_target")),
            ("sales_manager", ()),
            ("marketing_manager", ("owner", "territory")),
            ("marketer", ("industry", "owner", "territory", "is_target")),
            ("analyst", ("industry", "owner", "territory", "is_target")),
        ],
    )
    def test_who_may_change_what(
        self, person: str, refused: tuple[str, ...], account: Account, request: pytest.FixtureRequest, now: datetime
    ) -> None:
        by = request.getfixturevalue(person)
        wanted: dict[str, Value] = {"industry": "retail", "is_target": False, "territory": None, "owner": None}
        for code, value in wanted.items():
            try:
                edit_accounts(accounts=[account.pk], changes={code: value}, by=by, at=now)
            except NotAllowed:
                assert code in refused
            else:
                assert code not in refused

    def test_a_manager_gives_accounts_to_the_own_teams_alone(
        self, account: Account, sales_manager: User, other_rep: User, now: datetime
    ) -> None:
        with pytest.raises(NotAllowed, match="own teams"):
            edit_accounts(accounts=[account.pk], changes={"owner": other_rep}, by=sales_manager, at=now)

    def test_too_many_are_refused(
        self, account: Account, other_account: Account, admin: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert MOST_ACCOUNTS == 10_000
        monkeypatch.setattr("abmhub.accounts.editing.MOST_ACCOUNTS", 1)
        with pytest.raises(TooManyAccounts):
            edit_accounts(accounts=Account.objects.all(), changes={"industry": "retail"}, by=admin, at=now)
        assert not AccountEdit.objects.exists()

    def test_an_assignment_is_in_the_history(
        self, account: Account, other_rep: User, rep: User, admin: User, now: datetime
    ) -> None:
        assign(account=account, owner=other_rep, territory=account.territory, by=admin, at=now)
        [edited] = account.edits.all()
        assert (edited.before, edited.after) == ({"owner_id": rep.pk}, {"owner_id": other_rep.pk})
        assert edited.edit.summary == "Owner: Oscar Lund"
        assert edited.edit.by == admin


class TestUndo:
    def test_it_gives_back_what_was(
        self, account: Account, other_account: Account, parcels: Attribute, admin: User, now: datetime
    ) -> None:
        Account.objects.filter(pk=account.pk).update(attributes={"parcels": 7, "else": "kept"})
        before = facts_in_the_database(account, other_account)
        changes = {
            "name": "Changed",
            "owner": None,
            "territory": None,
            "employees": None,
            "acv_amount": Decimal(3),
            "technologies": ["SAP"],
            "attributes.parcels": 9,
        }
        edit = edit_accounts(accounts=Account.objects.all(), changes=changes, by=admin, at=now)
        assert edit is not None
        undone = undo_edit(edit=edit, by=admin, at=now + timedelta(minutes=1))
        assert (undone.given_back, undone.overtaken) == (2, {})
        assert facts_in_the_database(account, other_account) == before
        assert fresh(account).attributes == {"parcels": 7, "else": "kept"}

    def test_what_somebody_changed_since_stays_and_is_told(
        self, account: Account, other_account: Account, admin: User, now: datetime
    ) -> None:
        edit = edit_accounts(
            accounts=Account.objects.all(), changes={"industry": "retail", "country": "DE"}, by=admin, at=now
        )
        assert edit is not None
        Account.objects.filter(pk=account.pk).update(industry="toys")
        undone = undo_edit(edit=edit, by=admin, at=now)
        assert (undone.given_back, undone.overtaken) == (1, {account.pk: "Acme Robotics"})
        assert (fresh(account).industry, fresh(account).country) == ("toys", "DE")
        assert (fresh(other_account).industry, fresh(other_account).country) == ("", "")
        assert account.edits.get().undone_at is None

    def test_another_fact_that_somebody_changed_since_is_no_hindrance(
        self, account: Account, admin: User, now: datetime
    ) -> None:
        edit = edit_accounts(accounts=[account.pk], changes={"industry": "retail"}, by=admin, at=now)
        assert edit is not None
        Account.objects.filter(pk=account.pk).update(country="DE")
        assert undo_edit(edit=edit, by=admin, at=now).given_back == 1
        assert (fresh(account).industry, fresh(account).country) == ("technology", "DE")

    def test_an_owner_who_is_gone_is_not_given_back(
        self, account: Account, rep: User, sales_manager: User, admin: User, now: datetime
    ) -> None:
        edit = edit_accounts(accounts=[account.pk], changes={"owner": sales_manager}, by=admin, at=now)
        assert edit is not None
        rep.delete()
        assert undo_edit(edit=edit, by=admin, at=now).overtaken == {account.pk: "Acme Robotics"}
        assert fresh(account).owner == sales_manager

    def test_once_only(self, account: Account, admin: User, now: datetime) -> None:
        edit = edit_accounts(accounts=[account.pk], changes={"industry": "retail"}, by=admin, at=now)
        assert edit is not None
        undo_edit(edit=edit, by=admin, at=now)
        with pytest.raises(NothingToUndo):
            undo_edit(edit=edit, by=admin, at=now)

    def test_one_takes_back_what_one_did_and_an_administrator_all(
        self, account: Account, rep: User, sales_manager: User, admin: User, now: datetime
    ) -> None:
        edit = edit_accounts(accounts=[account.pk], changes={"industry": "retail"}, by=rep, at=now)
        assert edit is not None
        with pytest.raises(NotAllowed):
            undo_edit(edit=edit, by=sales_manager, at=now)
        undo_edit(edit=edit, by=admin, at=now)
        assert fresh(account).industry == "technology"

    def test_who_gave_an_account_away_may_take_it_back(
        self, account: Account, rep: User, sales_manager: User, now: datetime
    ) -> None:
        edit = edit_accounts(
            accounts=[account.pk], changes={"owner": None, "territory": None}, by=sales_manager, at=now
        )
        assert edit is not None
        assert not Account.objects.visible_to(sales_manager).exists()
        undo_edit(edit=edit, by=sales_manager, at=now)
        assert fresh(account).owner == rep


class TestOneFact:
    def test_it_is_changed_from_what_the_form_showed(self, account: Account, rep: User, now: datetime) -> None:
        edit_field(account=account, field="acv_amount", was=Decimal("90000.0"), value=Decimal(5), by=rep, at=now)
        assert fresh(account).acv_amount == 5

    def test_a_stale_form_says_who_changed_it_to_what(
        self, account: Account, rep: User, sales_manager: User, now: datetime
    ) -> None:
        edit_field(account=account, field="industry", was="technology", value="retail", by=sales_manager, at=now)
        with pytest.raises(StaleForm, match="Selma Berg changed Industry to retail") as stale:
            edit_field(account=account, field="industry", was="technology", value="toys", by=rep, at=now)
        assert stale.value.present == '"retail"'
        assert fresh(account).industry == "retail"

    def test_nobody_is_named_who_did_not_do_it(
        self, account: Account, rep: User, sales_manager: User, now: datetime
    ) -> None:
        edit_field(account=account, field="industry", was="technology", value="retail", by=sales_manager, at=now)
        Account.objects.update(industry="toys")
        with pytest.raises(StaleForm, match="somebody changed Industry to toys"):
            edit_field(account=account, field="industry", was="retail", value="food", by=rep, at=now)

    def test_two_who_agree_are_no_conflict(self, account: Account, rep: User, now: datetime) -> None:
        Account.objects.update(industry="retail")
        edit_field(account=account, field="industry", was="technology", value="retail", by=rep, at=now)
        assert fresh(account).industry == "retail"

    def test_an_account_of_others_is_refused(self, account: Account, other_rep: User, now: datetime) -> None:
        with pytest.raises(NotAllowed):
            edit_field(account=account, field="industry", was="technology", value="retail", by=other_rep, at=now)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_wins_and_the_other_is_told(
        self, account: Account, rep: User, sales_manager: User, now: datetime
    ) -> None:
        def say(industry: str, by: User) -> object:
            return edit_field(account=account, field="industry", was="technology", value=industry, by=by, at=now)

        outcomes = at_once([lambda: say("retail", rep), lambda: say("toys", sales_manager)])
        [told] = [outcome for outcome in outcomes if isinstance(outcome, StaleForm)]
        [won] = [outcome for outcome in outcomes if isinstance(outcome, AccountEdit)]
        left = fresh(account).industry
        assert told.present == f'"{left}"'
        assert won.accounts.get().after == {"industry": left}

    @pytest.mark.django_db(transaction=True)
    def test_of_two_undos_at_once_one_does_it(self, account: Account, admin: User, now: datetime) -> None:
        edit = edit_accounts(accounts=[account.pk], changes={"industry": "retail"}, by=admin, at=now)
        assert edit is not None
        outcomes = at_once([lambda: undo_edit(edit=edit, by=admin, at=now)] * 2)
        assert sum(isinstance(outcome, NothingToUndo) for outcome in outcomes) == 1
        assert fresh(account).industry == "technology"


def test_a_rep_named_mate_may_get_accounts(account: Account, sales_manager: User, rep: User, now: datetime) -> None:
    mate = User.objects.create_user(None, name="Mate", role=Role.SALES_REP, team=rep.team)
    Territory.objects.create(name="North")
    edit_accounts(accounts=[account.pk], changes={"owner": mate}, by=sales_manager, at=now)
    assert fresh(account).owner == mate
