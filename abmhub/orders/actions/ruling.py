"""Whose new tasks are, who can do what, and when it is said that a task is late: what an administrator decides."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from abmhub.core.refusals import Refused
from abmhub.orders.models import EscalationStep, RoutingRule, Skill
from abmhub.users.models import User
from abmhub.users.verbs import require


class StillNeeded(Refused):
    """Something else stands on it."""


@transaction.atomic
def set_rule(
    *, rule: RoutingRule | Skill | EscalationStep, chosen: Mapping[str, Collection[Any]] | None = None, by: User
) -> None:
    """Keep a new one, or what changed of one; `chosen` are the rows that it names, by the field.

    What was given to people stays theirs. Raises NotAllowed, or ValidationError for one that cannot be meant.
    """
    require(by, "orders.set_routing")
    rule.full_clean()
    rule.save()
    for name, rows in (chosen or {}).items():
        getattr(rule, name).set(rows)


@transaction.atomic
def remove_rule(*, rule: RoutingRule | Skill, by: User) -> None:
    """Raises NotAllowed, or StillNeeded for a skill that a rule gives tasks by."""
    require(by, "orders.set_routing")
    try:
        rule.delete()
    except ProtectedError as needed:
        names = " and ".join(sorted(f"“{each}”" for each in needed.protected_objects))
        raise StillNeeded(f"Tasks are given by {rule} under {names}: change that first.") from needed
