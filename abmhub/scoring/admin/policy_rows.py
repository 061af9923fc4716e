"""A policy as it is being written: rows of text that need not make sense yet, and what is wrong with them.

The whole draft travels with every press of a button, so that nothing is lost and nothing is stored before it is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.http import QueryDict

from abmhub.accounts.models import Tier
from abmhub.scoring import words
from abmhub.scoring.admin.policy_subjects import Subject, key_of
from abmhub.scoring.coverage_check import WrittenRule
from abmhub.scoring.models import TierCondition, TierPolicy, TierRule
from abmhub.scoring.policy_data import ASKED

MOST_RULES, MOST_CONDITIONS = 60, 30
MOST_DIGITS = 16
LIMITS = {"promote_band": 100, "demote_band": 100, "minimum_stay_days": 3650}
Operator = TierCondition.Operator
Subjects = Mapping[str, Subject]


@dataclass
class ConditionRow:
    """A condition as it is typed."""

    subject: Subject
    operator: str
    threshold: str = ""
    values: list[str] = field(default_factory=list)
    problem: str = ""
    is_new: bool = False
    """Just added: the page puts the cursor there."""

    @classmethod
    def of(cls, condition: TierCondition, subjects: Subjects) -> Self:
        threshold = "" if condition.threshold is None else words.number(condition.threshold)
        return cls(subjects[key_of(condition)], condition.operator, threshold, list(condition.values))

    @classmethod
    def posted(cls, prefix: str, post: QueryDict, subjects: Subjects) -> Self | None:
        """None for a subject that there is not any more."""
        subject = subjects.get(post.get(f"{prefix}-subject", ""))
        if subject is None:
            return None
        values = post.getlist(f"{prefix}-values")
        if subject.choices is None:
            values = [word.strip() for text in values for word in text.split(",") if word.strip()]
        operator = post.get(f"{prefix}-operator", "")
        known = dict(subject.operators)
        return cls(
            subject,
            operator if operator in known else next(iter(known)),
            post.get(f"{prefix}-threshold", "").strip(),
            [value.replace("\0", "") for value in values],
        )

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """The words to choose from, with whether each is chosen; what was chosen and is in use no more, too."""
        chosen = {value.lower() for value in self.values}
        offered = list(self.subject.choices or ())
        there = {value.lower() for value, _ in offered}
        offered += [(value, value) for value in self.values if value.lower() not in there]
        return [(value, label, value.lower() in chosen) for value, label in offered]

    @property
    def chosen(self) -> str:
        """The chosen words in a line."""
        return ", ".join(label for _, label, is_chosen in self.options if is_chosen)

    @property
    def typed(self) -> str:
        return ", ".join(self.values)

    def condition(self) -> TierCondition | None:
        """The condition that it says; None, with the problem told, where it says none."""
        asked = TierCondition(fact=self.subject.fact, custom=self.subject.custom, operator=self.operator)
        self.problem = ""
        try:
            if self.subject.is_measured:
                asked.threshold = _number(self.threshold)
            elif not self.values:
                self.problem = "Choose at least one." if self.subject.choices is not None else "Say at least one word."
            else:
                asked.values = self.values
            if not self.problem:
                asked.clean_fields(exclude=["rule", "custom"])
                asked.clean()
        except ValidationError as error:
            self.problem = " ".join(error.messages)
        return None if self.problem else asked


@dataclass
class RuleRow:
    """A rule as it is typed. `adding` is the fact that somebody chose for one more condition."""

    name: str = ""
    tier: str = ""
    conditions: list[ConditionRow] = field(default_factory=list)
    adding: str = ""
    problems: list[str] = field(default_factory=list)
    is_new: bool = False
    """Just added or moved: the page puts the cursor there."""

    said: WrittenRule | None = None
    """What it says; None while something is wrong with it."""

    takes: int | None = None
    """How many accounts it takes today, where they were counted."""

    def check(self, levels: Mapping[str, Tier]) -> None:
        """Tell what is wrong with it, and work out what it says."""
        self.problems = []
        if not self.name:
            self.problems.append("Give the rule a name: accounts are told it as the reason.")
        elif len(self.name) > 100:
            self.problems.append("A name has 100 characters at most.")
        if self.tier not in levels:
            self.problems.append("Choose the tier that it gives.")
        if not self.conditions:
            self.problems.append("Add a condition: without one the rule would take every account.")
        asked = [row.condition() for row in self.conditions]
        seen: set[tuple[str, str]] = set()
        for row in self.conditions:
            if (row.subject.key, row.operator) in seen:
                row.problem = row.problem or "The rule asks this already: delete one of the two."
            seen.add((row.subject.key, row.operator))
        whole = tuple(each for each in asked if each is not None)
        self.said = None
        if not self.problems and not any(row.problem for row in self.conditions):
            self.said = WrittenRule(TierRule(name=self.name, tier=levels[self.tier]), tuple(sorted(whole, key=_place)))

    @property
    def has_problem(self) -> bool:
        return self.said is None


@dataclass
class PolicyRows:
    """The whole policy as it is typed."""

    name: str
    limits: dict[str, str]
    capacities: dict[str, str]
    rules: list[RuleRow]
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: TierPolicy, subjects: Subjects, levels: Mapping[str, Tier]) -> Self:
        """As it is stored; three queries."""
        rules = policy.rules.order_by("position").prefetch_related("conditions__custom")
        capacities = {str(each.tier_id): str(each.accounts_per_rep) for each in policy.capacities.all()}
        return cls(
            policy.name,
            {name: str(getattr(policy, name)) for name in LIMITS},
            {level: capacities.get(level, "") for level in levels},
            [
                RuleRow(
                    rule.name,
                    str(rule.tier_id),
                    [ConditionRow.of(each, subjects) for each in words.conditions_of(rule)],
                )
                for rule in rules
            ],
        )

    @classmethod
    def posted(cls, post: QueryDict, subjects: Subjects, levels: Mapping[str, Tier]) -> Self:
        """As somebody typed it, whatever that is."""
        rules = []
        for number in range(MOST_RULES):
            if f"rule-{number}-name" not in post:
                break
            prefix = f"rule-{number}"
            conditions = (
                ConditionRow.posted(f"{prefix}-{place}", post, subjects)
                for place in range(MOST_CONDITIONS)
                if f"{prefix}-{place}-subject" in post
            )
            name = post.get(f"{prefix}-name", "").replace("\0", "").strip()
            tier, adding = post.get(f"{prefix}-tier", ""), post.get(f"{prefix}-add", "")
            rules.append(RuleRow(name, tier, [each for each in conditions if each], adding))
        return cls(
            post.get("name", "").replace("\0", "").strip(),
            {name: post.get(name, "").strip() for name in LIMITS},
            {level: post.get(f"capacity-{level}", "").strip() for level in levels},
            rules,
        )

    def press(self, button: str, subjects: Subjects) -> None:
        """Do what a button says: rule:2:up, rule:2:1:delete, add-rule. Any button adds the facts that were chosen."""
        for rule in self.rules:
            if rule.adding in subjects and len(rule.conditions) < MOST_CONDITIONS:
                subject = subjects[rule.adding]
                rule.conditions.append(ConditionRow(subject, subject.operators[0][0], is_new=True))
            rule.adding = ""
        match button.split(":"):
            case ["add-rule"] if len(self.rules) < MOST_RULES:
                self.rules.append(RuleRow(is_new=True))
            case ["rule", number, place, "delete"] if rule := _nth(self.rules, number):
                rule.conditions = [each for at, each in enumerate(rule.conditions) if str(at) != place]
                rule.is_new = True
            case ["rule", number, verb] if rule := _nth(self.rules, number):
                self._move(rule, int(number), verb)

    def _move(self, rule: RuleRow, place: int, verb: str) -> None:
        match verb:
            case "delete":
                del self.rules[place]
            case "duplicate" if len(self.rules) < MOST_RULES:
                copies = [replace(each, values=[*each.values]) for each in rule.conditions]
                self.rules.insert(place + 1, RuleRow(f"{rule.name} (copy)"[:100], rule.tier, copies, is_new=True))
            case "up" | "down":
                to = max(place - 1, 0) if verb == "up" else place + 1
                self.rules.insert(to, self.rules.pop(place))
                rule.is_new = True

    def check(self, levels: Mapping[str, Tier]) -> bool:
        """Tell everything that is wrong; whether there is nothing."""
        self.problems = {}
        if not 0 < len(self.name) <= 100:
            self.problems["name"] = "A policy needs a name of 100 characters at most."
        for name, most in LIMITS.items():
            if _whole(self.limits[name]) is None or (_whole(self.limits[name]) or 0) > most:
                self.problems[name] = f"A whole number from 0 to {most}."
        for level, text in self.capacities.items():
            if text and not 0 < (_whole(text) or 0) <= 1_000_000:
                self.problems[f"capacity-{level}"] = "A whole number from 1, or nothing where there is room for all."
        for rule in self.rules:
            rule.check(levels)
        return not self.problems and not any(rule.has_problem for rule in self.rules)

    @property
    def written(self) -> list[WrittenRule]:
        """What the rules say that are whole, after `check`."""
        return [rule.said for rule in self.rules if rule.said is not None]

    def as_data(self) -> dict[str, Any]:
        """In the form of policy_data, after `check` found nothing wrong."""
        return {
            "name": self.name,
            **{name: int(text) for name, text in self.limits.items()},
            "capacities": [
                {"tier": int(level), "accounts_per_rep": int(text)} for level, text in self.capacities.items() if text
            ],
            "rules": [
                {"name": each.rule.name, "tier": each.tier.level, "all": [_asked(one) for one in each.conditions]}
                for each in self.written
            ],
        }


def _asked(condition: TierCondition) -> dict[str, Any]:
    subject = {"attribute": condition.custom.code} if condition.custom else {"fact": condition.fact}
    limit = condition.values if condition.threshold is None else str(condition.threshold)
    return {**subject, ASKED[Operator(condition.operator)]: limit}


def _place(condition: TierCondition) -> tuple[int, int]:
    return list(TierCondition.Fact).index(TierCondition.Fact(condition.fact)), condition.custom_id or 0


def _nth(rows: list[Any], number: str) -> Any:
    return rows[int(number)] if number.isdecimal() and int(number) < len(rows) else None


def _number(text: str) -> Decimal:
    """Raises ValidationError."""
    if not text:
        raise ValidationError("Say a number.")
    try:
        number = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        raise ValidationError(f"“{text[:40]}” is no number.") from None
    if not number.is_finite() or abs(number) >= 10**MOST_DIGITS:
        raise ValidationError(f"“{text[:40]}” is no number that anything could reach.")
    if number != round(number, 2):
        raise ValidationError("Two decimals at most.")
    return number


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
