"""Nights in a row at random, against the slow twin."""

from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from abmhub.accounts.models import Account, Attribute, Standing, Territory, TierChange
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.scoring import custom as customs
from abmhub.scoring import tiers
from abmhub.scoring.models import TierCapacity, TierCondition, TierOverride, TierPolicy, TierRule
from abmhub.scoring.tiers import Fact
from abmhub.users.models import User
from tests.kept import kept
from tests.scoring.conftest import TODAY, MakeAccount, random_attributes, random_question
from tests.scoring.scored import NOON, Score, change, keep_scores, override
from tests.scoring.twin import NONE, everybody

WORDS: dict[str, list[str]] = {
    Fact.INDUSTRY: ["software", "Retail"],
    Fact.COUNTRY: ["US", "DE"],
    Fact.SEGMENT: ["smb", "enterprise"],
    Fact.TERRITORY: ["North", "south"],
    Fact.STAGE: ["customer", "no opportunity", "Engaging"],
}


def random_condition(dice: Random, custom: list[Attribute]) -> dict[str, Any]:
    fact = dice.choice(list(Fact))
    if fact == Fact.CUSTOM:
        attribute = dice.choice(custom)
        asked = random_question(dice, attribute)
        operator = dice.choice(["in", "not"] if asked["values"] else ["gte", "lt"])
        return {
            "fact": fact, "custom": attribute, "operator": operator,
            "threshold": asked.get("minimum"), "values": asked["values"],
        }  # fmt: skip
    if fact in WORDS:
        return {"fact": fact, "operator": dice.choice(["in", "not"]), "values": dice.sample(WORDS[fact], 1)}
    limits = {Fact.ACV: [0, 10_000, 50_000], Fact.FRESHNESS: [0, 1, 3]}.get(fact, [0, 1, 20, 40, 60, 80, 100])
    return {"fact": fact, "operator": dice.choice(["gte", "gte", "lt"]), "threshold": dice.choice(limits)}


def random_rules(dice: Random, policy: TierPolicy, custom: list[Attribute]) -> None:
    policy.rules.all().delete()
    for position in range(1, dice.randrange(2, 6)):
        rule = TierRule.objects.create(
            policy=policy, position=position, name=f"Rule {position}", tier_id=dice.randrange(1, 4)
        )
        conditions = [TierCondition(rule=rule, **random_condition(dice, custom)) for _ in range(dice.randrange(3))]
        once = {(each.fact, each.custom_id, each.operator): each for each in conditions}
        TierCondition.objects.bulk_create(once.values())
    bands = {"promote_band": dice.choice([0, 0, 5, 30]), "demote_band": dice.choice([0, 0, 5, 30])}
    change(policy, **bands, minimum_stay_days=dice.choice([0, 0, 1, 3]))
    policy.capacities.all().delete()
    for level in dice.sample([1, 2, 3], dice.choice([0, 1, 2, 3])):
        TierCapacity.objects.create(policy=policy, tier_id=level, accounts_per_rep=dice.randrange(3))


def random_account(dice: Random, owners: list[User | None], territories: list[Territory | None]) -> dict[str, Any]:
    return {
        "industry": dice.choice(["", "software", "retail"]),
        "country": dice.choice(["", "US", "DE"]),
        "segment": dice.choice(["", "smb", "enterprise"]),
        "territory": dice.choice(territories),
        "is_customer": dice.random() < 0.3,
        "owner": dice.choice(owners),
        "attributes": random_attributes(dice),
    }


def random_score(dice: Random, day: date) -> Score:
    scores = [None, 0, 19, 20, 25, 36, 40, 44, 45, 59, 60, 65, 80, 100]
    return {
        "is_target": dice.random() < 0.9,
        "disqualified_by": dice.choice(["", "", "", "", "", "Embargo"]),
        "stale_since_on": dice.choice([None, None, day, day - timedelta(days=2)]),
        "fit": dice.choice(scores),
        "intent": dice.choice(scores),
        "engagement": dice.choice(scores) or 0,
        "acv": dice.choice([None, 9_999, 10_000, 50_000]),
    }


def random_override(dice: Random, accounts: list[Account], day: int) -> None:
    account = dice.choice(accounts)
    at = NOON + timedelta(days=day)
    TierOverride.objects.open().filter(account=account).update(ended_at=at)
    if dice.random() < 0.7:
        override(account, dice.choice([None, 1, 2, 3]), first=day, last=day + dice.randrange(3))


def stage_of(account: Account) -> str:
    names = list(account.opportunities.values_list("stage__name", flat=True))
    return names[0] if names else "customer" if account.is_customer else "no opportunity"


def facts_of(account: Account, score: Score, day: date, custom: list[Attribute]) -> dict[str, Any]:
    stale = score["stale_since_on"]
    return {
        "fit": score["fit"],
        "intent": score["intent"],
        "engagement": score["engagement"],
        "acv_amount": score["acv_amount"],
        "freshness": (day - stale).days + 1 if stale else 0,
        "stage": stage_of(account),
        "industry": account.industry or None,
        "country": account.country or None,
        "segment": account.segment or None,
        "territory": account.territory.name if account.territory else None,
        **{f"attribute_{each.pk}": customs.value_of(account, each) for each in custom},
    }


def standings() -> list[Any]:
    return [
        list(Standing.objects.order_by("account").values()),
        list(TierChange.objects.order_by("account", "changed_on").values()),
        list(TierOverride.objects.order_by("pk").values()),
    ]


# Without shrinking: an example is ten accounts and four nights, and takes too long for it.
@settings(
    max_examples=30, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(dice=st.randoms(use_true_random=False))
def test_nights_in_a_row_agree_with_the_slow_twin_and_with_themselves(
    make_account: MakeAccount,
    policy: TierPolicy,
    custom: dict[str, Attribute],
    rep: User,
    other_rep: User,
    dice: Random,
) -> None:
    asked = list(custom.values())
    with transaction.atomic():
        territories = [None, *(Territory.objects.create(name=name) for name in ("north", "South"))]
        accounts = [make_account(**random_account(dice, [None, rep, other_rep], territories)) for _ in range(10)]
        engaging = Stage.objects.get(name="Engaging")
        Opportunity.objects.create(account=accounts[0], stage=engaging, source="test", external_id="1")
        for day in range(4):
            if day in (0, 2):
                random_rules(dice, policy, asked)
            if dice.random() < 0.7:
                random_override(dice, accounts, day)
            on = TODAY + timedelta(days=day)
            scored = {account: random_score(dice, on) for account in accounts}
            Standing.objects.bulk_create((Standing(account=account) for account in accounts), ignore_conflicts=True)
            keep_scores(scored)
            current = TierPolicy.objects.prefetch_related("rules__conditions", "capacities").get(pk=policy.pk)
            expected = everybody(current, on, lambda account, score, on=on: facts_of(account, score, on, asked))
            tiers.find(on)
            found = {row["account_id"]: row for row in kept("tonight")}
            for pk, here in expected.items():
                row = found[pk]
                assert (row["earned_tier_id"] or NONE, row["tier_id"] or NONE, row["held_by"]) == (
                    here.earned, here.tier, here.held_by,
                )  # fmt: skip
            tiers.publish(on)
            once = standings()
            tiers.find(on)
            assert tiers.publish(on) == 0
            assert standings() == once
        transaction.set_rollback(True)
