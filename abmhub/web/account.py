"""One account: what is going on, and what next?"""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from abmhub.accounts.actions import assign
from abmhub.accounts.countries import name_of
from abmhub.accounts.editing import people_to_assign
from abmhub.accounts.models import Account, Duplicate, FreshnessClock, Territory
from abmhub.core.days import business_day
from abmhub.core.models import Run
from abmhub.core.refusals import Refused
from abmhub.orders.models import OrderLine
from abmhub.pipeline.models import Opportunity
from abmhub.scoring.explanation import explained_on
from abmhub.scoring.models import TierAppeal, TierOverride
from abmhub.users.models import User
from abmhub.users.verbs import may
from abmhub.web.arithmetic import arithmetic_of
from abmhub.web.committee_map import committee_of, has_open_deal
from abmhub.web.edits import EDIT
from abmhub.web.facts import facts_of
from abmhub.web.requests import Request, must_be_allowed
from abmhub.web.tier import APPEAL, DECIDE, OVERRIDE
from abmhub.web.timeline import timeline_of

ASSIGN = "accounts.assign"
ORDER = "orders.place_order"
MERGE = "accounts.merge"
EDIT_COMMITTEE = "committee.edit"
OPEN_STATES = (OrderLine.State.ORDERED, OrderLine.State.IN_PRODUCTION)
# An account page is read, not searched: more than these are counted, and found elsewhere.
OPEN_LINES = 8
DEALS = 6


class AssignForm(forms.Form):
    """Who works the account."""

    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Nobody")
    territory = forms.ModelChoiceField(Territory.objects.order_by("name"), required=False, empty_label="None")

    def __init__(self, account: Account, by: User, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"owner": account.owner, "territory": account.territory}
        super().__init__(*args, **kwargs)
        people = people_to_assign(by) | User.objects.filter(owned_accounts=account)
        self.fields["owner"].queryset = people.distinct().order_by("name", "pk")  # type: ignore[attr-defined]


@require_GET
def show_account(request: Request, pk: int) -> HttpResponse:
    """Tier and why, what happened, who decides, what is under way."""
    at = timezone.now()
    today = business_day(at)
    clock = FreshnessClock.objects.filter(source=OuterRef("refreshed_from")).values("due_every_days")
    beside = {
        "clock_days": Subquery(clock[:1]),
        "has_subsidiaries": Exists(Account.objects.filter(parent=OuterRef("pk"))),
        "has_open_deal": has_open_deal(),
        "double": Subquery(_doubles_of(request.user)[:1]),
        "override": Subquery(TierOverride.objects.in_force_on(today).filter(account=OuterRef("pk")).values("pk")[:1]),
        "appeal": Subquery(TierAppeal.objects.open().filter(account=OuterRef("pk")).order_by().values("pk")),
    }
    if request.htmx:
        return _show_timeline(request, pk)
    related = ("standing__tier", "standing__earned_tier", "owner", "territory")
    account: Any = _account_of(request, pk, *related, **beside)
    return render(
        request,
        "accounts/show.html",
        {
            "account": account,
            "standing": getattr(account, "standing", None),
            "country": name_of(account.country) if account.country else "",
            **_timeline(request, account),
            "committee": committee_of(account, at, has_open_deal=account.has_open_deal),
            "lines": _open_lines(account),
            "today": today,
            "deals": _deals_of(account),
            "facts": (facts := facts_of(account, request.user)),
            "unknown_facts": sum(not each.is_known for each in facts),
            "due_on": _due_on(account, account.clock_days),
            "may_confirm": may(request.user, EDIT) and not _is_confirmed_on(account, today),
            "has_family": bool(account.parent_id) or account.has_subsidiaries,
            "double": account.double if may(request.user, MERGE) else None,
            **_by_hand(request, account),
            "may_order": may(request.user, ORDER),
            "may_edit_committee": may(request.user, EDIT_COMMITTEE),
            "may_assign": may(request.user, ASSIGN),
            "breadcrumbs": [("Accounts", reverse("account-list"))],
        },
    )


def _by_hand(request: Request, account: Any) -> dict[str, Any]:
    """The override that holds and the appeal that waits, each read where there is one; and what one may do about it."""
    overrides = TierOverride.objects.select_related("tier", "made_by")
    appeals = TierAppeal.objects.select_related("tier", "made_by")
    return {
        "override": overrides.filter(pk=account.override).first() if account.override else None,
        "appeal": appeals.filter(pk=account.appeal).first() if account.appeal else None,
        "may_override": may(request.user, OVERRIDE),
        "may_appeal": may(request.user, APPEAL),
        "may_decide": may(request.user, DECIDE),
    }


