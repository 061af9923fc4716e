"""The accounts: which ones, and in what order?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.accounts.countries import name_of
from abmhub.accounts.models import Account, Tier
from abmhub.campaigns.models import Touch
from abmhub.scoring.filters import AccountFilter
from abmhub.signals.coverage import Coverage, coverage_of
from abmhub.web.export import csv_response
from abmhub.web.paging import capped_count, page_of, path_with
from abmhub.web.requests import Request


@dataclass(frozen=True)
class Sort:
    """An order of the list: its columns for `page_of`, and whether only accounts that ever had a tier are in it."""

    label: str
    by: tuple[str, ...]
    had_tier: bool = False


SORTS = {
    "priority": Sort("Highest priority", ("-standing__priority", "-standing__account_id")),
    "name": Sort("Name", ("normalized_name", "pk")),
    "tier_since": Sort("Latest tier change", ("-standing__tier_since_on", "-standing__account_id"), had_tier=True),
}
USUAL_SORT = "priority"
# Filters that are chosen behind the button "Filters"; each then shows as a chip.
CHOSEN = ("owner", "territory", "industry", "segment", "country")

EXPORTED = (
    # heading, path
    ("Account", "name"),
    ("Domain", "domain"),
    ("Tier", "standing__tier__name"),
    ("Why", "standing__summary"),
    ("Fit", "standing__fit"),
    ("Intent", "standing__intent"),
    ("Engagement", "standing__engagement"),
    ("Priority", "standing__priority"),
    ("In tier since", "standing__tier_since_on"),
    ("Owner", "owner__name"),
    ("Territory", "territory__name"),
    ("Industry", "industry"),
    ("Country", "country"),
    ("Segment", "segment"),
    ("Employees", "employees"),
    ("Expected ACV", "acv_amount"),
    ("Currency", "currency"),
)


@dataclass(frozen=True)
class Row:
    """An account of the list with what stands beside it."""

    account: Account
    coverage: Coverage

    @property
    def trend(self) -> int | None:
        """How the priority moved in the last night, in points; None before the first night."""
        standing = self.account.standing
        return standing.priority - standing.previous_priority if standing.computed_on else None


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    value: str
    path: str


@dataclass(frozen=True)
class Listing:
    """What the address asks for; a filter that nobody understands is ignored."""

    accounts: QuerySet[Account]
    form: forms.Form
    sort_name: str

    @property
    def sort(self) -> Sort:
        return SORTS[self.sort_name]

    @property
    def is_narrowed(self) -> bool:
        return any(self.form.cleaned_data.values())


def _listing_of(request: Request) -> Listing:
    visible = Account.objects.visible_to(request.user)
    found = AccountFilter(request.GET, queryset=visible, request=request)
    form = found.form
    form.is_valid()
    asked = request.GET.get("sort", "")
    sort_name = asked if asked in SORTS else USUAL_SORT
    accounts: QuerySet[Account] = found.filter_queryset(visible)
    if SORTS[sort_name].had_tier:
        accounts = accounts.filter(standing__tier_since_on__isnull=False)
    return Listing(accounts, form, sort_name)


@require_GET
def list_accounts(request: Request) -> HttpResponse:
    """Accounts in the chosen order, fifty at a time; HTMX takes the parts of the page that changed."""
    listing = _listing_of(request)
    _offer_facets(listing.form)
    touches = Touch.objects.filter(account=OuterRef("pk")).order_by("-occurred_at")
    page = page_of(
        # Every account has a standing; the filter says so to the database, which may then begin with its index.
        listing.accounts.filter(standing__priority__gte=0)
        .select_related("standing__tier", "owner")
        .annotate(last_touch_at=Subquery(touches.values("occurred_at")[:1])),
        request,
        by=listing.sort.by,
    )
    coverage = coverage_of([account.pk for account in page.rows], at=timezone.now())
    response = render(
        request,
        "accounts/list.html",
        {
            "rows": [Row(account, coverage[account.pk]) for account in page.rows],
            "page": page,
            "summary": _summary(listing),
            "listing": listing,
            "sorts": [(name, sort.label) for name, sort in SORTS.items()],
            "sort_paths": {name: path_with(request, sort=name) for name in SORTS},
            "tiers": _tier_links(request),
            "chips": _chips(request, listing.form),
            "export_query": path_with(request).removeprefix(request.path),
        },
    )
    if request.htmx:
        # A form sends what is empty or usual too; the address that people share shall not.
        usual = {"sort": ""} if listing.sort_name == USUAL_SORT else {}
        response["HX-Push-Url"] = path_with(request, **usual)
    return response


@require_GET
def export_accounts(request: Request) -> StreamingHttpResponse:
    """The accounts that the list shows with these filters, in its order, all of them."""
    listing = _listing_of(request)
    rows = listing.accounts.order_by(
        *(F(key.removeprefix("-")).desc() if key[0] == "-" else key for key in listing.sort.by)
    )
    values = rows.values_list(*(path for _, path in EXPORTED)).iterator(chunk_size=2000)
    return csv_response("accounts.csv", [heading for heading, _ in EXPORTED], values)


def _offer_facets(form: forms.Form) -> None:
    """Let people choose from the industries and countries that there are, instead of typing them."""
    facets = Account.objects.facets()
    choices = {
        "industry": [("", "Any industry"), *((name, name.capitalize()) for name in facets["industry"])],
        "country": [
            ("", "Any country"),
            *sorted(((code, name_of(code)) for code in facets["country"]), key=lambda choice: choice[1]),
        ],
    }
    for name, offered in choices.items():
        form.fields[name].widget = forms.Select(choices=offered)


def _summary(listing: Listing) -> str:
    count = capped_count(listing.accounts)
    noun = "account" if count == "1" else "accounts"
    where = " that moved between tiers" if listing.sort.had_tier else ""
    return f"{count} {noun}{where}. Priority is fit + intent + engagement; the arrow is last night's change."


def _tier_links(request: Request) -> list[tuple[str, str, bool]]:
    """The tiers as links that keep the other filters: label, path, whether it is the chosen one."""
    chosen = request.GET.get("tier", "")
    tiers = [("", "All"), *((str(tier.level), tier.name) for tier in Tier.objects.order_by("level")), ("0", "No tier")]
    return [(label, path_with(request, tier=value), value == chosen) for value, label in tiers]


def _chips(request: Request, form: forms.Form) -> Iterator[Chip]:
    for name in CHOSEN:
        value: Any = form.cleaned_data.get(name)
        if value:
            choices = dict(getattr(form.fields[name].widget, "choices", ()))
            shown = str(choices.get(value, value)) if isinstance(value, str) else str(value)
            yield Chip(str(form.fields[name].label or name), shown, path_with(request, **{name: ""}))
