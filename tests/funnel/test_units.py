"""What nights know of each unit: months that stay as reported, and what data and rules changed since."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.campaigns.models import Campaign, Channel, Motion, Program, ProgramAccount
from abmhub.funnel import cells
from abmhub.funnel.actions import snapshot
from abmhub.funnel.cell import Cells
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.figures import UnknownDimension
from abmhub.funnel.models import FunnelSnapshot, FunnelStage, FunnelUnit, Rules, StageDefinition
from abmhub.funnel.restated import Difference, difference, first_night
from abmhub.pipeline.models import Lead, Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType
from tests.funnel.conftest import MakeDeal, MakeLead
from tests.funnel.test_snapshots import a_random_market

MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)
BEGUN = date(2026, 3, 2)
ABM, DEMAND_GEN = Motion.ABM, Motion.DEMAND_GEN


def whole(question: Question) -> Cells:
    return cells.count(question).get((None, None), {})


def frozen(on: date) -> dict[tuple[str, str], tuple[object, ...]]:
    rows = FunnelSnapshot.objects.filter(snapshot_on=on)
    return {
        (row.motion, row.stage): (row.volume, row.accounts, row.trials, row.successes, row.value_amount) for row in rows
    }


def counted(on: date, night: date | None) -> dict[tuple[str, str], tuple[object, ...]]:
    found = whole(Question(as_of=on, night=night))
    return {
        place: (cell.volume, cell.accounts, cell.trials, cell.successes, cell.value_amount)
        for place, cell in found.items()
    }


def change_everything() -> None:
    """Late data and new rules: deals backdated, lost, moved and gone, other stages and events that count."""
    Opportunity.objects.filter(pk__in=Opportunity.objects.order_by("pk")[:8]).delete()
    Opportunity.objects.update(amount=Decimal(7), closed_on=BEGUN, motion=DEMAND_GEN)
    Lead.objects.update(mql_on=BEGUN)
    Stage.objects.filter(name="Engaging").update(is_qualified=False)
    EventType.objects.filter(code="page_view").update(is_meaningful=True)


@pytest.mark.parametrize("seed", range(3))
def test_a_month_end_stays_as_it_was_reported(db: None, seed: int) -> None:
    a_random_market(Random(seed))
    snapshot(on=MARCH)
    then = frozen(MARCH)
    sliced = cells.count(Question(as_of=MARCH, night=MARCH), ("tier", "month"))
    change_everything()
    snapshot(on=APRIL)
    assert frozen(MARCH) == then
    assert {place: cell for place, cell in then.items() if cell[0] or cell[2]} == counted(MARCH, MARCH)
    assert cells.count(Question(as_of=MARCH, night=MARCH), ("tier", "month")) == sliced
    assert counted(MARCH, None) != counted(MARCH, MARCH)


@pytest.mark.parametrize("seed", range(3))
def test_the_difference_to_today_splits_exactly(db: None, seed: int) -> None:
    a_random_market(Random(seed))
    snapshot(on=MARCH)
    reported, restated_by_data = counted(MARCH, None), {}
    Opportunity.objects.filter(pk__in=Opportunity.objects.order_by("pk")[:8]).delete()
    snapshot(on=APRIL)
    restated_by_data = counted(MARCH, None)
    Stage.objects.filter(name="Engaging").update(is_qualified=False)
    EventType.objects.filter(code="page_view").update(is_meaningful=True)
    Lead.objects.update(mql_on=BEGUN)
    for later in (1, 1, 2):
        snapshot(on=APRIL + timedelta(days=later))
    now = counted(MARCH, None)
    for place, found in difference(MARCH).items():
        first, last = reported.get(place, (0,))[0], now.get(place, (0,))[0]
        assert (found.reported, found.restated) == (first, last)
        assert found.reported + found.by_data + found.by_rules == found.restated
        # Leads changed by data in the night in which the rules of deals and accounts changed.
        if place[0] == DEMAND_GEN and place[1] in ("pool", "interest"):
            assert found.by_rules == 0
        if place[0] == ABM and place[1] == "interest":
            assert found.by_data == restated_by_data.get(place, (0,))[0] - first  # type: ignore[operator]


def test_rules_and_data_of_one_night_are_told_apart(deal: MakeDeal) -> None:
    deal("Engaging", engaged_on=BEGUN)
    deal("Proposal", engaged_on=BEGUN)
    snapshot(on=MARCH)
    deal("Engaging", engaged_on=BEGUN)  # recorded late
    Stage.objects.filter(name="Engaging").update(is_qualified=False)
    snapshot(on=APRIL)
    found = difference(MARCH)
    assert found[ABM, FunnelStage.SQL] == Difference(2, 1, 0, 3)
    assert found[ABM, FunnelStage.OPPORTUNITY] == Difference(2, 1, -2, 1)
    assert [row.first_on for row in Rules.objects.order_by("first_on")] == [MARCH, APRIL]


def test_a_new_stage_is_data_and_no_new_rule(deal: MakeDeal) -> None:
    snapshot(on=MARCH)
    Stage.objects.create(name="Trial", kind=Stage.Kind.OPEN, is_qualified=True)
    deal("Trial", engaged_on=BEGUN)
    snapshot(on=APRIL)
    assert difference(MARCH)[ABM, FunnelStage.OPPORTUNITY] == Difference(0, 1, 0, 1)


def test_a_night_writes_only_what_it_knows_anew(deal: MakeDeal) -> None:
    kept, moved = deal("Engaging", engaged_on=BEGUN), deal("Engaging", engaged_on=BEGUN)
    snapshot(on=MARCH)
    Opportunity.objects.filter(pk=moved.pk).update(amount=5)
    snapshot(on=APRIL)
    snapshot(on=APRIL)
    known = [
        (each.key, each.known_from_on, each.known_until_on)
        for each in FunnelUnit.objects.order_by("key", "known_from_on")
    ]
    assert known == [(kept.pk, MARCH, None), (moved.pk, MARCH, APRIL), (moved.pk, APRIL, None)]
    Opportunity.objects.filter(pk=moved.pk).update(amount=6)
    snapshot(on=APRIL)  # the same night again: what it had written was never reported
    assert FunnelUnit.objects.count() == 3
    assert first_night() == MARCH


def test_a_deal_that_falls_back_keeps_its_deepest_stage(deal: MakeDeal) -> None:
    deal("Prospecting", engaged_on=BEGUN, history=[("Prospecting", BEGUN), ("Proposal", date(2026, 3, 9))])
    snapshot(on=MARCH)
    unit = FunnelUnit.objects.get()
    assert (unit.sql_on, unit.opportunity_on) == (BEGUN, date(2026, 3, 9))


def engage(who: Account, *days: int) -> None:
    event_type = EventType.objects.get(code="demo_request")
    for day in days:
        EngagementEvent.objects.create(
            account=who,
            event_type=event_type,
            occurred_at=datetime(2026, 3, day, 12, tzinfo=UTC),
            source="test",
            external_id=f"{who.pk} {day}",
        )


@pytest.mark.parametrize(
    ("events", "days", "engaged_on"),
    [
        pytest.param(1, None, date(2026, 3, 2), id="one-is-enough"),
        pytest.param(2, None, date(2026, 3, 12), id="two-however-long"),
        pytest.param(2, 5, date(2026, 3, 15), id="two-within-five-days"),
        pytest.param(3, 3, None, id="never"),
    ],
)
def test_how_much_makes_an_account_engaged_is_for_the_company_to_say(
    db: None, events: int, days: int | None, engaged_on: date | None
) -> None:
    who = Account.objects.create(name="Acme", normalized_name="acme")
    Standing.objects.create(account=who, tier=Tier.objects.get(level=1), tier_since_on=date(2026, 3, 1))
    engage(who, 2, 12, 15)
    StageDefinition.objects.filter(motion=ABM, stage="interest").update(least_events=events, within_days=days)
    snapshot(on=MARCH)
    assert FunnelUnit.objects.get().interest_on == engaged_on


def test_a_unit_is_of_the_campaign_and_the_program_that_led_to_it(deal: MakeDeal, lead: MakeLead) -> None:
    who = Account.objects.create(name="Acme", normalized_name="acme", segment="smb")
    values = {"budget_amount": 1, "objectives": "Two deals"}
    old, new = (
        Program.objects.create(name=str(day), audience=str(day), starts_on=day, **values)
        for day in (date(2026, 1, 1), date(2026, 4, 1))
    )
    for program in (old, new):
        ProgramAccount.objects.create(program=program, account=who)
    mail = Channel.objects.get(code="mail")
    campaign = Campaign.objects.create(name="Spring", motion=DEMAND_GEN, channel=mail, started_on=BEGUN)
    bought = deal("Engaging", motion=DEMAND_GEN, account=who, engaged_on=BEGUN)
    lead(created_on=BEGUN, campaign=campaign, opportunity=bought)
    snapshot(on=MARCH)
    found = FunnelUnit.objects.get(kind="deal")
    assert (found.campaign_key, found.channel_key, found.program_key) == (campaign.pk, mail.pk, new.pk)
    assert (found.segment, found.is_entry) == ("smb", False)


@pytest.mark.parametrize("seed", range(2))
def test_slices_sum_to_the_whole_in_every_dimension(db: None, seed: int) -> None:
    a_random_market(Random(seed))
    snapshot(on=MARCH)
    question = Question(as_of=MARCH)
    total = whole(question)
    for by in [(name,) for name in DIMENSIONS] + [("month", "motion"), ("tier", "owner")]:
        slices = cells.count(question, by)
        for place, cell in total.items():
            parts = [found[place] for found in slices.values() if place in found]
            for measure in ("volume", "trials", "successes", "value_amount"):
                assert sum(getattr(part, measure) for part in parts) == getattr(cell, measure), (by, place, measure)


def test_days_to_a_stage_are_those_of_the_middle_unit(lead: MakeLead) -> None:
    for days in (2, 4, 30):
        lead(created_on=BEGUN - timedelta(days=days), mql_on=BEGUN)
    snapshot(on=MARCH)
    assert whole(Question(as_of=MARCH))[DEMAND_GEN, FunnelStage.INTEREST].median_days == 4


def test_a_conversion_of_a_period_is_told_of_those_who_came_in_it(lead: MakeLead) -> None:
    lead(created_on=date(2026, 2, 20), mql_on=date(2026, 3, 5))
    lead(created_on=date(2026, 3, 5), mql_on=date(2026, 4, 5))
    lead(created_on=date(2026, 3, 6))
    snapshot(on=APRIL)
    cell = whole(Question(as_of=APRIL, since=date(2026, 3, 1), until=MARCH))[DEMAND_GEN, FunnelStage.INTEREST]
    assert (cell.volume, cell.trials, cell.successes) == (1, 2, 1)


def test_what_the_funnel_is_not_cut_by(db: None) -> None:
    for by in (("shoe size",), ("tier", "tier"), ("tier", "owner", "month")):
        with pytest.raises(UnknownDimension):
            cells.count(Question(as_of=MARCH), by)


def test_slices_carry_the_names_that_people_know(deal: MakeDeal) -> None:
    mail = Channel.objects.get(code="mail")
    for name in ("Same", "Same "):
        campaign = Campaign.objects.create(name=name, motion=ABM, channel=mail, started_on=BEGUN)
        deal("Engaging", engaged_on=BEGUN, campaign=campaign)
    deal("Engaging", engaged_on=BEGUN)
    snapshot(on=MARCH)
    found = cells.named(cells.count(Question(as_of=MARCH), ("channel",)), ("channel",))
    assert [key[0] for key in found] == ["Mail", None]
    Campaign.objects.filter(name="Same").delete()
    found = cells.named(cells.count(Question(as_of=MARCH), ("campaign",)), ("campaign",))
    assert [str(key[0])[:15] for key in found] == ["Same ", "no longer there", "None"]