def _show_timeline(request: Request, pk: int) -> HttpResponse:
    """The story alone, for HTMX: narrowed to a kind."""
    account = _account_of(request, pk)
    return render(request, "accounts/timeline.html", {"account": account, **_timeline(request, account)})


def _timeline(request: Request, account: Account) -> dict[str, Any]:
    before = request.GET.get("before", "")
    return {
        "timeline": timeline_of(account, before=before, show=request.GET.get("show", "")),
        "is_first_page": not before,
        "may_narrow": True,
    }


@require_GET
def explain_account(request: Request, pk: int) -> HttpResponse:
    """The arithmetic behind tier and scores: a page, and for HTMX the block of the account page.

    Apart from that page, because it is worked out anew on each reading.
    """
    account = _account_of(request, pk, "standing__tier")
    last_night = Run.objects.last_finished("nightly")
    today = business_day(timezone.now())
    as_of = explained_on(account, last_night.business_day if last_night else None, today)
    crumbs = [("Accounts", reverse("account-list")), (account.name, reverse("account-show", args=[pk]))]
    context = {
        "account": account,
        "standing": getattr(account, "standing", None),
        "arithmetic": (arithmetic := arithmetic_of(account, as_of)),
        "why": arithmetic.why,
        "breadcrumbs": crumbs,
    }
    return render(request, "accounts/arithmetic.html" if request.htmx else "accounts/explain.html", context)


@require_http_methods(["GET", "POST"])
def assign_account(request: Request, pk: int) -> HttpResponse:
    """Choose owner and territory."""
    account = _account_of(request, pk, "owner", "territory")
    must_be_allowed(request, ASSIGN)
    form = AssignForm(account, request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            assign(account=account, by=request.user, at=timezone.now(), **chosen)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{account} belongs to {chosen['owner'] or 'nobody'} now.")
            # A manager who gave it away may not see it any more.
            if Account.objects.visible_to(request.user).filter(pk=pk).exists():
                return redirect("account-show", pk)
            return redirect("account-list")
    crumbs = [("Accounts", reverse("account-list")), (account.name, reverse("account-show", args=[pk]))]
    context = {"account": account, "form": form, "breadcrumbs": crumbs}
    return render(request, "accounts/assign.html", context, status=422 if form.is_bound else 200)


def _account_of(request: Request, pk: int, *related: str, **beside: Exists | Subquery) -> Account:
    accounts = Account.objects.visible_to(request.user).select_related(*related).annotate(**beside)
    account: Account = get_object_or_404(accounts, pk=pk)
    return account


def _doubles_of(user: User) -> QuerySet[Duplicate, Any]:
    """The keys of the accounts that may be the same company as that of the query, the likeliest first."""
    pairs = Duplicate.objects.open().visible_to(user).filter(Q(account=OuterRef("pk")) | Q(other=OuterRef("pk")))
    return pairs.values_list(Case(When(account=OuterRef("pk"), then="other"), default="account"))


def _open_lines(account: Account) -> QuerySet[OrderLine]:
    """What is ordered and not yet delivered, the most urgent first."""
    return (
        OrderLine.objects.filter(order__account=account, state__in=OPEN_STATES)
        .select_related("order", "tactic__category")
        .order_by("promised_on", "pk")[:OPEN_LINES]
    )


def _deals_of(account: Account) -> list[Opportunity]:
    """The deals that have not closed, then those that closed last."""
    deals = account.opportunities.select_related("stage", "product", "owner")
    newest = F("closed_on").desc(nulls_first=True), F("engaged_on").desc(nulls_last=True), "-pk"
    return list(deals.order_by(*newest)[:DEALS])


def _is_confirmed_on(account: Account, day: date) -> bool:
    return account.refreshed_at is not None and business_day(account.refreshed_at) == day


def _due_on(account: Account, days: int | None) -> date | None:
    """The day from which the facts are stale unless a source confirms them again, by the clock of that source."""
    if account.refreshed_at is None:
        return None
    usual: int = FreshnessClock._meta.get_field("due_every_days").get_default()
    return business_day(account.refreshed_at) + timedelta(days=days or usual)
