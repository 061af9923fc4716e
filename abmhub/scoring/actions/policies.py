"""Putting tier policies in force: previewed, perhaps approved by a second person, published, and brought back.

Each step is about the rules as they were then: a digest of them goes along, so that what is published is what
was previewed and approved, whatever was edited meanwhile.
"""

from datetime import datetime

from django.db import transaction

from abmhub.core.refusals import Refused
from abmhub.scoring.actions.refusals import AlreadyPublished, NothingToPublish
from abmhub.scoring.models import TierPolicy
from abmhub.scoring.news import tell
from abmhub.scoring.policy_data import digest, next_version, policy_as_data, policy_from_data, rewrite
from abmhub.scoring.policy_flow import why_unapproved, why_unfit, why_unseen
from abmhub.scoring.policy_sheets import policy_from
from abmhub.scoring.sheets import Sheet
from abmhub.users.models import User
from abmhub.users.verbs import require

Status = TierPolicy.Status

__all__ = [
    "ChangedMeanwhile",
    "NotApproved",
    "NotPreviewed",
    "SamePerson",
    "approve_policy",
    "copy_policy",
    "draft_policy",
    "import_policy",
    "mark_previewed",
    "next_version",
    "publish_policy",
    "restore_policy",
    "submit_policy",
    "write_policy",
]


class NotPreviewed(Refused):
    """Nobody has seen yet whom it would move, as it is now."""


class NotApproved(Refused):
    """A second person has to approve it first."""


class SamePerson(Refused):
    """Who submitted a policy does not approve it."""


class ChangedMeanwhile(Refused):
    """Somebody else wrote the same draft since it was opened."""


@transaction.atomic
def write_policy(*, policy: TierPolicy, data: object, was: str, by: User) -> TierPolicy:
    """Let a draft say what the data says; `was` is the digest of what it said when it was opened.

    What was previewed has to be previewed again, unless nothing was changed. Raises NotAllowed, AlreadyPublished,
    ChangedMeanwhile, and NotAPolicy.
    """
    require(by, "scoring.publish_policy")
    draft = _draft(policy)
    if digest(draft) != was:
        raise ChangedMeanwhile(f"Somebody changed {draft} since you opened it.")
    rewrite(draft, data)
    if draft.status == Status.PREVIEWED and digest(draft) != draft.previewed_as:
        draft.status = Status.DRAFT
        draft.save(update_fields=["status"])
    return draft


@transaction.atomic
def mark_previewed(*, policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    """Say that a preview of the policy, as it is now, was computed.

    What was submitted or approved before a change has to be so again. Raises NotAllowed, AlreadyPublished,
    and NothingToPublish for one that cannot give tiers.
    """
    require(by, "scoring.publish_policy")
    draft = _draft(policy)
    _check(draft)
    now = digest(draft)
    if draft.previewed_as != now:
        draft.submitted_by = draft.submitted_at = draft.approved_by = draft.approved_at = None
    draft.status, draft.previewed_by, draft.previewed_at, draft.previewed_as = Status.PREVIEWED, by, at, now
    draft.save()
    return draft


@transaction.atomic
def submit_policy(*, policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    """Ask a second person to approve a policy that was previewed. Raises NotAllowed, AlreadyPublished, NotPreviewed."""
    require(by, "scoring.publish_policy")
    draft = _previewed(policy)
    draft.submitted_by, draft.submitted_at, draft.approved_by, draft.approved_at = by, at, None, None
    draft.save()
    tell("policy.submitted", draft.pk, by=by, at=at, policy=draft.pk)
    return draft


@transaction.atomic
def approve_policy(*, policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    """Approve what somebody else submitted.

    Raises NotAllowed, AlreadyPublished, NotPreviewed, NotApproved for what nobody submitted, and SamePerson.
    """
    require(by, "scoring.approve_policy")
    draft = _previewed(policy)
    if draft.submitted_at is None:
        raise NotApproved(f"{draft} was not submitted for approval.")
    if draft.submitted_by_id == by.pk:
        raise SamePerson(f"You submitted {draft} yourself: ask somebody else to approve it.")
    draft.approved_by, draft.approved_at = by, at
    draft.save()
    tell("policy.approved", draft.pk, by=by, at=at, policy=draft.pk)
    return draft


@transaction.atomic
def publish_policy(*, policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    """Put a policy in force from the next night on; the one in force until now is superseded.

    Raises NotAllowed, AlreadyPublished for any but a draft, NothingToPublish for one without rules or with a rule
    that has no condition, NotPreviewed, and NotApproved where the installation asks for a second person.
    """
    require(by, "scoring.publish_policy")
    draft = _previewed(policy)
    if reason := why_unapproved(draft):
        raise NotApproved(reason)
    return _put_in_force(draft, by, at)


@transaction.atomic
def restore_policy(*, policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    """Put an earlier policy in force again at once, as a new version that says so; it was previewed in its time.

    Raises NotAllowed, and AlreadyPublished for the one in force and for a draft.
    """
    require(by, "scoring.publish_policy")
    earlier = _locked(policy)
    if earlier.status != Status.SUPERSEDED:
        state = "in force" if earlier.status == Status.PUBLISHED else "a draft"
        raise AlreadyPublished(f"{earlier} is {state}: choose an earlier version.")
    return _put_in_force(copy_policy(policy=earlier, origin=f"Return to version {earlier.version}."), by, at)


def copy_policy(*, policy: TierPolicy, origin: str = "") -> TierPolicy:
    """A new draft with the same rules, under the next version."""
    return policy_from_data(policy_as_data(policy), origin=origin or f"Copy of version {policy.version}.")


def draft_policy(*, sheet: Sheet, by: User) -> TierPolicy:
    """A new draft from a sheet that the product ships. Raises NotAllowed and OtherKind."""
    require(by, "scoring.publish_policy")
    return policy_from(sheet)


def import_policy(*, data: object, by: User) -> TierPolicy:
    """A new draft from the form that policies are exported in. Raises NotAllowed and NotAPolicy."""
    require(by, "scoring.publish_policy")
    return policy_from_data(data, origin="Imported.")


def _put_in_force(draft: TierPolicy, by: User, at: datetime) -> TierPolicy:
    TierPolicy.objects.filter(status=Status.PUBLISHED).update(status=Status.SUPERSEDED)
    draft.status, draft.published_by, draft.published_at = Status.PUBLISHED, by, at
    draft.save()
    tell("policy.published", draft.pk, by=by, at=at, policy=draft.pk)
    return draft


def _locked(policy: TierPolicy) -> TierPolicy:
    """The policy as it is, with all others: who publishes two at once does so one after the other."""
    policies = {each.pk: each for each in TierPolicy.objects.select_for_update().order_by("pk")}
    return policies[policy.pk]


def _draft(policy: TierPolicy) -> TierPolicy:
    draft = _locked(policy)
    if not draft.is_draft:
        raise AlreadyPublished(f"{draft} is {draft.get_status_display().lower()}: copy it to a draft to change it.")
    return draft


def _previewed(policy: TierPolicy) -> TierPolicy:
    draft = _draft(policy)
    _check(draft)
    if reason := why_unseen(draft):
        raise NotPreviewed(reason)
    return draft


def _check(draft: TierPolicy) -> None:
    if reason := why_unfit(draft):
        raise NothingToPublish(reason)
