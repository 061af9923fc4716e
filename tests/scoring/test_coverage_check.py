"""What the rules of a policy give away by themselves, by hand-written examples and against every point of a grid."""

from decimal import Decimal
from itertools import product
from random import Random

import pytest

from abmhub.accounts.models import Tier
from abmhub.scoring.coverage_check import WrittenRule, gaps, never_reached, remarks, written_rules
from abmhub.scoring.models import FactValue, TierCondition, TierPolicy, TierRule
from abmhub.scoring.regions import Measured, Region, TooTangled, scale_of

Asked = tuple[str, str, int | str]
LEVELS = [Tier(level=level, name=f"Tier {level}") for level in (1, 2, 3)]


def rule(name: str, level: int, *asked: Asked) -> WrittenRule:
    """A rule that was never saved; words are separated by commas."""
    conditions = tuple(
        TierCondition(fact=fact, operator=operator, values=said.split(","))
        if isinstance(said, str)
        else TierCondition(fact=fact, operator=operator, threshold=Decimal(said))
        for fact, operator, said in asked
    )
    return WrittenRule(TierRule(name=name, tier=LEVELS[level - 1]), conditions)


def said(*rules: WrittenRule) -> list[tuple[str, str]]:
    """The remarks without those about tiers that no rule gives."""
    return [
        (each.severity, each.sentence)
        for each in remarks(rules, LEVELS)
        if not each.sentence.startswith("No rule gives")
    ]


def test_the_shipped_policy_leaves_out_who_does_not_fit(policy: TierPolicy) -> None:
    rules = written_rules(policy)
    assert [each.sentence for each in rules][1:] == [
        "Fit at least 70 and intent at least 60 and expected ACV at least 15,000 → Tier 2",
        "Fit at least 70 → Tier 3",
    ]
    assert [(each.severity, each.sentence) for each in remarks(rules, LEVELS)] == [
        ("info", "No tier: accounts with fit below 70 or unknown, for example fit 69.")
    ]


def test_no_rule_and_no_condition_are_told() -> None:
    assert said() == [("danger", "There is no rule: no account would be in any tier.")]
    assert ("danger", "“All” has no condition: it would take every account.") in said(rule("All", 1))


@pytest.mark.parametrize(
    ("asked", "remark"),
    [
        (
            [("fit", "gte", 70), ("fit", "lt", 60)],
            ("danger", "“New” contradicts itself: fit at least 70 and fit below 60 cannot hold together."),
        ),
        (
            [("industry", "in", "retail"), ("industry", "not", "Retail")],
            ("danger", "“New” contradicts itself: industry retail and industry not Retail cannot hold together."),
        ),
        (
            [("intent", "gte", 101)],
            ("danger", "“New” asks for intent at least 101, which no account can have: scores are 0 to 100."),
        ),
        (
            [("acv_amount", "lt", 0)],
            ("danger", "“New” asks for expected ACV below 0, which no account can have."),
        ),
        ([("intent", "lt", 101)], ("warn", "“New” asks for intent below 101, which holds whenever intent is known.")),
        (
            [("engagement", "gte", 0)],
            ("warn", "“New” asks for engagement at least 0, which holds always."),
        ),
    ],
    ids=["range", "words", "above-100", "below-0", "always-known", "always"],
)
def test_conditions_that_say_nothing_or_too_much_are_told(asked: list[Asked], remark: tuple[str, str]) -> None:
    assert said(rule("New", 1, *asked))[0] == remark


def test_a_threshold_that_can_just_be_met_is_no_contradiction() -> None:
    assert [severity for severity, _ in said(rule("Point", 1, ("fit", "gte", 69), ("fit", "lt", 70)))] == ["warn"]
    assert said(rule("Hundred", 1, ("fit", "gte", 100)))[0][0] == "info"


def test_a_hole_between_two_rules_is_a_gap_with_an_example() -> None:
    found = said(
        rule("High", 1, ("fit", "gte", 70)),
        rule("Middle", 2, ("fit", "gte", 40), ("fit", "lt", 60)),
    )
    sentence = (
        "A gap: no rule takes accounts with fit below 40 or 60 to 69 or unknown, for example fit 69, though lower "
        "figures get Tier 2 by “Middle”."
    )
    assert found == [("warn", sentence)]


def test_stale_accounts_are_not_better_than_fresh_ones() -> None:
    [only] = said(rule("Fresh", 1, ("freshness", "lt", 1)))
    assert only == ("info", "No tier: accounts with days overdue at least 1, for example days overdue 1.")


def test_a_rule_behind_a_wider_one_can_never_match() -> None:
    wide, narrow = rule("Wide", 3, ("fit", "gte", 40)), rule("Narrow", 1, ("fit", "gte", 70))
    found = said(wide, narrow)
    assert ("danger", "“Narrow” can never match: “Wide” before it takes all that it would.") in found
    assert ("warn", "“Wide” (Tier 3) comes before “Narrow” (Tier 1)") not in [(a, b[:39]) for a, b in found]


