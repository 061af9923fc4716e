"""The ideal customer profile: its versions, what is right and wrong with each, and what it would do."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.core.refusals import Refused
from abmhub.scoring import actions
from abmhub.scoring.linter import remarks
from abmhub.scoring.models import IcpCriterion, IcpProfile
from abmhub.scoring.preview import preview
from abmhub.scoring.proposals import question_in_words
from abmhub.scoring.sheets import Sheet, draft_from
from abmhub.users.models import Role
from abmhub.users.verbs import may
from abmhub.web.icp_pictures import histogram
from abmhub.web.requests import Request, must_be_allowed

SEE, LEARN, PUBLISH = "scoring.see_profiles", "scoring.learn", "scoring.publish_profile"


@dataclass(frozen=True)
class Question:
    """A criterion as a line of a table."""

    criterion: IcpCriterion
    share: float = 0.0
    """Its weight as a share of all, 0-1."""

    @property
    def words(self) -> str:
        return question_in_words(self.criterion)


@require_GET
def list_profiles(request: Request) -> HttpResponse:
    """What is in force, what is drafted, and what was in force before."""
    must_be_allowed(request, SEE)
    profiles = IcpProfile.objects.select_related("published_by").with_criteria()
    published = list(profiles.published())
    in_force = published[0] if published else None
    context = {
        "in_force": in_force,
        "questions": questions(in_force) if in_force else [],
        "drafts": list(profiles.drafts()),
        "published": published,
        "sheets": Sheet,
        **_rights(request),
    }
    return render(request, "icp/list.html", context)


@require_GET
def show_profile(request: Request, pk: int) -> HttpResponse:
    """One version: what it asks, and next to it what there is to say about it."""
    must_be_allowed(request, SEE)
    profile = _profile(pk)
    context = {
        "profile": profile,
        "state": state_of(profile),
        "questions": questions(profile),
        "disqualifiers": [Question(each) for each in profile.criteria.all() if each.is_disqualifier],
        "breadcrumbs": [("Ideal customer profile", reverse("icp-list"))],
        **_rights(request),
    }
    return render(request, "icp/show.html", context)


@require_GET
def examine_profile(request: Request, pk: int) -> HttpResponse:
    """Remarks and the distribution of fit: a page, and for HTMX the block of the profile's page.

    Apart from that page, because all accounts are asked.
    """
    must_be_allowed(request, SEE)
    profile = _profile(pk)
    found = preview(profile)
    context = {
        "profile": profile,
        "remarks": remarks(profile),
        "preview": found,
        "histogram": histogram(found),
        "breadcrumbs": [
            ("Ideal customer profile", reverse("icp-list")),
            (str(profile), reverse("icp-show", args=[pk])),
        ],
    }
    return render(request, "icp/examined.html" if request.htmx else "icp/examine.html", context)


@require_POST
def start_draft(request: Request) -> HttpResponse:
    """A new draft: from a shipped sheet, or as a copy of a version."""
    must_be_allowed(request, LEARN)
    origin = request.POST.get("from", "")
    if origin in Sheet:
        return _done(request, lambda: draft_from(Sheet(origin)), "{} is a draft now.")
    if not origin.isdecimal():
        raise Http404("There is nothing to draft from.")
    profile = _profile(int(origin[:18]))
    return _done(request, lambda: actions.copy_profile(profile=profile), "{} is a draft now.")


@require_POST
def publish_profile(request: Request, pk: int) -> HttpResponse:
    """Put a draft in force."""
    must_be_allowed(request, PUBLISH)
    profile = _profile(pk)
    return _done(
        request,
        lambda: actions.publish_profile(profile=profile, by=request.user, at=timezone.now()),
        "{} is in force from the next night on.",
        otherwise=profile,
    )


@require_POST
def restore_profile(request: Request, pk: int) -> HttpResponse:
    """Put an earlier version in force again."""
    must_be_allowed(request, PUBLISH)
    profile = _profile(pk)
    return _done(
        request,
        lambda: actions.restore_profile(profile=profile, by=request.user, at=timezone.now()),
        "{} is in force from the next night on.",
        otherwise=profile,
    )


def questions(profile: IcpProfile) -> list[Question]:
    """The weighted criteria of a profile whose criteria are loaded, the weightiest first."""
    weighed = [each for each in profile.criteria.all() if not each.is_disqualifier]
    total = sum(each.weight for each in weighed)
    return [Question(each, each.weight / total) for each in weighed]


def state_of(profile: IcpProfile) -> str:
    if profile.is_draft:
        return "Draft"
    return "In force" if profile == IcpProfile.objects.in_force() else "Superseded"


def _done(
    request: Request, act: Callable[[], IcpProfile], words: str, otherwise: IcpProfile | None = None
) -> HttpResponse:
    """Do it and show the version that it made; refused: the reason, where one came from."""
    try:
        profile = act()
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("icp-show", otherwise.pk) if otherwise else redirect("icp-list")
    messages.success(request, words.format(profile))
    return redirect("icp-show", profile.pk)


def _profile(pk: int) -> IcpProfile:
    return get_object_or_404(IcpProfile.objects.select_related("published_by").with_criteria(), pk=pk)


def _rights(request: Request) -> dict[str, bool]:
    """What the page may offer."""
    return {
        "may_draft": may(request.user, LEARN),
        "may_publish": may(request.user, PUBLISH),
        "may_edit": request.user.role == Role.ADMIN and request.user.is_staff,
    }
