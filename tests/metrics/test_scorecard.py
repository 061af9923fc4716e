"""The scorecard of tactics: what is counted, and what it says about them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from abmhub.committee.models import Contact
from abmhub.core.statistics import difference_of_shares
from abmhub.menus.models import Tactic
from abmhub.metrics.scorecard import Score, Verdict, keep, scorecard
from abmhub.orders.models import FollowUp, OrderLine
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import User
from tests.orders.conftest import Place, place  # noqa: F401


@pytest.fixture
def delivered_line(place: Place, tactic: Tactic, contacts: list[Contact], now: datetime) -> OrderLine:  # noqa: F811
    """Ordered and delivered at `now`."""
    lines = OrderLine.objects.filter(order=place((tactic, contacts[:1])))
    lines.update(state=OrderLine.State.DELIVERED, delivered_at=now, actual_cost=5)
    return lines.get()


def score(judged: int, began: int, others: int, others_began: int, *, kept: int = 0) -> Score:
    return Score(
        tactic=Tactic(name="Card"),
        ordered=judged,
        cost=Decimal(10 * judged),
        delivered=judged,
        kept=kept,
        followed_up=0,
        judged=judged,
        began=began,
        others_judged=others,
        others_began=others_began,
    )


def test_the_interval_of_a_difference_is_that_of_newcombe() -> None:
    found = difference_of_shares(56, 70, 48, 80)
    assert found is not None
    assert [round(each, 4) for each in found] == [0.2, 0.0524, 0.3339]
    assert difference_of_shares(0, 0, 1, 2) is None


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (score(19, 19, 500, 0), Verdict.NOT_YET),
        (score(500, 0, 19, 19), Verdict.NOT_YET),
        (score(40, 30, 400, 100), Verdict.KEEP),
        (score(40, 0, 400, 200), Verdict.RETIRE),
        (score(40, 11, 400, 100, kept=10), Verdict.WATCH),
        (score(40, 11, 400, 100, kept=36), Verdict.KEEP),
        (score(40, 9, 400, 100, kept=40), Verdict.WATCH),
    ],
    ids=["too few", "too few others", "above", "below", "unreliable", "no worse and reliable", "a little worse"],
)
def test_a_verdict_follows_its_rule(told: Score, verdict: Verdict) -> None:
    assert told.verdict == verdict


@pytest.mark.django_db
def test_it_counts_promises_follow_ups_and_deals_after_a_delivery(
    delivered_line: OrderLine, rep: User, now: datetime
) -> None:
    account = delivered_line.order.account
    FollowUp.objects.create(line=delivered_line, account=account, owner=rep, due_at=now, done_at=now)
    stage = Stage.objects.filter(kind="open").order_by("pk")[0]
    delivered_on = now.date()
    for number, day in enumerate((delivered_on, delivered_on + timedelta(days=91))):
        Opportunity.objects.create(
            account=account, stage=stage, engaged_on=day, source="before and too late", external_id=str(number)
        )
    later = delivered_on + timedelta(days=120)
    assert scorecard(on=later) == []
    assert keep(on=later) == 1
    (found,) = scorecard(on=later)
    assert (found.ordered, found.delivered, found.judged, found.began) == (1, 1, 1, 0)
    Opportunity.objects.create(
        account=account, stage=stage, engaged_on=delivered_on + timedelta(days=90), source="in time", external_id="1"
    )
    (frozen,) = scorecard(on=later)
    assert frozen.began == 0
    keep(on=later)
    (found,) = scorecard(on=later)
    assert (found.began, found.followed_up) == (1, 1)
    assert found.kept == int(delivered_on <= delivered_line.promised_on)
    keep(on=delivered_on + timedelta(days=89))
    (young,) = scorecard(on=delivered_on + timedelta(days=89))
    assert (young.delivered, young.judged) == (1, 0)
