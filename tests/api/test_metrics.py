"""The metrics over REST: what the page shows."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.metrics.actions import snapshot
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import User
from tests.api.conftest import SignIn

pytestmark = pytest.mark.django_db
URL = reverse("api-metric-list")


@pytest.fixture
def told(account: Account, today: date) -> None:
    """One deal won and three lost, as a night froze them."""
    for kind, number in (("won", 1), ("lost", 3)):
        stage = Stage.objects.filter(kind=kind).order_by("pk")[0]
        for each in range(number):
            Opportunity.objects.create(
                account=account, stage=stage, amount=100, engaged_on=today - timedelta(days=9), closed_on=today,
                source="t", external_id=f"{kind} {each}",
            )  # fmt: skip
    snapshot(on=today)


def test_a_metric_tells_its_definitions_and_their_figures(
    told: None, api_as: SignIn, analyst: User, today: date
) -> None:
    answer = api_as(analyst).get(URL, {"on": today.isoformat()}).json()
    rate = next(each for each in answer if each["metric"] == "win_rate")
    ours, *rivals = rate["definitions"]
    assert (ours["code"], ours["value"], ours["is_ours"]) == ("decided", 0.25, True)
    assert [(each["code"], each["rows"]) for each in ours["figures"]] == [("won", 1), ("lost", 3)]
    assert [each["is_ours"] for each in rivals] == [False]


def test_what_is_made_of_spend_is_not_for_reps(told: None, api_as: SignIn, rep: User, analyst: User) -> None:
    names = {user.name: {each["metric"] for each in api_as(user).get(URL).json()} for user in (rep, analyst)}
    assert names[analyst.name] - names[rep.name] == {"cac", "clv"}


def test_a_key_without_its_cut_is_refused(told: None, api_as: SignIn, analyst: User) -> None:
    assert api_as(analyst).get(URL, {"key": "1"}).status_code == 400
    assert api_as(analyst).get(URL, {"by": "tier", "key": "1"}).status_code == 200
