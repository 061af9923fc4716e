"""A tier policy as data: one form that is exported, imported, copied, restored and compared.

    {
        "name": "Goldilocks",
        "promote_band": 0,
        "demote_band": 5,
        "minimum_stay_days": 14,
        "capacities": [{"tier": 1, "accounts_per_rep": 20}],
        "rules": [
            {"name": "Just right", "tier": 1, "all": [
                {"fact": "fit", "at_least": 70},
                {"fact": "country", "not_one_of": ["RU"]},
                {"attribute": "volume_shipped", "at_least": 50000}
            ]}
        ]
    }

Rules stand in the order in which they are tried; tiers go by their level, custom attributes by their code.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.db.models import Max

from abmhub.accounts.models import Attribute, Tier
from abmhub.core.refusals import Refused
from abmhub.scoring.models import TierCapacity, TierCondition, TierPolicy, TierRule

Operator = TierCondition.Operator
ASKED = {
    Operator.AT_LEAST: "at_least",
    Operator.BELOW: "below",
    Operator.ONE_OF: "one_of",
    Operator.NOT_ONE_OF: "not_one_of",
}
_OPERATORS = {word: operator for operator, word in ASKED.items()}
_LIMITS = ("promote_band", "demote_band", "minimum_stay_days")


class NotAPolicy(Refused):
    """The data does not say what a tier policy says."""


def policy_as_data(policy: TierPolicy) -> dict[str, Any]:
    """Everything that decides tiers; two policies with the same data give the same tiers."""
    rules = policy.rules.order_by("position").prefetch_related("conditions__custom")
    return {
        "name": policy.name,
        **{name: getattr(policy, name) for name in _LIMITS},
        "capacities": [
            {"tier": each.tier_id, "accounts_per_rep": each.accounts_per_rep}
            for each in policy.capacities.order_by("tier")
        ],
        "rules": [
            {
                "name": rule.name,
                "tier": rule.tier_id,
                "all": [_asked(each) for each in sorted(rule.conditions.all(), key=_place)],
            }
            for rule in rules
        ],
    }


def digest(policy: TierPolicy) -> str:
    """A short word for its data, another after any change that could move an account."""
    decisive = {name: value for name, value in policy_as_data(policy).items() if name != "name"}
    return sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def policy_from_data(data: object, *, origin: str) -> TierPolicy:
    """A new draft under the next version. Raises NotAPolicy with what is wrong, and where."""
    return _fill(TierPolicy(version=next_version(), origin=origin[:200]), data)


@transaction.atomic
def rewrite(policy: TierPolicy, data: object) -> TierPolicy:
    """The policy with what the data says in place of what it said. Raises NotAPolicy; then it says what it said."""
    policy.rules.all().delete()
    policy.capacities.all().delete()
    return _fill(policy, data)


def _fill(policy: TierPolicy, data: object) -> TierPolicy:
    said = _mapping(data, "The policy")
    known = {"name", "capacities", "rules", *_LIMITS}
    if unknown := sorted(set(said) - known):
        raise NotAPolicy(f"Nobody knows what “{unknown[0]}” of a policy means: it has {', '.join(sorted(known))}.")
    for name in ("name", *_LIMITS):
        setattr(policy, name, said.get(name, 0 if name in _LIMITS else None))
    _save(policy, "The policy")
    for number, each in enumerate(_list(said.get("capacities", []), "The capacities"), 1):
        where = f"Capacity {number}"
        capacity = _mapping(each, where)
        per_rep = capacity.get("accounts_per_rep", "")
        _save(TierCapacity(policy=policy, tier=_tier(capacity, where), accounts_per_rep=per_rep), where)
    tried = _list(said.get("rules"), "The rules")
    for position, each in enumerate(tried, 1):
        where = f"Rule {position}"
        written = _mapping(each, where)
        rule = TierRule(policy=policy, position=position, name=written.get("name", ""), tier=_tier(written, where))
        _save(rule, where)
        for number, asked in enumerate(_list(written.get("all"), f"{where}: “all”"), 1):
            place = f"{where}, condition {number}"
            _save(_condition(rule, _mapping(asked, place), place), place)
    return policy


def next_version() -> int:
    """The version of the next draft; of two who ask at once, one is turned away by the database."""
    highest: int = TierPolicy.objects.aggregate(highest=Max("version"))["highest"] or 0
    return highest + 1


def _place(condition: TierCondition) -> tuple[str, ...]:
    return (condition.fact, condition.custom.code if condition.custom else "", condition.operator)


def _asked(condition: TierCondition) -> dict[str, Any]:
    subject = {"attribute": condition.custom.code} if condition.custom else {"fact": condition.fact}
    limit = condition.values if condition.threshold is None else _number(condition.threshold)
    return {**subject, ASKED[Operator(condition.operator)]: limit}


def _number(threshold: Decimal) -> int | str:
    """A whole number as one; cents as text, which no reader rounds."""
    return int(threshold) if threshold == int(threshold) else f"{threshold:.2f}"


def _condition(rule: TierRule, asked: Mapping[str, Any], where: str) -> TierCondition:
    operators = [name for name in asked if name in _OPERATORS]
    subjects = [name for name in asked if name in ("fact", "attribute")]
    if len(operators) != 1 or len(subjects) != 1 or len(asked) != 2:
        raise NotAPolicy(f"{where} needs “fact” or “attribute”, and one of {', '.join(_OPERATORS)}.")
    [operator], [subject] = operators, subjects
    condition = TierCondition(rule=rule, operator=_OPERATORS[operator])
    if subject == "attribute":
        condition.fact, condition.custom = TierCondition.Fact.CUSTOM, _attribute(asked[subject], where)
    else:
        condition.fact = asked[subject]
    if condition.operator in TierCondition.AMONG:
        condition.values = [str(each) for each in _list(asked[operator], where)]
    else:
        condition.threshold = _decimal(asked[operator], where)
    return condition


def _attribute(code: object, where: str) -> Attribute:
    found = Attribute.objects.filter(code=str(code)).first()
    if found is None:
        raise NotAPolicy(f"{where} asks for the attribute “{code}”, which is not defined here.")
    return found


def _tier(said: Mapping[str, Any], where: str) -> Tier:
    level = said.get("tier")
    found = Tier.objects.filter(level=level).first() if isinstance(level, int) and 0 < level < 32768 else None
    if found is None:
        raise NotAPolicy(f"{where} names the tier {level}, which does not exist here.")
    return found


def _decimal(value: object, where: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise NotAPolicy(f"{where} needs a number, not {value!r}.") from None


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise NotAPolicy(f"{what} should be an object with names.")
    return value


def _list(value: object, what: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise NotAPolicy(f"{what} should be a list.")
    return value


def _save(row: TierPolicy | TierCapacity | TierRule | TierCondition, where: str) -> None:
    try:
        row.full_clean()
        row.save()
    except ValidationError as error:
        raise NotAPolicy(f"{where}: {' '.join(error.messages)}") from error
    except DataError as error:  # a character that no text may have
        raise NotAPolicy(f"{where}: {error}.") from error
