"""Verbs: what a person of a role may do at all.

Each room declares its own in its `rules.py`, which Django imports when it starts. Which rows somebody may do
it to is the QuerySet's `visible_to`; whether a row is in a state for it is the action's to say.
"""

from collections.abc import Collection
from typing import Any

import rules

from abmhub.core.refusals import NotAllowed
from abmhub.users.models import Role

_registry: Any = rules  # the library has no types
_refusals: dict[str, str] = {}


def declare(verb: str, roles: Collection[Role], refusal: str) -> None:
    """Let people of these roles do `room.verb`; the others read the refusal.

    `user.has_perm` and `perms` in templates know it too, but look into Django's permission tables when the
    answer is no: `may` asks nobody.
    """
    allowed = frozenset(roles)
    _registry.add_perm(verb, _registry.predicate(lambda user: getattr(user, "role", None) in allowed))
    _refusals[verb] = refusal


def may(user: object, verb: str) -> bool:
    """Whether this person's role allows it; a stranger may nothing. Raises KeyError for an unknown verb."""
    _refusals[verb]
    allowed: bool = _registry.has_perm(verb, user)
    return allowed


def require(user: object, verb: str) -> None:
    """Raises NotAllowed, with the verb's own sentence, when this person's role does not allow it."""
    if not may(user, verb):
        raise NotAllowed(_refusals[verb])


def refusal_of(verb: str) -> str:
    """What somebody reads whose role does not allow it. Raises KeyError for an unknown verb."""
    return _refusals[verb]
