"""The double funnel over REST: what is known today, and what a past night reported."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.funnel.actions import snapshot
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import User
from tests.api.conftest import SignIn

pytestmark = pytest.mark.django_db
URL = reverse("api-funnel-list")


@pytest.fixture
def won(account: Account, today: date) -> Opportunity:
    """A deal that the night saw won."""
    stage = Stage.objects.filter(kind="won").order_by("pk")[0]
    deal = Opportunity.objects.create(
        account=account, stage=stage, amount=100, engaged_on=today - timedelta(days=9), closed_on=today, source="t",
        external_id="1",
    )  # fmt: skip
    snapshot(on=today)
    return deal


def test_what_a_night_reported_stays_whatever_is_known_today(
    won: Opportunity, api_as: SignIn, analyst: User, today: date
) -> None:
    won.delete()
    asked = {"as_of": today.isoformat(), "by": "motion"}
    assert api_as(analyst).get(URL, asked).json()["won"] == 0
    then = api_as(analyst).get(URL, asked | {"reported": "true"}).json()
    assert (then["won"], then["won_amount"]) == (1, 100.0)
    assert [row["key"] for row in then["rows"]] == ["abm"]
    assert then["stages"]["abm"]["won"]["entered"] == 1
    assert [each["key"] for each in then["slices"]] == ["ABM"]


def test_what_no_night_reported_is_refused_by_the_name_of_what_asked_for_it(
    won: Opportunity, api_as: SignIn, analyst: User, today: date
) -> None:
    tomorrow = (today + timedelta(days=1)).isoformat()
    for asked, name in (
        ({"as_of": tomorrow}, "as_of"),
        ({"as_of": today.isoformat(), "by": "product"}, "by"),
        ({"as_of": today.isoformat(), "since": today.isoformat()}, "reported"),
    ):
        answer = api_as(analyst).get(URL, asked | {"reported": "true"})
        assert answer.status_code == 400
        assert name in str(answer.json())
