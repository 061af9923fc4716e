"""The tier of one account: by hand for a time, by appeal, and how it came to be."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abmhub.accounts.models import Account, HeldBy, Standing, Tier, TierChange
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.scoring.actions import appeal_tier, decide_appeal, end_override, override_tier
from abmhub.scoring.actions.overriding import MOST_CHARACTERS, MOST_DAYS
from abmhub.scoring.models import TierAppeal, TierOverride
from abmhub.scoring.places import full_tiers
from abmhub.users.verbs import may
from abmhub.web.paging import page_of
from abmhub.web.requests import Request, must_be_allowed, way_back

OVERRIDE, APPEAL, DECIDE = "scoring.override_tier", "scoring.appeal_tier", "scoring.decide_appeal"
USUAL = timedelta(days=30)
MOVES = 25
MOVES_BESIDE = 3
ANSWERED = 10
NO_TIER = "none"


def _tier_choices() -> list[tuple[str, str]]:
    return [*((str(tier.level), tier.name) for tier in Tier.objects.order_by("level")), (NO_TIER, "No tier")]


def _tier(chosen: str) -> Tier | None:
    return None if chosen == NO_TIER else Tier.objects.get(pk=chosen)


class ReasonForm(forms.Form):
    """The tier that somebody wants, and why."""

    tier = forms.TypedChoiceField(choices=_tier_choices, coerce=_tier, widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=MOST_CHARACTERS, widget=forms.Textarea(attrs={"rows": 3, "maxlength": MOST_CHARACTERS})
    )


class LastDayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        options.setdefault("help_text", "The last day it holds.")
        super().__init__(label="Through", widget=widget, **options)


class OverrideForm(ReasonForm):
    """The same with the last day that it holds."""

    expires_on = LastDayField()

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = today + USUAL
        limits = {"min": today.isoformat(), "max": (today + timedelta(days=MOST_DAYS)).isoformat()}
        self.fields["expires_on"].widget.attrs |= limits
        self.fields["reason"].help_text = "Everybody who opens the account reads it, as long as it holds."


class AppealForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].label = "Which tier is right?"
        self.fields["reason"].help_text = "What do you know that the figures do not? Your words decide."


class DecisionForm(forms.Form):
    """An answer to an appeal; the last day is asked for when it is granted."""

    answer = forms.CharField(
        max_length=MOST_CHARACTERS, widget=forms.Textarea(attrs={"rows": 2, "maxlength": MOST_CHARACTERS})
    )
    expires_on = LastDayField(required=False, help_text="If you grant it: the last day that it holds.")


@require_http_methods(["GET", "POST"])
def override_account(request: Request, pk: int) -> HttpResponse:
    """Put the account in a tier by hand, for a time."""
    account = _account_of(request, pk)
    must_be_allowed(request, OVERRIDE)
    today = business_day(timezone.now())
    form = OverrideForm(today, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            override_tier(account=account, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _overridden(account, form.cleaned_data["tier"]))
            return redirect("account-show", pk)
    return _form(request, "accounts/override.html", account, form, full=full_tiers(account))


@require_POST
def end_account_override(request: Request, pk: int) -> HttpResponse:
    """Give the account back to the rules."""
    override = get_object_or_404(TierOverride.objects.visible_to(request.user).select_related("account"), pk=pk)
    must_be_allowed(request, OVERRIDE)
    try:
        end_override(override=override, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _given_back(override.account))
    return redirect("account-show", override.account_id)


@require_http_methods(["GET", "POST"])
def appeal_account(request: Request, pk: int) -> HttpResponse:
    """Say that the tier is wrong."""
    account = _account_of(request, pk)
    must_be_allowed(request, APPEAL)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            appeal_tier(account=account, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Your appeal waits for an answer; you will be told.")
            return redirect("account-show", pk)
    return _form(request, "accounts/appeal.html", account, form)


@require_GET
def list_appeals(request: Request) -> HttpResponse:
    """Appeals that wait for an answer, and the last that had theirs."""
    return _appeals(request)


@require_POST
def answer_appeal(request: Request, pk: int) -> HttpResponse:
    """Grant an appeal or decline it; refused: the list again, with what was typed."""
    appeal = get_object_or_404(TierAppeal.objects.visible_to(request.user).select_related("account", "tier"), pk=pk)
    must_be_allowed(request, DECIDE)
    form = DecisionForm(request.POST, prefix=str(pk))
    granted = "grant" in request.POST
    if form.is_valid():
        try:
            decide_appeal(appeal=appeal, granted=granted, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            outcome = _overridden(appeal.account, appeal.tier) if granted else "Declined."
            messages.success(request, f"{outcome} {appeal.made_by or 'Whoever asked'} is told.")
            return redirect(way_back(request, reverse("appeal-list")))
    return _appeals(request, form, appeal, status=422)


@require_GET
def list_moves(request: Request, pk: int) -> HttpResponse:
    """Every move of the account between tiers: a page, and for HTMX the last few beside the account."""
    account = _account_of(request, pk)
    moves = TierChange.objects.filter(account=account).select_related("from_tier", "to_tier")
    if request.htmx:
        beside = list(moves.order_by("-changed_on")[: MOVES_BESIDE + 1])
        context = {"account": account, "moves": beside[:MOVES_BESIDE], "has_more": len(beside) > MOVES_BESIDE}
        return render(request, "accounts/moves_beside.html", context)
    page = page_of(moves, request, by=("-changed_on", "-pk"), size=MOVES)
    overrides = TierOverride.objects.filter(account=account).select_related("tier", "made_by", "ended_by")
    context = {
        "account": account,
        "page": page,
        "overrides": overrides.order_by("-made_at")[:ANSWERED],
        "today": business_day(timezone.now()),
        "breadcrumbs": _crumbs(account),
    }
    return render(request, "accounts/moves.html", context)


def _appeals(
    request: Request, refused: DecisionForm | None = None, of: TierAppeal | None = None, *, status: int = 200
) -> HttpResponse:
    visible = TierAppeal.objects.visible_to(request.user)
    page = page_of(
        visible.filter(decided_at=None).select_related("account__standing__tier", "tier", "made_by"),
        request,
        by=("made_at", "pk"),
        size=MOVES,
    )
    usual = {"expires_on": business_day(timezone.now()) + USUAL}
    waiting = [
        (appeal, refused if refused and appeal == of else DecisionForm(prefix=str(appeal.pk), initial=usual))
        for appeal in page.rows
    ]
    answered = visible.filter(decided_at__isnull=False).select_related("account", "tier", "made_by", "decided_by")
    context = {
        "waiting": waiting,
        "page": page,
        "answered": answered.order_by("-decided_at")[:ANSWERED],
        "may_decide": may(request.user, DECIDE),
        "may_appeal": may(request.user, APPEAL),
    }
    return render(request, "appeals/list.html", context, status=status)


def _overridden(account: Account, tier: Tier | None) -> str:
    """What an override has come to: a night that is at work has to be done first."""
    standing = Standing.objects.filter(account=account, tier=tier, held_by=HeldBy.OVERRIDE)
    if standing.exists():
        return f"{account} is in {tier or 'no tier'} by hand now."
    return f"{account} comes into {tier or 'no tier'} as soon as the night that is at work is done."


def _given_back(account: Account) -> str:
    standing = Standing.objects.select_related("tier").filter(account=account).exclude(held_by=HeldBy.OVERRIDE).first()
    if standing is None:
        return f"The rules decide about {account} again as soon as the night that is at work is done."
    return f"The rules decide about {account} again: it is in {standing.tier or 'no tier'} now."


def _form(request: Request, template: str, account: Account, form: forms.Form, **more: Any) -> HttpResponse:
    context = {
        **more,
        "account": account,
        "standing": getattr(account, "standing", None),
        "form": form,
        "breadcrumbs": _crumbs(account),
    }
    return render(request, template, context, status=422 if form.is_bound else 200)


def _account_of(request: Request, pk: int) -> Account:
    accounts = Account.objects.visible_to(request.user).select_related("standing__tier")
    account: Account = get_object_or_404(accounts, pk=pk)
    return account


def _crumbs(account: Account) -> list[tuple[str, str]]:
    return [("Accounts", reverse("account-list")), (account.name, reverse("account-show", args=[account.pk]))]
