"""Accounts that may be one: which of the two stays, or are they two? And merges that can be taken back."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.accounts import merging
from abmhub.accounts.facts import columns
from abmhub.accounts.models import Account, AccountIdentity, AccountMerge, Duplicate
from abmhub.committee.models import Contact
from abmhub.core.numbers import money_text
from abmhub.core.refusals import Refused
from abmhub.orders.models import Order
from abmhub.pipeline.models import Opportunity
from abmhub.web.requests import Request, must_be_allowed, way_back

VERB = "accounts.merge"
PAIRS = 10
MERGES = 10
FOUND = 8
COMPARED = ("country", "headquarters", "industry", "employees")
COUNTED = ((Contact.objects, "account"), (Opportunity.objects, "account"), (Order.objects, "account"))


@dataclass(frozen=True)
class Line:
    """One fact of both accounts; `differs` when both know it and say different things."""

    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        return bool(self.left and self.right) and self.left != self.right


@dataclass(frozen=True)
class Comparison:
    """Two accounts side by side; `pair` is what somebody or something found, or None."""

    left: Account
    right: Account
    lines: list[Line]
    pair: Duplicate | None = None


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Which account is the same?",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "Name or domain", "autocomplete": "off", "type": "search"}),
    )


@require_GET
def list_duplicates(request: Request) -> HttpResponse:
    """The likeliest pairs first, and what was merged lately."""
    must_be_allowed(request, VERB)
    related = [f"{side}__{name}" for side in ("account", "other") for name in ("owner", "territory", "parent")]
    related += ["account__standing__tier", "other__standing__tier"]
    found = Duplicate.objects.visible_to(request.user).open()
    pairs = list(found.select_related(*related)[:PAIRS])
    counts = _counts({each for pair in pairs for each in (pair.account_id, pair.other_id)})
    merges = AccountMerge.objects.filter(kept__in=Account.objects.visible_to(request.user))
    context = {
        "comparisons": [_compare(pair.account, pair.other, counts, pair) for pair in pairs],
        "count": found.count(),
        "merges": merges.select_related("kept", "by").defer("journal").order_by("-merged_at", "-pk")[:MERGES],
        "breadcrumbs": [("Accounts", reverse("account-list"))],
    }
    return render(request, "duplicates/list.html", context)


@require_GET
def compare_accounts(request: Request, pk: int) -> HttpResponse:
    """Search the account that is the same as this one, then look at both."""
    account = _account_of(request, pk)
    must_be_allowed(request, VERB)
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    others = Account.objects.visible_to(request.user).exclude(pk=pk)
    comparison = None
    if request.GET.get("other", "").isdecimal():
        other = _account_of(request, int(request.GET["other"][:18]))
        comparison = _compare(account, other, _counts({account.pk, other.pk})) if other != account else None
    context = {
        "account": account,
        "form": form,
        "found": others.matching(words).order_by("normalized_name", "pk")[:FOUND] if words else [],
        "words": words,
        "comparison": comparison,
        "breadcrumbs": [("Accounts", reverse("account-list")), (account.name, reverse("account-show", args=[pk]))],
    }
    return render(request, "duplicates/compare.html", context)


@require_POST
def merge_accounts(request: Request, pk: int) -> HttpResponse:
    """Keep this account and make the other part of it."""
    kept = _account_of(request, pk)
    must_be_allowed(request, VERB)
    absorbed = request.POST.get("absorbed", "")
    other = _account_of(request, int(absorbed[:18]) if absorbed.isdecimal() else 0)
    try:
        merging.merge(kept=kept, absorbed=other, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(way_back(request, reverse("account-duplicates")))
    messages.success(request, f"{other} is part of {kept} now. You can take that back under Duplicates.")
    return redirect(way_back(request, reverse("account-show", args=[pk])))


@require_POST
def part_accounts(request: Request, pk: int) -> HttpResponse:
    """Take a merge back."""
    must_be_allowed(request, VERB)
    merge = get_object_or_404(AccountMerge, pk=pk, kept__in=Account.objects.visible_to(request.user))
    try:
        account = merging.part(merge=merge, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{account} is an account of its own again.")
    return redirect("account-duplicates")


@require_POST
def keep_apart(request: Request, pk: int) -> HttpResponse:
    """They are two: do not ask again."""
    must_be_allowed(request, VERB)
    pair = get_object_or_404(Duplicate.objects.visible_to(request.user).select_related("account", "other"), pk=pk)
    merging.keep_apart(pair=pair, by=request.user, at=timezone.now())
    messages.success(request, f"{pair.account} and {pair.other} stay two accounts.")
    return redirect("account-duplicates")


def _account_of(request: Request, pk: int) -> Account:
    seen = Account.objects.visible_to(request.user).select_related("owner", "territory", "parent", "standing__tier")
    account: Account = get_object_or_404(seen, pk=pk)
    return account


def _counts(accounts: Collection[int]) -> dict[int, tuple[str, list[int]]]:
    """For each account what other systems call it, and how many contacts, opportunities and orders it has."""
    identities: dict[int, list[str]] = {}
    for each in AccountIdentity.objects.filter(account__in=accounts).order_by("pk"):
        identities.setdefault(each.account_id, []).append(str(each))
    counted = [
        Counter(dict(rows.filter(account__in=accounts).values_list(path).annotate(Count("pk")).order_by()))
        for rows, path in COUNTED
    ]
    return {
        account: (", ".join(identities.get(account, ())[:3]), [count[account] for count in counted])
        for account in accounts
    }


def _compare(left: Account, right: Account, counts: dict[int, Any], pair: Duplicate | None = None) -> Comparison:
    facts = zip(_facts(left, *counts[left.pk]), _facts(right, *counts[right.pk]), strict=True)
    lines = [Line(label, mine, theirs) for (label, mine), (_, theirs) in facts if mine or theirs]
    return Comparison(left, right, lines, pair)


def _facts(account: Account, identities: str, numbers: list[int]) -> list[tuple[str, str]]:
    contacts, deals, orders = (str(number or "") for number in numbers)
    currency = account.currency
    facts = map(columns().__getitem__, COMPARED)
    return [
        ("Domain", account.domain or ""),
        *((fact.label, fact.shown(fact.value_of(account))) for fact in facts),
        ("Annual revenue", _money(account.annual_revenue_amount, currency)),
        ("Expected ACV", _money(account.acv_amount, currency)),
        ("Parent", account.parent.name if account.parent else ""),
        ("Owner", account.owner.name if account.owner else ""),
        ("Territory", account.territory.name if account.territory else ""),
        ("Called elsewhere", identities),
        ("Contacts", contacts),
        ("Opportunities", deals),
        ("Orders", orders),
    ]


def _money(amount: Any, currency: str) -> str:
    return "" if amount is None else money_text(amount, currency, short=True)
