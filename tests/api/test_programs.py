"""Programs over the API: reading, starting, changing, freezing."""

from typing import Any

import pytest

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Program
from abmhub.users.models import User
from tests.api.conftest import SignIn

PATH = "/api/v1/programs/"
WISH = {
    "name": "Close the books",
    "audience": "2026-Q2-EMEA-Finance in surge",
    "period": "quarter",
    "starts_on": "2026-04-01",
    "budget_amount": "1000.00",
    "objectives": "Ten SQLs",
}


@pytest.fixture
def made(api_as: SignIn, marketing_manager: User, account: Account) -> dict[str, Any]:
    answer = api_as(marketing_manager).post(PATH, WISH, format="json")
    assert answer.status_code == 201, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def test_a_marketing_manager_starts_one(made: dict[str, Any]) -> None:
    assert (made["ends_on"], made["accounts"], made["frozen_at"], made["tiers"]) == ("2026-06-30", 0, None, [])
    assert Program.objects.get().name == "Close the books"


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        pytest.param({"audience": "my list"}, "audience", id="audience"),
        pytest.param({"starts_on": "2026-05-01"}, "starts_on", id="first-day"),
    ],
)
def test_the_convention_is_checked(api_as: SignIn, marketing_manager: User, changes: dict[str, str], attr: str) -> None:
    answer = api_as(marketing_manager).post(PATH, WISH | changes, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)


def test_a_frozen_list_stays(
    api_as: SignIn, marketing_manager: User, rep: User, made: dict[str, Any], account: Account, other_account: Account
) -> None:
    client, path = api_as(marketing_manager), f"{PATH}{made['id']}/"
    assert client.post(f"{path}freeze/").json() == {"accounts": 2}
    assert client.post(f"{path}freeze/").status_code == 409
    assert client.patch(path, {"segment": "smb"}, format="json").status_code == 409
    assert client.patch(path, {"objectives": "More"}, format="json").json()["objectives"] == "More"
    assert [row["name"] for row in api_as(rep).get(f"{path}accounts/").json()["results"]] == [account.name]


def test_a_rep_reads_it_without_the_money_and_writes_nothing(api_as: SignIn, rep: User, made: dict[str, Any]) -> None:
    client, path = api_as(rep), f"{PATH}{made['id']}/"
    assert client.get(path).json()["budget_amount"] is None
    assert client.get(PATH).json()["results"][0]["spent_amount"] is None
    assert client.post(PATH, WISH, format="json").status_code == 403
    assert client.patch(path, {"name": "Mine"}, format="json").status_code == 403
    assert client.post(f"{path}freeze/").status_code == 403