def test_a_rule_behind_several_that_take_all_together_can_never_match() -> None:
    found = said(
        rule("Low", 2, ("fit", "lt", 50)),
        rule("High", 1, ("fit", "gte", 50)),
        rule("Known", 3, ("fit", "gte", 0), ("intent", "gte", 10)),
    )
    assert ("danger", "“Known” can never match: the rules before it together take all that it would.") in found


def test_a_lower_tier_before_a_higher_is_told_only_where_they_share_accounts() -> None:
    lower, higher = rule("Lower", 3, ("fit", "gte", 70)), rule("Higher", 1, ("intent", "gte", 60))
    assert (
        "warn",
        "“Lower” (Tier 3) comes before “Higher” (Tier 1): accounts that meet both get only Tier 3. Move “Higher” up.",
    ) in said(lower, higher)
    apart = said(rule("Lower", 3, ("fit", "lt", 70)), rule("Higher", 1, ("fit", "gte", 70)))
    assert not [sentence for _, sentence in apart if "comes before" in sentence]


def test_rules_that_share_some_accounts_overlap() -> None:
    assert (
        "info",
        "“One” and “Two” overlap at fit at least 70 and intent at least 60: “One” comes first and gives Tier 1.",
    ) in said(rule("One", 1, ("fit", "gte", 70)), rule("Two", 2, ("intent", "gte", 60)))


def test_a_tier_without_a_rule_is_told() -> None:
    assert ("warn", "No rule gives Tier 2: no account would be in it.") in [
        (each.severity, each.sentence) for each in remarks([rule("Only", 1, ("fit", "gte", 70))], LEVELS)
    ]


def test_rules_that_nobody_could_read_are_called_tangled() -> None:
    facts = ("fit", "intent", "engagement", "acv_amount", "freshness", "industry", "country", "segment", "territory")
    dice = Random(5)
    tangle = [
        rule(
            str(number),
            1,
            *(
                (fact, "in", str(dice.randrange(9))) if fact in facts[5:] else (fact, "gte", dice.randrange(1, 100))
                for fact in dice.sample(facts, 6)
            ),
        )
        for number in range(40)
    ]
    with pytest.raises(TooTangled):
        gaps(tangle)
    assert "The rules are too tangled" in " ".join(sentence for _, sentence in said(*tangle))


def contains(region: Region, facts: dict[str, FactValue]) -> bool:
    for key, part in region.items():
        value = facts[key]
        if value is None:
            inside = part.unknown
        elif isinstance(part, Measured):
            inside = any(low <= Decimal(value) < end for low, end in part.ranges)
        else:
            inside = (value in part.words) != part.is_all_but
        if not inside:
            return False
    return True


def values_of(condition: TierCondition, all_rules: list[WrittenRule]) -> list[FactValue]:
    """The values of a fact where some rule might change its mind."""
    same = [each for written in all_rules for each in written.conditions if each.key == condition.key]
    scale = scale_of(condition)
    if scale is None:
        words: list[FactValue] = [*sorted({word.lower() for each in same for word in each.values}), "zebra"]
        return words + ([] if condition.fact == "stage" else [None])
    step = Decimal(1) if scale.is_whole else Decimal("0.01")
    around = {each.threshold + shift for each in same if each.threshold is not None for shift in (-step, 0, step)}
    limits = {scale.lowest, scale.end - step} - {Decimal("Infinity")}
    known: list[FactValue] = [*sorted(each for each in around | limits if scale.lowest <= each < scale.end)]
    return known + ([] if scale.is_always_known else [None])


def random_condition(dice: Random) -> Asked:
    fact = dice.choice(["fit", "intent", "engagement", "acv_amount", "freshness", "industry", "stage"])
    if fact in ("industry", "stage"):
        return fact, dice.choice(["in", "not"]), ",".join(dice.sample(["a", "b", "c"], dice.randint(1, 2)))
    return fact, dice.choice(["gte", "gte", "lt"]), dice.choice([0, 1, 40, 60, 100, 101])


@pytest.mark.parametrize("seed", range(6))
def test_gaps_and_rules_never_reached_are_those_of_every_point_of_the_grid(seed: int) -> None:
    dice = Random(seed)
    for _ in range(10):
        rules = []
        for number in range(dice.randint(1, 4)):
            asked = {each[:2]: each for each in (random_condition(dice) for _ in range(dice.randint(1, 3)))}
            rules.append(rule(str(number), dice.randint(1, 3), *asked.values()))
        conditions = {each.key: each for written in rules for each in written.conditions}
        grid = product(*(values_of(condition, rules) for condition in conditions.values()))
        left, reached, met = gaps(rules), set(), set()
        for point in grid:
            facts = dict(zip(conditions, point, strict=True))
            takers = [
                number
                for number, written in enumerate(rules)
                if all(each.holds(facts[each.key]) for each in written.conditions)
            ]
            met.update(takers)
            reached.update(takers[:1])
            assert any(contains(region, facts) for region in left) == (not takers)
            for number, written in enumerate(rules):
                assert contains(written.region, facts) == (number in takers)
        never = {each.rule.name for each, _ in never_reached(rules)}
        assert never == {str(number) for number in met - reached}
