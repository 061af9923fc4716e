from abmhub.accounts.models import Account, Standing
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.users.models import User
from tests.api.conftest import SignIn


def test_it_shows_a_rep_the_accounts_they_may_see_and_no_others(
    api_as: SignIn, rep: User, account: Account, other_account: Account
) -> None:
    answer = api_as(rep).get("/api/v1/accounts/").json()
    assert [row["name"] for row in answer["results"]] == ["Acme Robotics"]


def test_it_answers_404_for_an_account_of_another_territory(api_as: SignIn, rep: User, other_account: Account) -> None:
    client = api_as(rep)
    assert client.get(f"/api/v1/accounts/{other_account.pk}/").status_code == 404
    assert client.get(f"/api/v1/accounts/{other_account.pk}/menu/").status_code == 404


def test_it_tells_the_tier_with_its_reason_and_scores(api_as: SignIn, rep: User, account: Account) -> None:
    row = api_as(rep).get(f"/api/v1/accounts/{account.pk}/").json()
    assert row["tier"] == {"level": 1, "name": "Tier 1"}
    assert (row["fit"], row["intent"], row["engagement"]) == (90, 75, 66)
    assert "reach Tier 1" in row["reason"]


def test_it_shows_what_is_unknown_as_null(api_as: SignIn, analyst: User) -> None:
    bare = Account.objects.create(name="Unscored", normalized_name="unscored")
    row = api_as(analyst).get(f"/api/v1/accounts/{bare.pk}/").json()
    assert row["tier"] is None
    assert row["fit"] is None


def test_it_filters_by_tier_where_zero_means_none(
    api_as: SignIn, analyst: User, account: Account, other_account: Account
) -> None:
    Standing.objects.filter(account=other_account).update(tier=None)
    client = api_as(analyst)
    assert [row["id"] for row in client.get("/api/v1/accounts/?tier=1").json()["results"]] == [account.pk]
    assert [row["id"] for row in client.get("/api/v1/accounts/?tier=0").json()["results"]] == [other_account.pk]


def test_it_pages_without_gaps_or_repeats(api_as: SignIn, analyst: User) -> None:
    Account.objects.bulk_create(Account(name=f"Firm {n}", normalized_name=f"firm {n}") for n in range(120))
    client = api_as(analyst)
    seen: list[int] = []
    url = "/api/v1/accounts/"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == 120


def test_it_serves_the_menu_with_promise_dates(
    api_as: SignIn, rep: User, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    menu = api_as(rep).get(f"/api/v1/accounts/{account.pk}/menu/").json()
    offer = next(offer for offer in menu["offers"] if offer["tactic"] == tactic.pk)
    assert menu["tier"]["level"] == 1
    assert offer["unit_cost"] == "40.00"
    assert offer["promise_on"]
