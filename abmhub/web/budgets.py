"""Budgets: what is left? The envelopes, and the ledger behind each."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from abmhub.accounts.models import Tier
from abmhub.budgets import actions
from abmhub.budgets.models import PARENTS, Envelope, LedgerEntry, Level
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.orders.models import Order, OrderLine
from abmhub.users.models import Team
from abmhub.users.verbs import may
from abmhub.web.burn_down import burn_down
from abmhub.web.paging import page_of, path_with
from abmhub.web.requests import Request, must_be_allowed

SEE = "budgets.see_envelopes"
EDIT = "budgets.edit_envelopes"


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


class EnvelopeForm(forms.ModelForm[Envelope]):
    """What may change while an envelope is used; `was` is what the form showed."""

    was = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Envelope
        fields = actions.EDITABLE
        labels = {"total_amount": "Total", "carry_percent": "Carry over, in percent of the total"}

    def __init__(self, data: Any, *, instance: Envelope) -> None:
        shown = {name: getattr(instance, name) for name in actions.EDITABLE}
        super().__init__(data, instance=instance, initial={"was": _written(shown)})

    def clean_was(self) -> dict[str, Any]:
        try:
            texts = json.loads(self.cleaned_data["was"])
            return {name: Envelope._meta.get_field(name).to_python(texts[name]) for name in actions.EDITABLE}  # type: ignore[union-attr]
        except (ValueError, TypeError, KeyError, forms.ValidationError):
            raise forms.ValidationError("Load the page again: the form is not whole.") from None

    def _post_clean(self) -> None:
        """The action says whether an envelope can be so, of the envelope as it is then."""

    def now_shows(self, present: Mapping[str, Any]) -> None:
        """Show what was typed still, as an answer to what the envelope is now."""
        self.data = {**self.data.dict(), "was": _written(present)}  # type: ignore[attr-defined]


def _written(values: Mapping[str, Any]) -> str:
    return json.dumps(values, default=str)


@dataclass(frozen=True)
class Branch:
    """A line of the tree: an envelope, how far it is indented, and whether its period is that of the line above."""

    envelope: Envelope
    depth: int
    has_same_period: bool


@dataclass(frozen=True)
class Top:
    """An envelope that lies under none of those shown; `branches` begins with itself, and is empty without more."""

    envelope: Envelope
    branches: list[Branch]


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
    """The envelopes as trees. What is filtered out above another leaves that one at the top."""
    must_be_allowed(request, SEE)
    form = BudgetFilter(request.GET)
    envelopes = Envelope.objects.visible_to(request.user).filter(form.condition(business_day(timezone.now())))
    tops = envelopes.exclude(Exists(envelopes.filter(pk=OuterRef("parent")))).annotate(shelf=Coalesce("tier", 0))
    page = page_of(tops.select_related("tier", "team"), request, by=("shelf", "starts_on", "pk"))
    below = envelopes.filter(_under(page.rows)).select_related("tier", "team").order_by("tier", "starts_on", "name")
    shelves: dict[str, list[Top]] = {}
    for top in _tops(page.rows, list(below)):
        shelves.setdefault(str(top.envelope.tier or "Programs"), []).append(top)
    return render(
        request,
        "budgets/list.html",
        {"form": form, "page": page, "shelves": list(shelves.items()), "sums": _sums_of(tops)},
    )


def _under(tops: Iterable[Envelope]) -> Q:
    """Whatever lies under one of these, on any level."""
    ids = [top.pk for top in tops]
    paths = ["__".join(["parent"] * times) for times in range(1, len(Level))]
    return Q(*((f"{path}__in", ids) for path in paths), _connector=Q.OR)


def _tops(tops: Iterable[Envelope], below: Iterable[Envelope]) -> Iterator[Top]:
    children: dict[int | None, list[Envelope]] = {}
    for one in below:
        children.setdefault(one.parent_id, []).append(one)
    for top in tops:
        branches = list(_branches(top, None, 0, children))
        yield Top(top, branches if len(branches) > 1 else [])


def _branches(
    one: Envelope, above: Envelope | None, depth: int, children: Mapping[int | None, list[Envelope]]
) -> Iterator[Branch]:
    same = above is not None and (one.starts_on, one.ends_on) == (above.starts_on, above.ends_on)
    yield Branch(one, depth, same)
    for child in children.get(one.pk, ()):
        yield from _branches(child, one, depth + 1, children)


@require_http_methods(["GET", "POST"])
def edit_envelope(request: Request, pk: int) -> HttpResponse:
    """Name, total and what is carried over; nothing that somebody changed meanwhile is overwritten unseen."""
    must_be_allowed(request, EDIT)
    envelope = get_object_or_404(Envelope.objects.visible_to(request.user), pk=pk)
    form = EnvelopeForm(request.POST if request.method == "POST" else None, instance=envelope)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        becomes = {name: form.cleaned_data[name] for name in actions.EDITABLE}
        try:
            actions.edit_envelope(envelope=envelope, was=form.cleaned_data["was"], becomes=becomes, by=request.user)
        except actions.Stale as stale:
            status = 409
            form.add_error(None, stale.message)
            form.now_shows(stale.present)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{becomes['name']} is saved.")
            return redirect("budget-show", pk)
    context = {
        "envelope": envelope,
        "form": form,
        "is_stale": status == 409,
        "breadcrumbs": [("Budgets", reverse("budget-list")), (envelope.name, reverse("budget-show", args=[pk]))],
    }
    return render(request, "budgets/edit.html", context, status=status)


@require_GET
def show_envelope(request: Request, pk: int) -> HttpResponse:
    """One envelope: its ledger, or the orders that it paid for."""
    must_be_allowed(request, SEE)
    visible = Envelope.objects.visible_to(request.user)
    envelope = get_object_or_404(visible.select_related("tier", "team", "rep", "account", PARENTS), pk=pk)
    today = business_day(timezone.now())
    entries = LedgerEntry.objects.under(envelope)
    below = visible.filter(_under([envelope])).select_related("tier", "team").order_by("tier", "starts_on", "name")
    [tree] = _tops([envelope], below)
    shows_orders = request.GET.get("show") == "orders"
    context = {
        "envelope": envelope,
        "shows_orders": shows_orders,
        "ledger_path": path_with(request, show=""),
        "orders_path": path_with(request, show="orders"),
        "is_over": envelope.ends_on < today,
        "burn_down": burn_down(envelope, entries.by_day(), today),
        "branches": [replace(branch, depth=branch.depth - 1) for branch in tree.branches[1:]],
        "may_edit": may(request.user, EDIT),
        "breadcrumbs": [
            ("Budgets", reverse("budget-list")),
            *((one.name, reverse("budget-show", args=[one.pk])) for one in reversed(envelope.path[1:])),
        ],
    }
    if shows_orders:
        payers = [envelope.pk, *(branch.envelope.pk for branch in tree.branches)]
        orders = Order.objects.visible_to(request.user).filter(envelope__in=payers).with_lines()
        context["page"] = page_of(orders, request, by=("-placed_at", "-pk"))
    else:
        page = page_of(entries.select_related("by", "envelope"), request, by=("-at", "-pk"))
        context |= {"page": page, "movements": _movements_of(page.rows, request)}
    return render(request, "budgets/show.html", context)


def _sums_of(envelopes: QuerySet[Envelope]) -> list[Sums]:
    rows = envelopes.order_by("currency").values_list("currency")
    return [Sums(*row) for row in rows.annotate(Sum("total_amount"), Sum("reserved_amount"), Sum("spent_amount"))]


def _movements_of(entries: list[LedgerEntry], request: Request) -> list[Movement]:
    """The entries with their lines, in one query for all of them."""
    numbers = {entry.pk: re.fullmatch(r"order-line-(\d+)(/recipient-\d+)?", entry.reference) for entry in entries}
    ids = {pk: int(found[1]) for pk, found in numbers.items() if found}
    lines = (
        OrderLine.objects.visible_to(request.user)
        .select_related("order__account", "tactic")
        .in_bulk(sorted(set(ids.values())))
    )
    return [Movement(entry, lines.get(ids.get(entry.pk, 0))) for entry in entries]
