"""The accounts: which ones, and in what order?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django import forms
from django.db.models import F
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.accounts.countries import name_of
from abmhub.accounts.models import Account, SavedView, Tier
from abmhub.accounts.models.account import SAMPLE
from abmhub.orders.bulk import MOST_ACCOUNTS
from abmhub.signals.coverage import coverage_of
from abmhub.users.verbs import may
from abmhub.web.columns import ALWAYS, COVERAGE, Row, Shown
from abmhub.web.export import csv_response
from abmhub.web.listing import SORTS, USUAL_SORT, Listing, listing_of, query_of
from abmhub.web.long_list import found_page
from abmhub.web.paging import COUNT_LIMIT, path_with
from abmhub.web.requests import Request
from abmhub.web.views import view_in

ROWS = 20
EXPORTED_AT_ONCE = 1000
EDIT = "accounts.edit"
ORDER = "orders.place_order"
# Filters with a place of their own on the page; the others are on a sheet.
IN_SIGHT = frozenset({"q", "tier", "surging", "no_decision_maker", "stale"})


@require_GET
def list_accounts(request: Request) -> HttpResponse:
    """Accounts in the chosen order, a page at a time; HTMX takes the parts of the page that changed."""
    listing = listing_of(request)
    found = found_page(
        listing.accounts, request, by=listing.sort.by, size=ROWS, beside=listing.with_beside, sample=SAMPLE
    )
    page = found.page
    shown = page.rows if "committee" in listing.codes else []
    tiers = {account.pk: (account.standing.tier_id, account.segment) for account in shown}
    coverage = coverage_of(tiers, at=timezone.now(), tiers=tiers) if tiers else {}
    rows = [Row(account, coverage.get(account.pk), listing.sort_name) for account in page.rows]
    response = render(
        request,
        "accounts/list.html",
        {
            "rows": [Shown(row, listing.columns) for row in rows],
            "page": page,
            "count": found.count,
            # Of more nobody may edit all at once.
            "may_edit_all": found.number <= COUNT_LIMIT and not page.is_all,
            "summary": _summary(found.count, listing),
            "kept": _kept(request, listing),
            "kept_columns": []
            if listing.has_usual_columns
            else [("column", column.code) for column in listing.columns],
            "listing": listing,
            # Where there is nothing, nothing can be narrowed.
            "may_narrow": bool(rows or listing.is_narrowed or listing.sort.only),
            "sorts": [(name, sort.label) for name, sort in SORTS.items()],
            "sort_paths": {name: path_with(request, sort=name) for name in SORTS},
            "tiers": _tier_links(request),
            "chips": list(listing.chips(request)),
            "view": view_in(request, SavedView.List.ACCOUNTS),
            "query": query_of(request),
            "may_edit": may(request.user, EDIT),
            "may_order": may(request.user, ORDER),
            "may_order_all": may(request.user, ORDER) and found.number <= MOST_ACCOUNTS and not page.is_all,
        },
    )
    if request.htmx:
        response["HX-Push-Url"] = _address(request, listing)
    return response


@require_GET
def show_filters(request: Request) -> HttpResponse:
    """All filters: a page, and for HTMX the sheet under the button, which most never open."""
    listing = listing_of(request)
    _offer_facets(listing.form)
    fields = [field for field in listing.form if field.name not in IN_SIGHT and _may_narrow(field)]
    template = "accounts/filter_sheet.html" if request.htmx else "accounts/filter_page.html"
    return render(request, template, {"fields": fields, "kept": _others(request, {field.name for field in fields})})


@require_GET
def show_columns(request: Request) -> HttpResponse:
    """All columns, those that the list shows ticked: a page, and for HTMX the sheet under the button."""
    listing = listing_of(request)
    columns = [(column, column.code in listing.codes) for column in listing.all_columns.values()]
    template = "accounts/column_sheet.html" if request.htmx else "accounts/column_page.html"
    return render(request, template, {"columns": columns, "kept": _others(request, {"column"})})


def _others(request: Request, own: set[str]) -> list[tuple[str, str]]:
    """What the address says beside what a sheet asks for itself, for the form of its page to send along."""
    return [(name, value) for name, values in request.GET.lists() if name not in own for value in values if value]


@require_GET
def export_accounts(request: Request) -> StreamingHttpResponse:
    """The accounts that the list shows with these filters, in its order and its columns, all of them."""
    listing = listing_of(request)
    exported = dict(ALWAYS)
    for column in listing.columns:
        exported |= dict(column.exported)
    rows = listing.with_beside(listing.accounts).order_by(
        *(F(key.removeprefix("-")).desc() if key[0] == "-" else key for key in listing.sort.by)
    )
    paths = ["pk" if path == COVERAGE else path for path in exported.values()]
    values = rows.values_list(*paths).iterator(chunk_size=EXPORTED_AT_ONCE)
    committee = list(exported.values()).index(COVERAGE) if COVERAGE in exported.values() else None
    return csv_response("accounts.csv", list(exported), _with_committee(values, committee))


def _with_committee(values: Iterable[Sequence[Any]], place: int | None) -> Iterator[Sequence[Any]]:
    """The rows of a file, with the committee in words instead of the account's key."""
    if place is None:
        yield from values
        return
    waiting = iter(values)
    while some := list(islice(waiting, EXPORTED_AT_ONCE)):
        coverage = coverage_of([row[place] for row in some], at=timezone.now())
        for row in some:
            yield [*row[:place], coverage[row[place]].summary, *row[place + 1 :]]


def _summary(count: str, listing: Listing) -> str:
    noun = "account" if count == "1" else "accounts"
    only = f" {listing.sort.only}" if listing.sort.only else ""
    return f"{count} {noun}{only}. Priority is fit + intent + engagement; the arrow is last night's change."


def _kept(request: Request, listing: Listing) -> list[tuple[str, str]]:
    """The filters of the sheet that are in force, for the form to send while nobody has opened it."""
    names = [name for name in listing.form.fields if name not in IN_SIGHT]
    return [(name, value) for name in names if (value := request.GET.get(name))]


def _address(request: Request, listing: Listing) -> str:
    """What people share: a form sends what is empty or usual too, the address shall not."""
    usual = {"sort": ""} if listing.sort_name == USUAL_SORT else {}
    columns = {"column": ""} if listing.has_usual_columns else {}
    return path_with(request, **usual, **columns)


def _offer_facets(form: forms.Form) -> None:
    """Let people choose from the industries and countries that there are, instead of typing them."""
    spoken: dict[str, Callable[[str], str]] = {"industry": str.capitalize, "country": name_of}
    for name, values in Account.objects.facets().items():
        choices = sorted(((value, spoken[name](value)) for value in values), key=lambda choice: choice[1])
        form.fields[name].widget = forms.Select(choices=[("", f"Any {name}"), *choices])
    form.fields["is_customer"].widget = forms.Select(
        choices=[("", "Customer or not"), ("true", "Yes"), ("false", "No")]
    )


def _may_narrow(field: forms.BoundField) -> bool:
    """Whether there is anything to choose: no territory filters anything where there is none."""
    choices = getattr(field.field.widget, "choices", None)
    return choices is None or any(value != "" for value, _ in choices)


def _tier_links(request: Request) -> list[tuple[str, str, bool]]:
    """The tiers as links that keep the other filters: label, path, whether it is the chosen one."""
    chosen = request.GET.get("tier", "")
    tiers = [("", "All"), *((str(tier.level), tier.name) for tier in Tier.objects.order_by("level")), ("0", "No tier")]
    return [(label, path_with(request, tier=value), value == chosen) for value, label in tiers]
