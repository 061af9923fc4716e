"""What can be done with a version of the tier policy now, and why not; the actions refuse in the same words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from abmhub.scoring.models import TierPolicy
from abmhub.scoring.policy_data import digest
from abmhub.users.models import User
from abmhub.users.verbs import may, refusal_of

PUBLISH, APPROVE = "scoring.publish_policy", "scoring.approve_policy"


@dataclass(frozen=True)
class Step:
    """One thing to do with a version; `hindrance` says why it cannot be done now, and is empty where it can."""

    verb: str
    label: str
    hindrance: str = ""


def steps(policy: TierPolicy, by: User) -> tuple[Step, ...]:
    """The steps of a draft on its way into force, or the way back to an earlier version."""
    if not policy.is_draft:
        in_force = policy.status == TierPolicy.Status.PUBLISHED
        reason = f"{policy} is in force: choose an earlier version." if in_force else ""
        return (Step("restore", "Return to this version", _first(_role(by, PUBLISH), reason)),)
    unfit = why_unfit(policy)
    unseen = _first(unfit, why_unseen(policy))
    found = [
        Step("preview", "Preview", _first(_role(by, PUBLISH), unfit)),
        Step("publish", "Publish", _first(_role(by, PUBLISH), unseen, why_unapproved(policy))),
    ]
    if settings.ABMHUB_SECOND_PERSON:
        submitted = f"{policy.submitted_by or 'Somebody'} has submitted it." if policy.submitted_at else ""
        found[1:1] = [
            Step("submit", "Submit for approval", _first(_role(by, PUBLISH), unseen, submitted)),
            Step("approve", "Approve", _first(_role(by, APPROVE), unseen, *_not_for_approval(policy, by))),
        ]
    return tuple(found)


def why_unfit(policy: TierPolicy) -> str:
    """Why its rules can be neither previewed nor published; empty where they can."""
    rules = list(policy.rules.order_by("position").prefetch_related("conditions"))
    if not rules:
        return f"{policy} has no rules: no account would be in any tier."
    empty = next((rule for rule in rules if not rule.conditions.all()), None)
    return f"Rule “{empty}” has no condition: it would take every account." if empty else ""


def why_unseen(policy: TierPolicy) -> str:
    """Why nobody knows what it would do; empty where its rules were previewed as they are."""
    if not policy.previewed_as:
        return f"Preview {policy} first: nobody has seen yet whom it would move."
    if policy.previewed_as != digest(policy):
        return f"{policy} was changed since it was previewed: preview it again."
    return ""


def why_unapproved(policy: TierPolicy) -> str:
    """What is missing of the second person whom this installation asks for; empty where nothing is."""
    if not settings.ABMHUB_SECOND_PERSON or policy.approved_at is not None:
        return ""
    if policy.submitted_at is not None:
        return f"{policy} waits for somebody else's approval."
    return f"{policy} waits for somebody else's approval: submit it first."


def _role(by: User, verb: str) -> str:
    return "" if may(by, verb) else refusal_of(verb)


def _not_for_approval(policy: TierPolicy, by: User) -> Iterator[str]:
    if policy.submitted_at is None:
        yield f"{policy} was not submitted for approval."
    if policy.submitted_by_id == by.pk:
        yield f"You submitted {policy} yourself: ask somebody else to approve it."
    if policy.approved_at:
        yield f"{policy.approved_by or 'Somebody'} has approved it."


def _first(*reasons: str) -> str:
    return next(filter(None, reasons), "")
