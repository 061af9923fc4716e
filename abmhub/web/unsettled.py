"""What no rule could decide: which account or product is this deal about? A person says so, once for all of a name."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.core.refusals import Refused
from abmhub.imports import actions
from abmhub.imports.models import Settlement
from abmhub.imports.suggestion import accounts_like, products_like
from abmhub.pipeline.models import Opportunity, OpportunityQuerySet
from abmhub.users.models import User
from abmhub.web.paging import capped_count, page_of
from abmhub.web.requests import Request, must_be_allowed, way_back

VERB = "imports.import_files"
NAMES_SHOWN = 50
MOST_DIGITS = 18
# PostgreSQL keeps no text with this character in it, and refuses to look for one.
NUL = "\0"
ACCOUNT, PRODUCT = Settlement.Field.ACCOUNT, Settlement.Field.PRODUCT


class SettleForm(forms.Form):
    """What a word of a source, or the ticked deals, are about."""

    field = forms.ChoiceField(choices=Settlement.Field.choices)
    meaning = forms.CharField(max_length=200)
    source = forms.CharField(max_length=60, required=False)
    value = forms.CharField(max_length=200, required=False, strip=False)
    deal = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        # Any key will do, for nobody is told which there are; one of more digits is no key.
        ticked = [key for key in data.getlist("deal") if key.isdecimal() and len(key) <= MOST_DIGITS]
        self.fields["deal"].choices = [(key, key) for key in ticked]  # type: ignore[attr-defined]

    def settle(self, *, by: User, at: datetime) -> int:
        """Returns how many rows were settled. Raises Refused."""
        if not self.is_valid():
            raise Refused("Say what it means: the name of something that we know.")
        wish = {name: self.cleaned_data[name] for name in ("field", "meaning")}
        if not self.cleaned_data["source"]:
            return actions.settle_deals(deals=self.cleaned_data["deal"], by=by, at=at, **wish)
        named = {name: self.cleaned_data[name] for name in ("source", "value")}
        return actions.settle_name(by=by, at=at, **named, **wish)


@require_GET
def list_unsettled(request: Request) -> HttpResponse:
    """Names that nobody knows, the most frequent first; and the deals of one of them, or those that name no account."""
    must_be_allowed(request, VERB)
    field = PRODUCT if request.GET.get("field") == PRODUCT else ACCOUNT
    value = request.GET.get("value", "").replace(NUL, "")
    deals = _deals_of(field, value)
    context: dict[str, Any] = {
        "page": page_of(deals.select_related("account", "product", "owner", "stage"), request, by=("pk",)),
        "count": capped_count(deals),
        "field": field,
        "value": value,
    }
    if not value:
        unknown, nameless = Opportunity.objects.with_unknown_product(), Opportunity.objects.without_account()
        context["products"] = _names(unknown, "product_name", products_like)
        context["accounts"] = _names(nameless.exclude(account_name=""), "account_name", accounts_like)
    return render(request, "imports/unsettled.html", context)


def _deals_of(field: str, value: str) -> OpportunityQuerySet:
    if field == PRODUCT:
        return Opportunity.objects.with_unknown_product().filter(product_name=value)
    return Opportunity.objects.without_account().filter(account_name=value)


def _names(
    deals: OpportunityQuerySet, column: str, suggest: Callable[[Iterable[str]], dict[str, str]]
) -> list[dict[str, Any]]:
    """The names of a column that wait to be settled, with how many deals each has and what it may mean."""
    counted = deals.order_by().values("source", value=F(column)).annotate(rows=Count("pk"))
    found = list(counted.order_by("-rows", "value")[:NAMES_SHOWN])
    suggestions = suggest([name["value"] for name in found])
    return [name | {"suggestion": suggestions.get(name["value"], "")} for name in found]


@require_POST
def settle(request: Request) -> HttpResponse:
    """Settle the ticked deals or, with a source, all that came with a name and all that will."""
    must_be_allowed(request, VERB)
    form = SettleForm(request.POST)
    try:
        settled = form.settle(by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _settled(settled, form.cleaned_data))
    return redirect(way_back(request, reverse("unsettled-list")))


def _settled(rows: int, said: dict[str, Any]) -> str:
    """What became of what somebody said."""
    if not rows and said["source"]:
        return f"Later files of {said['source']} are read so: {said['value']} means {said['meaning']}."
    return f"{'1 row is' if rows == 1 else f'{rows:,} rows are'} settled: {said['meaning']}."
