"""Drafting profiles and putting them in force. What was in force is kept as it was, and never edited."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from abmhub.scoring.actions.refusals import AlreadyPublished, NotADraft, NothingToPublish
from abmhub.scoring.models import IcpCriterion, IcpProfile
from abmhub.scoring.proposals import widened
from abmhub.scoring.subjects import subject_of
from abmhub.users.models import User
from abmhub.users.verbs import require

LEARNED = "Learned from the best customers"
"""What a draft is called that learning begins."""


@transaction.atomic
def publish_profile(*, profile: IcpProfile, by: User, at: datetime) -> IcpProfile:
    """Put a draft in force from the next night on, in place of the profile in force until now.

    Raises NotAllowed, AlreadyPublished for any but a draft, and NothingToPublish for one without a weighted criterion.
    """
    require(by, "scoring.publish_profile")
    draft = IcpProfile.objects.select_for_update().get(pk=profile.pk)
    if draft.published_at is not None:
        raise AlreadyPublished(f"{draft} was published: copy it to a draft to change it.")
    if not draft.criteria.filter(is_disqualifier=False).exists():
        raise NothingToPublish(f"{draft} has no weighted criterion: no account would have a fit.")
    draft.published_by, draft.published_at = by, at
    draft.save(update_fields=["published_by", "published_at"])
    return draft


@transaction.atomic
def copy_profile(*, profile: IcpProfile, origin: str = "") -> IcpProfile:
    """A new draft with the same criteria, under the next version."""
    copy = IcpProfile.objects.create(
        version=IcpProfile.objects.next_version(),
        name=profile.name,
        origin=origin or f"Copy of version {profile.version}.",
        minimum_known_percent=profile.minimum_known_percent,
    )
    IcpCriterion.objects.bulk_create(
        IcpCriterion(
            profile=copy,
            name=each.name,
            attribute=each.attribute,
            custom_id=each.custom_id,
            minimum=each.minimum,
            maximum=each.maximum,
            values=each.values,
            weight=each.weight,
            is_disqualifier=each.is_disqualifier,
            reason=each.reason,
        )
        for each in profile.criteria.order_by("pk")
    )
    return copy


@transaction.atomic
def restore_profile(*, profile: IcpProfile, by: User, at: datetime) -> IcpProfile:
    """Put an earlier profile in force again, as a new version that says so; what was in force stays as it was.

    Raises NotAllowed, and AlreadyPublished for the one in force and for a draft.
    """
    require(by, "scoring.publish_profile")
    if profile.is_draft or profile == IcpProfile.objects.in_force():
        state = "a draft" if profile.is_draft else "in force"
        raise AlreadyPublished(f"{profile} is {state}: choose an earlier version.")
    copy = copy_profile(profile=profile, origin=f"Return to version {profile.version}.")
    return publish_profile(profile=copy, by=by, at=at)


@transaction.atomic
def draft_profile(*, name: str, origin: str, criteria: Sequence[IcpCriterion], by: User) -> IcpProfile:
    """A new draft of criteria that are not saved yet. Raises NotAllowed."""
    require(by, "scoring.learn")
    draft = IcpProfile.objects.create(version=IcpProfile.objects.next_version(), name=name, origin=origin)
    for criterion in criteria:
        criterion.profile = draft
    IcpCriterion.objects.bulk_create(criteria)
    return draft


@transaction.atomic
def add_criterion(*, profile: IcpProfile | None, criterion: IcpCriterion, by: User) -> IcpCriterion:
    """Add a criterion, which is not saved yet, to a draft; None begins one.

    The same attribute is asked once where that is possible: of one that an account has once, the values join those
    that the draft asks for already, and ranges that touch become one; the higher weight stays. Raises NotAllowed,
    NotADraft, and ValidationError for a criterion that makes no sense.
    """
    require(by, "scoring.learn")
    if profile is None:
        profile = draft_profile(name=LEARNED, origin="Begun with a finding.", criteria=[], by=by)
    draft = IcpProfile.objects.select_for_update().get(pk=profile.pk)
    if not draft.is_draft:
        raise NotADraft(f"{draft} was published: copy it to a draft to change it.")
    criterion.profile = draft
    criterion.full_clean()
    for there in draft.criteria.filter(is_disqualifier=False).select_related("custom").order_by("pk"):
        if subject_of(there) == subject_of(criterion) and widened(there, criterion):
            there.save()
            return there
    criterion.save()
    return criterion
