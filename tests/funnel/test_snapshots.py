"""What the night freezes of the double funnel: a table worked by hand, a slow twin, and days that are over."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist

from abmhub.accounts.models import Account, Standing, Tier, TierChange
from abmhub.campaigns.models import Motion
from abmhub.funnel import books
from abmhub.funnel.actions import snapshot
from abmhub.funnel.models import DealSnapshot, FunnelSnapshot, FunnelStage
from abmhub.pipeline.models import Lead, Opportunity, Stage, StageChange
from abmhub.signals.models import EngagementEvent, EventType
from tests.funnel.conftest import MakeDeal, MakeLead

TODAY = date(2026, 3, 4)
EARLIER = date(2026, 1, 10)
NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
ABM, DEMAND_GEN = Motion.ABM, Motion.DEMAND_GEN


def account(name: str, *, tiered_on: date | None = None) -> Account:
    made = Account.objects.create(name=name, normalized_name=name.lower())
    if tiered_on:
        tier = Tier.objects.get(level=2)
        Standing.objects.create(account=made, tier=tier, tier_since_on=tiered_on)
        TierChange.objects.create(account=made, changed_on=tiered_on, to_tier=tier, policy_version=1)
    return made


def engage(who: Account, code: str, at: datetime = NOON) -> None:
    event_type = EventType.objects.get(code=code)
    EngagementEvent.objects.create(
        account=who, event_type=event_type, occurred_at=at, source="test", external_id=f"{who.pk} {code} {at}"
    )


def grid(day: date = TODAY) -> dict[str, list[tuple[int, int, int]]]:
    """Volume, accounts and value of each stage, by motion."""
    rows = {(row.motion, row.stage): row for row in FunnelSnapshot.objects.filter(snapshot_on=day)}
    return {
        motion: [
            (rows[motion, stage].volume, rows[motion, stage].accounts, int(rows[motion, stage].value_amount))
            for stage in FunnelStage
        ]
        for motion in Motion
    }


def test_the_night_freezes_this_grid(deal: MakeDeal, lead: MakeLead) -> None:
    account("Tiered and quiet", tiered_on=EARLIER)
    browsing = account("Tiered and browsing", tiered_on=EARLIER)
    engage(browsing, "page_view")
    engage(browsing, "ad_click")
    engaged = account("Tiered and engaged", tiered_on=EARLIER)
    engage(engaged, "pricing_view")
    once_tiered = account("In a tier once", tiered_on=EARLIER)
    Standing.objects.filter(account=once_tiered).update(tier=None)
    engage(account("Never in a tier"), "demo_request")
    customer = account("Bought without a tier")
    deal("Won", account=customer, amount=500, engaged_on=EARLIER, closed_on=TODAY)
    deal("Prospecting", account=engaged, amount=100)
    deal("Lost", account=engaged, amount=70, closed_on=TODAY, history=[("Prospecting", EARLIER)])
    deal("Lost", account=engaged, amount=30, closed_on=TODAY, history=[("Proposal", EARLIER)])
    deal("Engaging", amount=20, account_name="Nobody we know")

    lead(created_on=EARLIER)
    lead(created_on=EARLIER, mql_on=EARLIER)
    lead(created_on=EARLIER, mql_on=EARLIER, sql_on=EARLIER, account=customer)
    bought = deal("Won", motion=DEMAND_GEN, account=customer, amount=40, closed_on=TODAY)
    lead(created_on=EARLIER, opportunity=bought, account=customer)
    deal("Engaging", motion=DEMAND_GEN, amount=9)  # nobody recorded the lead it came from

    assert snapshot(on=TODAY) == 14  # ten cells, three sums of deals, and the market of the quarter
    assert grid() == {
        ABM: [(5, 5, 0), (2, 2, 0), (5, 2, 720), (3, 2, 550), (1, 1, 500)],
        DEMAND_GEN: [(5, 1, 0), (4, 1, 0), (3, 1, 49), (2, 1, 49), (1, 1, 40)],
    }
    assert books.errors() == []


def test_the_tiles_are_frozen_for_each_motion_and_for_both(deal: MakeDeal) -> None:
    deal("Won", amount=100, engaged_on=EARLIER, closed_on=TODAY)
    deal("Lost", engaged_on=EARLIER, closed_on=TODAY)
    deal("Won", motion=DEMAND_GEN, amount=400, engaged_on=TODAY, closed_on=TODAY)
    snapshot(on=TODAY)
    tiles = {row.motion: (row.won, row.lost, int(row.won_amount)) for row in DealSnapshot.objects.all()}
    assert tiles == {"": (2, 1, 500), ABM: (1, 1, 100), DEMAND_GEN: (1, 0, 400)}
    both = DealSnapshot.objects.get(motion="")
    assert (both.median_won_amount, both.mean_cycle_days) == (Decimal(250), Decimal("26.5"))


def test_on_an_earlier_day_only_what_was_known_then_counts(deal: MakeDeal, lead: MakeLead) -> None:
    later = account("Tiered later", tiered_on=TODAY)
    engage(later, "demo_request", NOON + timedelta(days=20))
    deal("Won", account=account("Buyer"), amount=5, engaged_on=EARLIER, closed_on=TODAY)
    lead(created_on=EARLIER, mql_on=TODAY, sql_on=TODAY)
    lead(created_on=TODAY)
    snapshot(on=EARLIER)
    volumes = {motion: [cell[0] for cell in cells] for motion, cells in grid(EARLIER).items()}
    assert volumes == {ABM: [1, 1, 1, 1, 0], DEMAND_GEN: [1, 0, 0, 0, 0]}


def test_an_import_on_the_same_day_is_right_at_once(deal: MakeDeal) -> None:
    snapshot(on=TODAY)
    deal("Won", amount=5, closed_on=TODAY)
    snapshot(on=TODAY)
    assert FunnelSnapshot.objects.get(motion=ABM, stage="won").volume == 1
    assert DealSnapshot.objects.get(motion=ABM).won == 1


def test_of_a_day_that_is_over_only_what_is_missing_is_frozen(deal: MakeDeal) -> None:
    snapshot(on=TODAY)
    DealSnapshot.objects.filter(motion=DEMAND_GEN).delete()
    deal("Won", amount=5, closed_on=EARLIER)
    assert snapshot(on=TODAY, is_over=True) == 1
    assert FunnelSnapshot.objects.get(motion=ABM, stage="won").volume == 0
    assert DealSnapshot.objects.get(motion=ABM).won == 0


@pytest.mark.parametrize(
    ("stage", "volume", "error"),
    [
        ("opportunity", 9, "On 2026-03-04 9 of abm had reached opportunity, but only 1 the stage before."),
        ("won", 0, "On 2026-03-04 the funnel of abm counts 0 won deals, its tiles count 1."),
    ],
)
def test_the_books_notice_a_snapshot_that_cannot_be(deal: MakeDeal, stage: str, volume: int, error: str) -> None:
    deal("Won", closed_on=TODAY)
    snapshot(on=TODAY)
    FunnelSnapshot.objects.filter(motion=ABM, stage=stage).update(volume=volume)
    assert books.errors() == [error]


Reached = dict[tuple[str, str], list[tuple[int | None, Decimal]]]
NOTHING = Decimal(0)


def slow_grid(day: date) -> dict[str, list[tuple[int, int, int]]]:
    """The definitions, row by row."""
    reached: Reached = defaultdict(list)
    deals = {deal.pk: deal for deal in Opportunity.objects.select_related("stage") if had_begun(deal, day)}
    reach_by_accounts(reached, deals, day)
    reach_by_leads(reached, deals, day)
    for deal in deals.values():
        if was_opportunity(deal, day):
            reached[deal.motion, "opportunity"].append((deal.account_id, money(deal)))
        if is_closed(deal, day) and deal.stage.kind == Stage.Kind.WON:
            reached[deal.motion, "won"].append((deal.account_id, money(deal)))
    return {
        motion: [
            (len(found), len({who for who, _ in found if who}), int(sum(value for _, value in found)))
            for found in (reached[motion, stage] for stage in FunnelStage)
        ]
        for motion in Motion
    }


def reach_by_accounts(reached: Reached, deals: dict[int, Opportunity], day: date) -> None:
    of_abm = [deal for deal in deals.values() if deal.motion == ABM]
    buyers = {deal.account_id for deal in of_abm}
    for who in Account.objects.all():
        if who.pk in buyers or was_tiered(who, day):
            reached[ABM, "pool"].append((who.pk, NOTHING))
            if who.pk in buyers or was_engaged(who, day):
                reached[ABM, "interest"].append((who.pk, NOTHING))
    reached[ABM, "sql"] = [(deal.account_id, money(deal)) for deal in of_abm]


def reach_by_leads(reached: Reached, deals: dict[int, Opportunity], day: date) -> None:
    leads = list(Lead.objects.select_related("opportunity__stage"))
    for lead in leads:
        linked = lead.opportunity if lead.opportunity and lead.opportunity.motion == DEMAND_GEN else None
        begun = begun_on(linked) if linked else None
        came = min(each for each in (lead.created_on, begun) if each)
        if came > day:
            continue
        is_sql = bool(lead.sql_on and lead.sql_on <= day) or bool(begun and begun <= day)
        is_mql = bool(lead.mql_on and lead.mql_on <= day) or is_sql
        reached[DEMAND_GEN, "pool"].append((lead.account_id, NOTHING))
        reached[DEMAND_GEN, "interest"] += [(lead.account_id, NOTHING)] * is_mql
        reached[DEMAND_GEN, "sql"] += [(lead.account_id, money(linked))] * is_sql
    with_lead = {lead.opportunity_id for lead in leads}
    for deal in deals.values():
        if deal.motion == DEMAND_GEN and deal.pk not in with_lead:
            reached[DEMAND_GEN, "pool"].append((deal.account_id, NOTHING))
            reached[DEMAND_GEN, "interest"].append((deal.account_id, NOTHING))
            reached[DEMAND_GEN, "sql"].append((deal.account_id, money(deal)))


def money(deal: Opportunity | None) -> Decimal:
    return deal.amount if deal and deal.amount and deal.currency == "USD" else Decimal(0)


def is_closed(deal: Opportunity, day: date) -> bool:
    return deal.stage.kind != Stage.Kind.OPEN and (deal.closed_on is None or deal.closed_on <= day)


def begun_on(deal: Opportunity) -> date:
    told = [deal.engaged_on, deal.closed_on if deal.stage.kind != Stage.Kind.OPEN else None]
    return min((each for each in told if each), default=date.min)


def had_begun(deal: Opportunity, day: date) -> bool:
    return begun_on(deal) <= day


def was_opportunity(deal: Opportunity, day: date) -> bool:
    """Whoever reached a stage keeps it: of the history the first qualified stage tells, else the stage it is in."""
    kind, begun = deal.stage.kind, begun_on(deal)
    if kind == Stage.Kind.WON and (deal.closed_on or begun) <= day:
        return True
    history = [(change.entered_on, change.stage) for change in deal.stage_changes.select_related("stage")]
    qualified = [on for on, stage in history if stage.is_qualified and stage.kind != Stage.Kind.LOST]
    if qualified:
        return max(min(qualified), begun) <= day
    opened = [on for on, stage in history if stage.kind == Stage.Kind.OPEN]
    if kind == Stage.Kind.WON and opened:
        return False  # not before it was won
    if kind == Stage.Kind.LOST and opened:
        return False
    return deal.stage.is_qualified and max([*opened, begun]) <= day


def was_tiered(who: Account, day: date) -> bool:
    try:
        standing = who.standing
        stands = bool(standing.tier_id and standing.tier_since_on and standing.tier_since_on <= day)
    except ObjectDoesNotExist:
        stands = False
    return stands or any(change.to_tier_id and change.changed_on <= day for change in who.tier_changes.all())


def was_engaged(who: Account, day: date) -> bool:
    events = who.engagement_events.select_related("event_type")
    return any(event.event_type.is_meaningful and event.occurred_at.date() <= day for event in events)


def a_random_market(dice: Random) -> None:
    def some_day() -> date:
        return TODAY - timedelta(days=dice.randrange(-5, 100))

    def perhaps(value: Any) -> Any:
        return dice.choice([None, value])

    accounts = [account(f"Account {n}", tiered_on=perhaps(some_day())) for n in range(15)]
    for number in range(40):
        when = datetime.combine(some_day(), NOON.time(), UTC) + timedelta(seconds=number)
        engage(dice.choice(accounts), dice.choice(["page_view", "demo_request", "pricing_view"]), when)
    stages = list(Stage.objects.all())
    deals = []
    for number in range(60):
        deal = Opportunity.objects.create(
            stage=dice.choice(stages),
            motion=dice.choice(Motion.values),
            account=perhaps(dice.choice(accounts)),
            amount=perhaps(Decimal(dice.randrange(1000))),
            currency=dice.choice(["USD", "USD", "EUR"]),
            engaged_on=perhaps(some_day()),
            closed_on=perhaps(some_day()),
            source="test",
            external_id=str(number),
        )
        deals.append(deal)
        for stage in dice.sample(stages, dice.randrange(3)):
            StageChange.objects.create(opportunity=deal, stage=stage, entered_on=some_day())
    for number in range(60):
        Lead.objects.create(
            name="Lead",
            created_on=some_day(),
            mql_on=perhaps(some_day()),
            sql_on=perhaps(some_day()),
            account=perhaps(dice.choice(accounts)),
            opportunity=dice.choice([None, None, dice.choice(deals)]),
            source="test",
            external_id=str(number),
        )


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_a_slow_twin(db: None, seed: int) -> None:
    a_random_market(Random(seed))
    for day in (TODAY, TODAY - timedelta(days=50)):
        snapshot(on=day)
        assert grid(day) == slow_grid(day)
