"""Budgets: what is left? The envelopes, and the ledger behind each."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.db.models import Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Tier
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.core.days import business_day
from abmhub.orders.models import Order, OrderLine
from abmhub.users.models import Team
from abmhub.web.paging import page_of, path_with
from abmhub.web.requests import Request, must_be_allowed

SEE = "budgets.see_envelopes"


class BudgetFilter(forms.Form):
    """What narrows the envelopes; what makes no sense is ignored."""

    PERIODS = (("", "Now"), ("coming", "Coming"), ("past", "Past"), ("all", "Any time"))

    period = forms.ChoiceField(choices=PERIODS, required=False)
    tier = forms.ModelChoiceField(Tier.objects.order_by("level"), required=False, empty_label="Any tier")
    team = forms.ModelChoiceField(Team.objects.order_by("name"), required=False, empty_label="Any team")

    def condition(self, day: date) -> Q:
        """What an envelope must be to pass on this day."""
        self.is_valid()
        chosen = self.cleaned_data
        found = {
            "": Q(starts_on__lte=day, ends_on__gte=day),
            "coming": Q(starts_on__gt=day),
            "past": Q(ends_on__lt=day),
        }.get(chosen.get("period", ""), Q())
        if tier := chosen.get("tier"):
            found &= Q(tier=tier)
        if team := chosen.get("team"):
            found &= Q(team=team)
        return found

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.values())


@dataclass(frozen=True)
class Sums:
    """Envelopes of one currency added up."""

    currency: str
    total_amount: Decimal
    reserved_amount: Decimal
    spent_amount: Decimal

    @property
    def free_amount(self) -> Decimal:
        return self.total_amount - self.reserved_amount - self.spent_amount


@dataclass(frozen=True)
class Movement:
    """A ledger entry with the order line behind it; None where that is not for this person to see."""

    entry: LedgerEntry
    line: OrderLine | None


@require_GET
def list_envelopes(request: Request) -> HttpResponse:
    must_be_allowed(request, SEE)
    form = BudgetFilter(request.GET)
    envelopes = Envelope.objects.visible_to(request.user).filter(form.condition(business_day(timezone.now())))
    page = page_of(envelopes.select_related("tier", "team"), request, by=("tier", "starts_on", "pk"))
    return render(request, "budgets/list.html", {"form": form, "page": page, "sums": _sums_of(envelopes)})


@require_GET
def show_envelope(request: Request, pk: int) -> HttpResponse:
    """One envelope: its ledger, or the orders that it paid for."""
    must_be_allowed(request, SEE)
    visible = Envelope.objects.visible_to(request.user).select_related("tier", "team")
    envelope = get_object_or_404(visible, pk=pk)
    shows_orders = request.GET.get("show") == "orders"
    context = {
        "envelope": envelope,
        "shows_orders": shows_orders,
        "ledger_path": path_with(request, show=""),
        "orders_path": path_with(request, show="orders"),
        "is_over": envelope.ends_on < business_day(timezone.now()),
        "breadcrumbs": [("Budgets", reverse("budget-list"))],
    }
    if shows_orders:
        orders = Order.objects.visible_to(request.user).filter(envelope=envelope).with_lines()
        context["page"] = page_of(orders, request, by=("-placed_at", "-pk"))
    else:
        entries = envelope.ledger.select_related("by")
        page = page_of(entries, request, by=("-at", "-pk"))
        context |= {"page": page, "movements": _movements_of(page.rows, request)}
    return render(request, "budgets/show.html", context)


def _sums_of(envelopes: QuerySet[Envelope]) -> list[Sums]:
    rows = envelopes.order_by("currency").values_list("currency")
    return [Sums(*row) for row in rows.annotate(Sum("total_amount"), Sum("reserved_amount"), Sum("spent_amount"))]


def _movements_of(entries: list[LedgerEntry], request: Request) -> list[Movement]:
    """The entries with their lines, in one query for all of them."""
    numbers = {entry.pk: re.fullmatch(r"order-line-(\d+)", entry.reference) for entry in entries}
    ids = {pk: int(found[1]) for pk, found in numbers.items() if found}
    lines = (
        OrderLine.objects.visible_to(request.user)
        .select_related("order__account", "tactic")
        .in_bulk(sorted(set(ids.values())))
    )
    return [Movement(entry, lines.get(ids.get(entry.pk, 0))) for entry in entries]
