"""What differs between two versions of the tier policy, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from abmhub.scoring import words
from abmhub.scoring.coverage_check import WrittenRule, written_rules
from abmhub.scoring.models import TierPolicy

NOTHING = "–"
POINTS = {"promote_band": "Promote band", "demote_band": "Demote band"}


@dataclass(frozen=True)
class Difference:
    """One thing that the two say differently; a dash where one of them says nothing."""

    about: str
    before: str
    after: str


def differences(before: TierPolicy, after: TierPolicy) -> list[Difference]:
    """Everything that differs, as it is read: name, bands, stay and capacities, then rule by rule."""
    return [*_of_limits(before, after), *_of_rules(written_rules(before), written_rules(after))]


def _of_limits(before: TierPolicy, after: TierPolicy) -> Iterator[Difference]:
    said = [
        ("Name", before.name, after.name),
        *((label, _counted(before, name, "point"), _counted(after, name, "point")) for name, label in POINTS.items()),
        ("Minimum stay", *(_counted(each, "minimum_stay_days", "day") for each in (before, after))),
    ]
    rooms = [
        {each.tier: f"{each.accounts_per_rep:,} accounts" for each in policy.capacities.select_related("tier")}
        for policy in (before, after)
    ]
    limited = sorted({*rooms[0], *rooms[1]}, key=lambda tier: tier.level)
    said += [(f"{tier} per rep", *(room.get(tier, "as many as come") for room in rooms)) for tier in limited]
    yield from (Difference(*each) for each in said if each[1] != each[2])


def _counted(policy: TierPolicy, name: str, unit: str) -> str:
    number: int = getattr(policy, name)
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _of_rules(before: Sequence[WrittenRule], after: Sequence[WrittenRule]) -> Iterator[Difference]:
    """Rules go by their names: one that was given another is a new one."""
    earlier, later = ({each.rule.name: each for each in rules} for rules in (before, after))
    for name, rule in earlier.items():
        if name not in later:
            yield Difference(f"Rule “{name}”", rule.sentence, NOTHING)
    for name, rule in later.items():
        if name not in earlier:
            yield Difference(f"Rule “{name}”", NOTHING, rule.sentence)
        else:
            yield from _of_rule(earlier[name], rule)
    stayed = [[each for each in names if each in earlier and each in later] for names in (earlier, later)]
    if stayed[0] != stayed[1]:
        yield Difference("Order of the rules", ", ".join(stayed[0]), ", ".join(stayed[1]))


def _of_rule(before: WrittenRule, after: WrittenRule) -> Iterator[Difference]:
    name = f"Rule “{after.rule.name}”"
    if before.tier != after.tier:
        yield Difference(f"{name}: gives", str(before.tier), str(after.tier))
    asked = [{(each.key, each.operator): each for each in rule.conditions} for rule in (before, after)]
    for key in dict.fromkeys((*asked[0], *asked[1])):
        said = [words.limit(each[key]) if key in each else NOTHING for each in asked]
        if said[0] != said[1]:
            condition = asked[0].get(key) or asked[1][key]
            yield Difference(f"{name}: {words.word(condition)}", said[0], said[1])
