"""To which channels won money is due, under four models beside each other."""

from decimal import Decimal

from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from abmhub.metrics.attribution import Model
from abmhub.metrics.models import AttributionSnapshot
from abmhub.metrics.spans import WHOLE, Window
from abmhub.web.export import asked_table, exports_of
from abmhub.web.metrics import Asked
from abmhub.web.requests import Request

UNTOUCHED = "No touch of marketing"


@require_GET
def show_attribution(request: Request) -> HttpResponseBase:
    """The last night, or the one asked for; every model sums to the same money."""
    asked = Asked.of(request)
    nights = AttributionSnapshot.objects.order_by("-snapshot_on")
    if asked.on:
        nights = nights.filter(snapshot_on__lte=asked.on)
    on = nights.values_list("snapshot_on", flat=True).first()
    found = AttributionSnapshot.objects.filter(snapshot_on=on).select_related("channel") if on else []
    amounts: dict[str, dict[str, Decimal]] = {}
    for row in found:
        name = row.channel.name if row.channel else UNTOUCHED
        amounts.setdefault(name, {})[row.model] = row.amount
    names = sorted(amounts, key=lambda name: (name == UNTOUCHED, -amounts[name].get(Model.EVEN, Decimal(0)), name))
    rows = [(name, [amounts[name].get(model, Decimal(0)) for model in Model]) for name in names]
    header = ("Channel", *(model.label for model in Model))
    tables = {"": lambda: (header, ((name, *shares) for name, shares in rows))}
    if file := asked_table(request, f"attribution-{on}", tables):
        return file
    context = {
        "on": on,
        "models": [model.label for model in Model],
        "rows": rows,
        "exports": exports_of(request) if rows else [],
        "totals": [sum((of.get(model, Decimal(0)) for of in amounts.values()), Decimal(0)) for model in Model],
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "won_path": Asked(on, Window.YEAR, WHOLE, asked.rows_by).path("metric-rows", "won_amount"),
        "breadcrumbs": [("Metrics", reverse("metric-list"))],
    }
    return render(request, "metrics/attribution.html", context)
