"""What tactics and programs brought against what they cost, under the model of attribution that one chooses."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from abmhub.metrics.attribution import Model
from abmhub.metrics.models import ReturnSnapshot
from abmhub.metrics.models.returns import ReturnKind
from abmhub.metrics.returns import FEWEST, Return, behind, names_of, returns_of
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.web.export import table_response
from abmhub.web.metrics import SEE_SPEND
from abmhub.web.requests import Request, must_be_allowed

MOST_ROWS, READ_AT_ONCE = 500, 2_000
"""So many stand on the page; a file has them all."""
TITLES = {Stage.Kind.WON: "Won money", Stage.Kind.OPEN: "Open pipeline"}


class ReturnsForm(forms.Form):
    """Of tactics or programs, under which model. Nothing said is tactics, shared evenly."""

    kind = forms.ChoiceField(choices=ReturnKind, required=False)
    model = forms.ChoiceField(choices=Model, required=False)


class BehindForm(forms.Form):
    kind = forms.ChoiceField(choices=ReturnKind)
    model = forms.ChoiceField(choices=Model)
    key = forms.IntegerField(min_value=1, max_value=2**62)
    outcome = forms.ChoiceField(choices=[(each.value, each.label) for each in TITLES])


@dataclass(frozen=True)
class Shown:
    """One line of the table."""

    told: Return
    won_path: str
    open_path: str


@require_GET
def show_returns(request: Request) -> HttpResponseBase:
    """The last night that reckoned them, the most won money first."""
    must_be_allowed(request, SEE_SPEND)
    form = ReturnsForm(request.GET)
    if not form.is_valid():
        raise Http404("There are no such returns.")
    kind = ReturnKind(form.cleaned_data["kind"] or ReturnKind.TACTIC)
    model = Model(form.cleaned_data["model"] or Model.EVEN)
    rows = [_shown(each) for each in returns_of(kind=kind, model=model)]
    if wish := request.GET.get("as"):
        header = ("Name", "Spend", "Won deals", "Won", "Return", "Low", "High", "Open deals", "Open")
        return table_response(f"returns-{kind}-{model}", wish, header, map(_cells, rows))
    context = {
        "kind": kind,
        "model": model,
        "rows": rows,
        "on": rows[0].told.found.snapshot_on if rows else None,
        "fewest": FEWEST,
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "kinds": [(each.label, each == kind, _path(each, model)) for each in ReturnKind],
        "models": [(each.label, each == model, _path(kind, each)) for each in Model],
        "exports": [(as_, f"{_path(kind, model)}&as={as_.lower()}") for as_ in ("CSV", "XLSX")],
        "breadcrumbs": [("Metrics", reverse("metric-list"))],
    }
    return render(request, "metrics/returns.html", context)


def _path(kind: ReturnKind, model: Model) -> str:
    return f"{reverse('metric-returns')}?{urlencode({'kind': kind.value, 'model': model.value})}"


def _shown(told: Return) -> Shown:
    found = told.found
    query: dict[str, str | int] = {"kind": found.kind, "model": found.model, "key": found.key}
    won, still_open = (
        f"{reverse('metric-returns-rows')}?{urlencode(query | {'outcome': outcome.value})}" for outcome in TITLES
    )
    return Shown(told, won, still_open)


def _cells(row: Shown) -> tuple[Any, ...]:
    found, low_high = row.told.found, row.told.interval or (None, None)
    return (
        row.told.name, found.spend_amount, found.won_deals, found.won_amount, row.told.times, *low_high,
        found.open_deals, found.open_amount,
    )  # fmt: skip


@require_GET
def list_deals(request: Request) -> HttpResponseBase:
    """The deals that an amount sums, each with the share that is due to this tactic or program."""
    must_be_allowed(request, SEE_SPEND)
    form = BehindForm(request.GET)
    if not form.is_valid():
        raise Http404("There are no such rows.")
    asked = form.cleaned_data
    kind, model, outcome = ReturnKind(asked["kind"]), Model(asked["model"]), Stage.Kind(asked["outcome"])
    frozen = ReturnSnapshot.objects.filter(kind=kind, model=model, key=asked["key"]).order_by("-snapshot_on").first()
    if frozen is None:
        raise Http404("No night has reckoned this.")
    told = behind(on=frozen.snapshot_on, kind=kind, key=asked["key"], model=model, outcome=outcome)
    if wish := request.GET.get("as"):
        header = ("Deal", "Account", "Amount", "Share", "Currency")
        return table_response(f"due-to-{kind}-{asked['key']}", wish, header, _lines(told))
    reported = frozen.won_amount if outcome == Stage.Kind.WON else frozen.open_amount
    total = sum((share for _, share in told), Decimal(0))
    context = {
        "name": names_of(kind, [asked["key"]])[asked["key"]],
        "title": TITLES[outcome],
        "model": model,
        "on": frozen.snapshot_on,
        "rows": list(_deals(told[:MOST_ROWS])),
        "number": len(told),
        "most": MOST_ROWS,
        "total": total,
        "reported": reported,
        "is_as_reported": total == reported,
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "exports": [(as_, f"{request.get_full_path()}&as={as_.lower()}") for as_ in ("CSV", "XLSX")],
        "breadcrumbs": [("Metrics", reverse("metric-list")), ("Returns", _path(kind, model))],
    }
    return render(request, "metrics/returns_rows.html", context)


def _deals(told: list[tuple[int, Decimal]]) -> Iterator[tuple[Opportunity, Decimal]]:
    """Deals with their shares, read some at a time; one that is deleted meanwhile is left out."""
    for first in range(0, len(told), READ_AT_ONCE):
        some = told[first : first + READ_AT_ONCE]
        deals = Opportunity.objects.select_related("account", "stage").in_bulk([pk for pk, _ in some])
        yield from ((deals[pk], share) for pk, share in some if pk in deals)


def _lines(told: list[tuple[int, Decimal]]) -> Iterator[tuple[Any, ...]]:
    for deal, share in _deals(told):
        yield str(deal), str(deal.account or deal.account_name), deal.amount, share, deal.currency
