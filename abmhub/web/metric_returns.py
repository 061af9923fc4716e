"""What tactics and programs brought against what they cost, under the model of attribution that one chooses."""

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

from abmhub.campaigns.models import Program
from abmhub.menus.models import Tactic
from abmhub.metrics.attribution import Model
from abmhub.metrics.models import ReturnSnapshot
from abmhub.metrics.models.returns import ReturnKind
from abmhub.metrics.returns import FEWEST, Return, behind
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.web.export import table_response
from abmhub.web.metrics import SEE_SPEND
from abmhub.web.requests import Request, must_be_allowed

MOST_ROWS = 500
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

    name: str
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
    newest = ReturnSnapshot.objects.order_by("-snapshot_on").values_list("snapshot_on", flat=True)[:1]
    found = list(ReturnSnapshot.objects.filter(snapshot_on__in=newest, kind=kind, model=model))
    found.sort(key=lambda each: (-each.won_amount, -each.open_amount, -each.spend_amount, each.key))
    names = _names(kind, [each.key for each in found])
    rows = [_shown(each, names.get(each.key, f"No. {each.key}, deleted")) for each in found]
    if wish := request.GET.get("as"):
        header = ("Name", "Spend", "Won deals", "Won", "Return", "Low", "High", "Open deals", "Open")
        return table_response(f"returns-{kind}-{model}", wish, header, map(_cells, rows))
    context = {
        "kind": kind,
        "model": model,
        "rows": rows,
        "on": found[0].snapshot_on if found else None,
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


def _names(kind: ReturnKind, keys: list[int]) -> dict[int, str]:
    manager: Any = Tactic.objects if kind == ReturnKind.TACTIC else Program.objects
    return {each.pk: str(each) for each in manager.filter(pk__in=keys)}


def _shown(found: ReturnSnapshot, name: str) -> Shown:
    query: dict[str, str | int] = {"kind": found.kind, "model": found.model, "key": found.key}
    won, still_open = (
        f"{reverse('metric-returns-rows')}?{urlencode(query | {'outcome': outcome.value})}" for outcome in TITLES
    )
    return Shown(name, Return(found), won, still_open)


def _cells(row: Shown) -> tuple[Any, ...]:
    found, low_high = row.told.found, row.told.interval or (None, None)
    return (
        row.name, found.spend_amount, found.won_deals, found.won_amount, row.told.times, *low_high,
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
    deals = Opportunity.objects.select_related("account", "stage").in_bulk([pk for pk, _ in told[:MOST_ROWS]])
    rows = [(deals[pk], share) for pk, share in told[:MOST_ROWS] if pk in deals]
    if wish := request.GET.get("as"):
        lines = ((str(deal), str(deal.account or deal.account_name), deal.amount, share) for deal, share in rows)
        return table_response(f"due-to-{kind}-{asked['key']}", wish, ("Deal", "Account", "Amount", "Share"), lines)
    reported = frozen.won_amount if outcome == Stage.Kind.WON else frozen.open_amount
    total = sum((share for _, share in told), Decimal(0))
    context = {
        "name": _names(kind, [asked["key"]]).get(asked["key"], f"No. {asked['key']}, deleted"),
        "title": TITLES[outcome],
        "model": model,
        "on": frozen.snapshot_on,
        "rows": rows,
        "number": len(told),
        "total": total,
        "reported": reported,
        "is_as_reported": total == reported,
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "exports": [(as_, f"{request.get_full_path()}&as={as_.lower()}") for as_ in ("CSV", "XLSX")],
        "breadcrumbs": [("Metrics", reverse("metric-list")), ("Returns", _path(kind, model))],
    }
    return render(request, "metrics/returns_rows.html", context)
