"""The made-up double funnel in which every relation holds, from rows to the verdict."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.campaigns.models import Motion
from abmhub.core.statistics import chance_of_difference
from abmhub.funnel.actions import snapshot
from abmhub.funnel.cells import Question
from abmhub.funnel.double import DoubleFunnel, counted_funnel, double_funnel
from abmhub.funnel.verdicts import Tone, history, judge
from abmhub.pipeline.models import Lead, Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType

TODAY, BEGUN = date(2026, 3, 4), date(2026, 1, 5)


def deals(motion: Motion, won: int, lost: int, early: int, price: int, accounts: list[Account]) -> list[Opportunity]:
    """Won and lost ones, and those that are SQLs and no opportunity yet."""
    stages = {stage.name: stage for stage in Stage.objects.all()}
    kinds = ["Won"] * won + ["Lost"] * lost + ["Prospecting"] * early
    return Opportunity.objects.bulk_create(
        Opportunity(
            motion=motion,
            stage=stages[kind],
            account=accounts[number] if accounts else None,
            amount=Decimal(price),
            engaged_on=BEGUN,
            closed_on=None if kind == "Prospecting" else TODAY,
            source="test",
            external_id=f"{motion}-{number}",
        )
        for number, kind in enumerate(kinds)
    )


@pytest.fixture
def market(db: None) -> None:
    """ABM: 2,000 targets, 300 engaged, 144 SQLs, 90 opportunities, 30 won. Demand gen: 9,200, 2,300, 460, 184, 46."""
    accounts = Account.objects.bulk_create(Account(name=f"A{n}", normalized_name=f"a{n}") for n in range(2_000))
    tier = Tier.objects.get(level=2)
    Standing.objects.bulk_create(Standing(account=each, tier=tier, tier_since_on=BEGUN) for each in accounts)
    event_type = EventType.objects.get(code="demo_request")
    EngagementEvent.objects.bulk_create(
        EngagementEvent(
            account=each,
            event_type=event_type,
            occurred_at=datetime(2026, 1, 9, 12, tzinfo=UTC),
            source="test",
            external_id=f"{each.pk}",
        )
        for each in accounts[:300]
    )
    deals(Motion.ABM, 30, 60, 54, 69_000, accounts)
    bought = deals(Motion.DEMAND_GEN, 46, 138, 0, 45_000, [])
    Lead.objects.bulk_create(
        Lead(
            name="Lead",
            created_on=BEGUN,
            mql_on=BEGUN if number < 2_300 else None,
            sql_on=BEGUN if number < 460 else None,
            opportunity=bought[number] if number < 184 else None,
            source="test",
            external_id=f"{number}",
        )
        for number in range(9_200)
    )
    snapshot(on=TODAY)


def check(funnel: DoubleFunnel) -> None:
    abm, demand_gen = funnel.abm, funnel.demand_gen
    assert [cell.volume for cell in abm.cells] == [2_000, 300, 144, 90, 30]
    assert [cell.volume for cell in demand_gen.cells] == [9_200, 2_300, 460, 184, 46]
    assert abm.won.value_amount == demand_gen.won.value_amount == 2_070_000
    assert [each.selling_price for each in (abm, demand_gen)] == [69_000, 45_000]
    assert [each.revenue_per_worked for each in (abm, demand_gen)] == [6_900, 900]
    assert (abm.won.successes, abm.won.trials) == (30, 90)
    assert (demand_gen.won.successes, demand_gen.won.trials) == (46, 184)


def test_it_gives_its_figures_and_its_win_rate_stays_uncoloured(market: None) -> None:
    frozen = double_funnel(TODAY)
    assert frozen is not None
    check(frozen)
    check(counted_funnel(Question(as_of=TODAY)))
    assert chance_of_difference(30, 90, 46, 184) == pytest.approx(0.148, abs=0.0005)
    won = frozen.demand_gen.won
    held = history({(won.motion, won.stage): won}, "demand gen")
    assert judge(frozen.abm.won, held[won.motion, won.stage]).tone == Tone.EVEN
    engaged = frozen.demand_gen.worked
    held = history({(engaged.motion, engaged.stage): engaged}, "demand gen")
    assert judge(frozen.abm.worked, held[engaged.motion, engaged.stage]).tone == Tone.BAD
    told = StringIO()
    call_command("metrics", "--as-of", str(TODAY), "--json", stdout=told)
    stages = json.loads(told.getvalue())["stages"]
    assert [cell["entered"] for cell in stages["abm"].values()] == [2_000, 300, 144, 90, 30]
    assert [cell["entered"] for cell in stages["demand_gen"].values()] == [9_200, 2_300, 460, 184, 46]
    assert [stages[motion]["won"]["conversion"] for motion in ("abm", "demand_gen")] == [1 / 3, 1 / 4]
    assert [stages[motion]["won"]["value"] for motion in ("abm", "demand_gen")] == [2_070_000, 2_070_000]
    low, high = (stages["abm"]["won"][end] for end in ("low", "high"))
    assert (round(low, 3), round(high, 3)) == (0.245, 0.436)
