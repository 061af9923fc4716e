"""What may be wrong with the rules of a tier policy, in sentences: what no rule takes, what can never match, what
contradicts itself. Worked out from the rules alone; how many accounts meet them today is asked in one statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations

from django.conf import settings
from psycopg.sql import SQL, Composable, Identifier

from abmhub.accounts.models import Tier
from abmhub.core import sql
from abmhub.core.sql import Values
from abmhub.scoring import compiling, known, words
from abmhub.scoring.linter import ORDER, Remark
from abmhub.scoring.models import TierCondition, TierPolicy, TierRule
from abmhub.scoring.region_words import example, in_words, merged
from abmhub.scoring.regions import (
    Measured,
    Part,
    Region,
    TooTangled,
    anything,
    common,
    is_empty,
    taken_by,
    without,
)

Fact, Operator = TierCondition.Fact, TierCondition.Operator
MOST_GAPS = 5
MOST_OVERLAPS = 5


@dataclass(frozen=True)
class WrittenRule:
    """A rule as it is written, saved or not: its conditions beside it."""

    rule: TierRule
    conditions: tuple[TierCondition, ...]

    @property
    def name(self) -> str:
        return f"“{self.rule.name}”"

    @property
    def tier(self) -> Tier:
        return self.rule.tier

    @cached_property
    def region(self) -> Region:
        """The accounts that meet it."""
        return taken_by(self.conditions)

    @property
    def asked(self) -> str:
        """For example: Fit at least 70 and expected ACV at least 50,000."""
        asked = " and ".join(map(_asked, self.conditions)) or "no condition yet"
        return f"{asked[:1].upper()}{asked[1:]}"

    @property
    def sentence(self) -> str:
        """What it asks and gives, as one line."""
        return f"{self.asked} → {self.tier}"


def written_rules(policy: TierPolicy) -> list[WrittenRule]:
    """The rules of a policy that is saved, in the order in which they are tried; two queries."""
    rules = policy.rules.select_related("policy", "tier").prefetch_related("conditions__custom").order_by("position")
    return [WrittenRule(rule, tuple(words.conditions_of(rule))) for rule in rules]


def remarks(rules: Sequence[WrittenRule], levels: Sequence[Tier]) -> list[Remark]:
    """Everything the rules give away without looking at any account, the gravest first."""
    if not rules:
        return [Remark("danger", "There is no rule: no account would be in any tier.")]
    found = [*_of_conditions(rules), *_of_pairs(rules), *_of_tiers(rules, levels)]
    try:
        found += [*_never_reached(rules), *_gaps(rules)]
    except TooTangled:
        found.append(Remark("warn", "The rules are too tangled to tell what they leave out: fewer conditions help."))
    return sorted(found, key=lambda remark: ORDER.index(remark.severity))


def _of_conditions(rules: Sequence[WrittenRule]) -> Iterator[Remark]:
    """Rules without a condition; conditions that nobody can meet, that everybody meets, or that exclude each other."""
    for each in rules:
        if not each.conditions:
            yield Remark("danger", f"{each.name} has no condition: it would take every account.")
        alone = [(condition, taken_by([condition])[condition.key]) for condition in each.conditions]
        impossible = [condition for condition, part in alone if part.is_empty]
        for condition in impossible:
            sentence = f"{each.name} asks for {_asked(condition)}, which no account can have{_why(condition)}."
            yield Remark("danger", sentence)
        if not impossible and is_empty(each.region):
            key = next(key for key, part in each.region.items() if part.is_empty)
            both = " and ".join(_asked(condition) for condition in each.conditions if condition.key == key)
            yield Remark("danger", f"{each.name} contradicts itself: {both} cannot hold together.")
        for condition, part in alone:
            if when := _holds_always(condition, part):
                yield Remark("warn", f"{each.name} asks for {_asked(condition)}, which holds {when}.")


def _asked(condition: TierCondition) -> str:
    return f"{words.word(condition)} {words.limit(condition)}"


def _why(condition: TierCondition) -> str:
    return ": scores are 0 to 100" if condition.fact in TierCondition.SCORES else ""


def _holds_always(condition: TierCondition, part: Part) -> str:
    """When it holds, if it tells no account apart from any other: always, or whenever the fact is known."""
    everything = anything(condition)
    if not isinstance(everything, Measured) or not isinstance(part, Measured) or everything.ranges != part.ranges:
        return ""
    return f"whenever {words.word(condition)} is known" if everything.unknown else "always"


def _of_pairs(rules: Sequence[WrittenRule]) -> Iterator[Remark]:
    """Rules that share accounts where it matters which comes first. One that lies within a later one is a special
    case of it, as it should be."""
    everything = _everything(rules)
    overlaps = 0
    for earlier, later in combinations(rules, 2):
        shared = common(earlier.region, later.region)
        if earlier.tier == later.tier or is_empty(shared) or not without([later.region], earlier.region, everything):
            continue
        if earlier.tier.level > later.tier.level:
            yield Remark(
                "warn",
                f"{earlier.name} ({earlier.tier}) comes before {later.name} ({later.tier}): accounts that meet both "
                f"get only {earlier.tier}. Move {later.name} up.",
            )
        elif without([earlier.region], later.region, everything):
            overlaps += 1
            if overlaps <= MOST_OVERLAPS:
                yield Remark(
                    "info",
                    f"{earlier.name} and {later.name} overlap at {in_words(shared, _asking(rules))}: {earlier.name} "
                    f"comes first and gives {earlier.tier}.",
                )
    if overlaps > MOST_OVERLAPS:
        yield Remark("info", f"{overlaps - MOST_OVERLAPS} more pairs of rules overlap; the earlier always decides.")


def _of_tiers(rules: Sequence[WrittenRule], levels: Sequence[Tier]) -> Iterator[Remark]:
    given = {each.tier.level for each in rules}
    for tier in levels:
        if tier.level not in given:
            yield Remark("warn", f"No rule gives {tier}: no account would be in it.")


def _never_reached(rules: Sequence[WrittenRule]) -> Iterator[Remark]:
    for each, by in never_reached(rules):
        if len(by) == 1:
            yield Remark("danger", f"{each.name} can never match: {by[0].name} before it takes all that it would.")
        else:
            yield Remark("danger", f"{each.name} can never match: the rules before it together take all that it would.")


def never_reached(rules: Sequence[WrittenRule]) -> Iterator[tuple[WrittenRule, list[WrittenRule]]]:
    """Rules that somebody could meet, but never as the first, and the earlier ones that take all: one, if one does."""
    everything = _everything(rules)
    for place, each in enumerate(rules):
        before = [earlier for earlier in rules[:place] if not is_empty(common(earlier.region, each.region))]
        if is_empty(each.region):
            continue
        if alone := next((one for one in before if not without([each.region], one.region, everything)), None):
            yield each, [alone]
            continue
        left: list[Region] = [each.region]
        for earlier in before:
            left = without(left, earlier.region, everything)
        if not left:
            yield each, before


def _gaps(rules: Sequence[WrittenRule]) -> Iterator[Remark]:
    """What no rule takes, with an example; a gap above figures that get a tier is probably a mistake."""
    found, asking = gaps(rules), _asking(rules)
    for gap in found[:MOST_GAPS]:
        said, such_as = in_words(gap, asking), example(gap, asking)
        for_example = f", for example {such_as}" if such_as != said else ""
        if below := next((each for each in rules if _lies_above(gap, each)), None):
            yield Remark(
                "warn",
                f"A gap: no rule takes accounts with {said}{for_example}, though lower figures get {below.tier} by "
                f"{below.name}.",
            )
        else:
            yield Remark("info", f"No tier: accounts with {said}{for_example}.")
    if len(found) > MOST_GAPS:
        yield Remark("info", f"No tier: {len(found) - MOST_GAPS} more kinds of accounts.")


def gaps(rules: Sequence[WrittenRule]) -> list[Region]:
    """What no rule takes. Raises TooTangled."""
    everything = _everything(rules)
    left: list[Region] = [{}]
    # Those that ask least first: they leave the fewest and simplest regions.
    for each in sorted(rules, key=lambda written: len(written.conditions)):
        left = without(left, each.region, everything)
    return merged(left, everything)


def _lies_above(gap: Region, rule: WrittenRule) -> bool:
    """Whether some account of the gap is as good as one that the rule takes in everything it asks, and better in
    something."""
    if is_empty(rule.region):
        return False
    for key, part in rule.region.items():
        here = gap.get(key)
        if here is None:
            continue
        if isinstance(part, Measured) and isinstance(here, Measured):
            if not here.reaches(part):
                return False
        elif is_empty(common({key: here}, {key: part})):
            return False
    return True


@dataclass(frozen=True)
class Counts:
    """How many accounts could be in a tier, how many meet each rule, and how many each takes as the first."""

    accounts: int
    met: tuple[int, ...]
    taken: tuple[int, ...]


def counts(rules: Sequence[WrittenRule], as_of: date) -> Counts:
    """How many accounts the rules concern, by the scores of the last night; one statement over all accounts.

    Bands, minimum stay, capacity and overrides are left aside: a preview knows them.
    """
    values = Values("count")
    numbers = range(len(rules))
    found = [_all_hold(each, values) for each in rules]
    asked = known.columns(condition for each in rules for condition in each.conditions)
    tried = SQL(" ").join(SQL("WHEN {} THEN {}").format(found[each], values.hold(each)) for each in numbers)
    counted = [
        SQL(", count(*) FILTER (WHERE {}) AS {}, count(*) FILTER (WHERE place = {}) AS {}").format(
            found[each], Identifier(f"met_{each}"), values.hold(each), Identifier(f"taken_{each}")
        )
        for each in numbers
    ]
    parts: dict[str, Composable] = {
        "tried": tried if rules else SQL("WHEN FALSE THEN 0"),
        "counts": SQL("").join(counted),
        "columns": SQL("").join(SQL(", {} AS {}").format(column, Identifier(key)) for key, column in asked.items()),
    }
    [row] = sql.rows(
        "scoring/rule_counts", parts, currency=settings.ABMHUB_BUSINESS_CURRENCY, as_of=as_of, **values.parameters
    )
    return Counts(
        row["accounts"],
        tuple(row[f"met_{each}"] for each in numbers),
        tuple(row[f"taken_{each}"] for each in numbers),
    )


def said_by_accounts(rules: Sequence[WrittenRule], found: Counts) -> Iterator[Remark]:
    """What the accounts that are there make of the rules; nothing where there are none."""
    if not found.accounts:
        return
    for each, met, taken in zip(rules, found.met, found.taken, strict=True):
        if not met:
            yield Remark("warn", f"No account meets {each.name} today.")
        elif met == found.accounts:
            yield Remark("warn", f"Every account meets {each.name} today: it tells none apart.")
        elif not taken:
            yield Remark("info", f"Earlier rules take all {words.number(met)} accounts that meet {each.name} today.")


def _all_hold(rule: WrittenRule, values: Values) -> Composable:
    return SQL(" AND ").join([SQL("TRUE"), *(compiling.holds(condition, values) for condition in rule.conditions)])


def _everything(rules: Sequence[WrittenRule]) -> Region:
    return {condition.key: anything(condition) for each in rules for condition in each.conditions}


def _asking(rules: Sequence[WrittenRule]) -> dict[str, TierCondition]:
    """A condition about each fact, which knows its word and how its values are written."""
    return {condition.key: condition for each in rules for condition in each.conditions}
