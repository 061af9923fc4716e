"""A deal is shared among the touches before it, to the cent; and sourced is not influenced."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Campaign, Channel, Touch
from abmhub.committee.models import Contact
from abmhub.metrics import rows
from abmhub.metrics.actions import snapshot
from abmhub.metrics.attribution import Before, Model, shares, sourced, weights
from abmhub.metrics.figures import INFLUENCED, SOURCED_BEFORE, SOURCED_FIRST, SOURCED_LEAD
from abmhub.metrics.models import AttributionSnapshot
from abmhub.metrics.spans import Window
from abmhub.metrics.touches import MARKETING_SOURCES
from abmhub.pipeline.models import Opportunity, Stage
from tests.metrics.conftest import ON, Company

BEGUN = date(2026, 2, 20)


@given(cents=st.integers(0, 10**11), model=st.sampled_from(Model), touches=st.integers(1, 40))
def test_shares_come_to_exactly_the_money(cents: int, model: Model, touches: int) -> None:
    found = shares(cents, model, touches)
    assert sum(found) == cents
    assert sum(weights(model, touches)) == 1
    assert all(abs(share - cents * weight) < 1 for share, weight in zip(found, weights(model, touches), strict=True))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Model.FIRST, [9_000_000, 0, 0]),
        (Model.LAST, [0, 0, 9_000_000]),
        (Model.EVEN, [3_000_000] * 3),
        (Model.POSITION, [3_600_000, 1_800_000, 3_600_000]),
    ],
    ids=str,
)
def test_three_touches_share_90_000(model: Model, expected: list[int]) -> None:
    assert shares(9_000_000, model, 3) == expected


def test_what_cannot_be_shared_goes_to_the_earliest_of_the_largest_remainders() -> None:
    assert shares(100, Model.EVEN, 3) == [34, 33, 33]
    assert shares(101, Model.POSITION, 4) == [41, 10, 10, 40]
    assert shares(5, Model.POSITION, 2) == [3, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_night_shares_as_the_plain_twin_does(company: Company, seed: int) -> None:
    company(seed, accounts=4, deals=60)
    snapshot(on=ON)
    expected: dict[tuple[str, int | None], int] = defaultdict(int)
    for deal in rows.won(ON - timedelta(days=364), ON).filter(number__isnull=False):
        touches = [
            touch
            for touch in Touch.objects.filter(account=deal.account).order_by("occurred_at", "pk")
            if touch.occurred_at.date() <= deal.closed_on and (touch.campaign or touch.source in MARKETING_SOURCES)
        ]
        for model in Model:
            if not touches:
                expected[model, None] += int(deal.number * 100)
                continue
            for touch, cents in zip(touches, shares(int(deal.number * 100), model, len(touches)), strict=True):
                expected[model, touch.channel_id] += cents
    found = {(row.model, row.channel_id): int(row.amount * 100) for row in AttributionSnapshot.objects.all()}
    assert found == {key: cents for key, cents in expected.items() if cents}
    assert found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by_lead", "by_first", "before_sales"),
    list(product([False, True], repeat=3)),
    ids=lambda each: "yes" if each else "no",
)
def test_a_deal_may_be_sourced_by_any_of_the_three_rules(
    account: Account, *, by_lead: bool, by_first: bool, before_sales: bool
) -> None:
    """Each of the eight cases, told by the plain rule and by the rows of the figures."""
    # The day, whether it was marketing's, whether it was with a person.
    told = {
        (False, False): [(10, False, True), (11, True, True)],
        (True, False): [(10, True, True), (10, False, True)],
        (True, True): [(10, True, False), (11, False, True)],
        (False, True): [(10, False, False), (11, True, True), (12, False, True)],
    }[by_first, before_sales]
    channel = Channel.objects.get(code="email")
    campaign = Campaign.objects.create(name="Spring", motion="abm", channel=channel, started_on=date(2026, 1, 1))
    person = Contact.objects.create(account=account, name="Ines Roth")
    for number, (day, is_marketing, with_person) in enumerate(told):
        Touch.objects.create(
            account=account,
            contact=person if with_person else None,
            channel=channel,
            occurred_at=datetime(2026, 2, day, 9 + number, tzinfo=UTC),
            source="orders" if is_marketing else "crm",
            external_id=str(number),
        )
    deal = Opportunity.objects.create(
        account=account,
        campaign=campaign if by_lead else None,
        stage=Stage.objects.filter(kind="open").order_by("pk")[0],
        engaged_on=BEGUN,
        source="t",
        external_id="1",
    )
    before = [Before(date(2026, 2, day), is_marketing, with_person) for day, is_marketing, with_person in told]
    plain = sourced(before, has_marketing_source=by_lead)
    assert (plain.by_lead_source, plain.by_first_touch, plain.before_sales) == (by_lead, by_first, before_sales)
    assert plain.rules == by_lead + by_first + before_sales
    found = tuple(
        figure.behind(on=BEGUN, window=Window.MONTH).filter(pk=deal.pk).exists()
        for figure in (SOURCED_LEAD, SOURCED_FIRST, SOURCED_BEFORE, INFLUENCED)
    )
    assert found == (plain.by_lead_source, plain.by_first_touch, plain.before_sales, plain.influenced)
