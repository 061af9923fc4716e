"""The tier policy: its versions, what each says and leaves out, and its way into force."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.accounts.models import Tier
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.scoring import actions
from abmhub.scoring.coverage_check import counts, remarks, said_by_accounts, written_rules
from abmhub.scoring.linter import ORDER
from abmhub.scoring.models import TierPolicy
from abmhub.scoring.policy_comparison import differences
from abmhub.scoring.policy_flow import steps
from abmhub.scoring.sheets import Sheet
from abmhub.users.models import Role
from abmhub.users.verbs import may
from abmhub.web.requests import Request, must_be_allowed

SEE, PUBLISH = "scoring.see_policies", "scoring.publish_policy"
DRAFTED = "{} is a draft now."
ICONS = {"preview": "eye", "submit": "send", "approve": "badge-check", "publish": "check", "restore": "undo-2"}


@require_GET
def list_policies(request: Request) -> HttpResponse:
    """What is in force, what is drafted, and what was in force before."""
    must_be_allowed(request, SEE)
    policies = TierPolicy.objects.select_related("published_by")
    published = list(policies.exclude(published_at=None).order_by("-published_at", "-version"))
    in_force = next((each for each in published if each.status == TierPolicy.Status.PUBLISHED), None)
    context = {
        "in_force": in_force,
        "rules": written_rules(in_force) if in_force else [],
        "drafts": policies.filter(published_at=None).order_by("-version"),
        "published": published,
        "sheets": Sheet,
        **_rights(request),
    }
    return render(request, "policies/list.html", context)


@require_GET
def show_policy(request: Request, pk: int) -> HttpResponse:
    """One version: what it says, what there is to say about it, and what can be done with it."""
    must_be_allowed(request, SEE)
    policy = policy_of(pk)
    rules = written_rules(policy)
    context = {
        "policy": policy,
        "rules": rules,
        "remarks": remarks(rules, list(Tier.objects.order_by("level"))),
        "capacities": policy.capacities.select_related("tier").order_by("tier"),
        "steps": [(step, ICONS[step.verb], _path_of(step.verb, pk)) for step in steps(policy, request.user)],
        "others": TierPolicy.objects.exclude(pk=pk).order_by("-version"),
        "needs_two": settings.ABMHUB_SECOND_PERSON,
        "breadcrumbs": [("Tier policies", reverse("policy-list"))],
        **_rights(request),
    }
    return render(request, "policies/show.html", context)


@require_GET
def examine_policy(request: Request, pk: int) -> HttpResponse:
    """How many accounts its rules take today, and what that says; apart from its page, because all are asked."""
    must_be_allowed(request, SEE)
    policy = policy_of(pk)
    rules = written_rules(policy)
    found = counts(rules, business_day(timezone.now()))
    said = [*remarks(rules, list(Tier.objects.order_by("level"))), *said_by_accounts(rules, found)]
    context = {
        "policy": policy,
        "counted": list(zip(rules, found.met, found.taken, strict=True)),
        "accounts": found.accounts,
        "untaken": found.accounts - sum(found.taken),
        "remarks": sorted(said, key=lambda remark: ORDER.index(remark.severity)),
        "breadcrumbs": _trail(policy),
    }
    return render(request, "policies/examined.html" if request.htmx else "policies/examine.html", context)


@require_GET
def compare_policies(request: Request, pk: int) -> HttpResponse:
    """What a version says differently from another: the one in force, unless the address names one."""
    must_be_allowed(request, SEE)
    policy = policy_of(pk)
    asked = request.GET.get("with", "")
    rivals = TierPolicy.objects.exclude(pk=pk).order_by("-version")
    if asked.isdecimal():
        rivals = rivals.filter(pk=int(asked[:18]))
    rival = rivals.filter(status=TierPolicy.Status.PUBLISHED).first() or rivals.first()
    if rival is None and asked.isdecimal():
        raise Http404("There is no such version.")
    if rival is None:
        messages.info(request, "There is no other version to compare it with.")
        return redirect("policy-show", pk)
    context = {
        "policy": policy,
        "rival": rival,
        "rivals": TierPolicy.objects.exclude(pk=pk).order_by("-version"),
        "differences": differences(rival, policy),
        "breadcrumbs": _trail(policy),
    }
    return render(request, "policies/compare.html", context)


@require_POST
def start_draft(request: Request) -> HttpResponse:
    """A new draft, as a copy of a version or from a sheet."""
    must_be_allowed(request, PUBLISH)
    origin = request.POST.get("from", "")
    if origin in Sheet.values:
        in_force = TierPolicy.objects.in_force()
        return _done(request, lambda: actions.draft_policy(sheet=Sheet(origin), by=request.user), DRAFTED, in_force)
    if not origin.isdecimal():
        raise Http404("There is nothing to draft from.")
    policy = policy_of(int(origin[:18]))
    return _done(request, lambda: actions.copy_policy(policy=policy), DRAFTED, policy)


@require_POST
def submit_policy(request: Request, pk: int) -> HttpResponse:
    """Ask a second person to approve it."""
    must_be_allowed(request, PUBLISH)
    policy = policy_of(pk)
    done = "{} waits for somebody else's approval."
    return _done(
        request, lambda: actions.submit_policy(policy=policy, by=request.user, at=timezone.now()), done, policy
    )


@require_POST
def approve_policy(request: Request, pk: int) -> HttpResponse:
    """Approve what somebody else submitted."""
    must_be_allowed(request, "scoring.approve_policy")
    policy = policy_of(pk)
    done = "{} is approved, and can be published."
    return _done(
        request, lambda: actions.approve_policy(policy=policy, by=request.user, at=timezone.now()), done, policy
    )


@require_POST
def publish_policy(request: Request, pk: int) -> HttpResponse:
    """Put a draft in force."""
    must_be_allowed(request, PUBLISH)
    policy = policy_of(pk)
    done = "{} is in force from the next night on."
    return _done(
        request, lambda: actions.publish_policy(policy=policy, by=request.user, at=timezone.now()), done, policy
    )


@require_POST
def restore_policy(request: Request, pk: int) -> HttpResponse:
    """Put an earlier version in force again."""
    must_be_allowed(request, PUBLISH)
    policy = policy_of(pk)
    done = "{} is in force from the next night on."
    return _done(
        request, lambda: actions.restore_policy(policy=policy, by=request.user, at=timezone.now()), done, policy
    )


def policy_of(pk: int) -> TierPolicy:
    """Raises Http404."""
    people = ("previewed_by", "submitted_by", "approved_by", "published_by")
    return get_object_or_404(TierPolicy.objects.select_related(*people), pk=pk)


def _trail(policy: TierPolicy) -> list[tuple[str, str]]:
    return [("Tier policies", reverse("policy-list")), (str(policy), reverse("policy-show", args=[policy.pk]))]


def _path_of(verb: str, pk: int) -> str:
    return reverse(f"policy-{verb}", args=[pk])


def _done(request: Request, act: Callable[[], TierPolicy], words: str, otherwise: TierPolicy | None) -> HttpResponse:
    """Do it and show the version that it made; refused: the reason, where one came from."""
    try:
        policy = act()
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("policy-show", otherwise.pk) if otherwise else redirect("policy-list")
    messages.success(request, words.format(policy))
    return redirect("policy-show", policy.pk)


def _rights(request: Request) -> dict[str, Any]:
    """What the page may offer."""
    return {
        "may_publish": may(request.user, PUBLISH),
        "may_edit": request.user.role == Role.ADMIN and request.user.is_staff,
    }
