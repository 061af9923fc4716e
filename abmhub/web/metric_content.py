"""What content accounts take up, from the first look to the purchase."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Account
from abmhub.committee.models import ContentStage
from abmhub.core.days import business_day
from abmhub.metrics.content import OF_STAGE, Taken, stages_of, taken_by, taken_by_all
from abmhub.metrics.figures import Sum
from abmhub.metrics.spans import WHOLE, Window
from abmhub.metrics.three_rs import sums_of
from abmhub.metrics.tiles import newest_night
from abmhub.metrics.words import figure_written
from abmhub.web.export import READ_AT_ONCE, Table, asked_table, exports_of, is_too_long, table_response
from abmhub.web.metrics import Asked
from abmhub.web.paging import page_of
from abmhub.web.requests import Request

ACCOUNTS_AT_ONCE, COUNTED_AT_ONCE = 50, 500
SHADES = 4


@dataclass(frozen=True)
class Square:
    """How often an account took up content of a stage; the shade repeats it, within its column."""

    stage: ContentStage
    number: int
    shade: int


@require_GET
def show_content(request: Request) -> HttpResponseBase:
    """By stage and kind over all accounts, and by stage of each account that one may see, the most engaged first."""
    asked = Asked.of(request)
    on = newest_night(until=asked.on) or newest_night()
    if on is None:
        return render(request, "metrics/empty.html")
    shown_on = Asked(on, asked.window, WHOLE, asked.rows_by)
    engaged = Account.objects.visible_to(request.user).filter(standing__engagement__gt=0)
    stages = taken_by_all(on=on, window=asked.window)
    if request.GET.get("table"):
        if file := asked_table(request, f"content-{on}", {"kinds": lambda: _kind_table(stages)}):
            return file
    elif wish := request.GET.get("as"):
        return _export(engaged, wish, on, asked.window)
    page = page_of(
        engaged.select_related("standing__tier"),
        request,
        by=("-standing__engagement", "-standing__account_id"),
        size=ACCOUNTS_AT_ONCE,
    )
    sums = sums_of(on, asked.window)
    context = {
        "on": on,
        "first_day": asked.window.first_day(on),
        "stages": [
            {
                "taken": taken,
                "path": shown_on.path("metric-rows", OF_STAGE[taken.stage].code),
                "reported": figure_written(figure := OF_STAGE[taken.stage], sums.get(figure.code, Sum()), short=False),
            }
            for taken in stages
        ],
        "names": [stage.label for stage in ContentStage],
        "page": page,
        "exports": exports_of(request),
        "rows": _rows(page.rows, stages_of([each.pk for each in page.rows], on=on, window=asked.window)),
        "windows": [
            (each.label, each == asked.window, asked.path("metric-content", window=each.value)) for each in Window
        ],
        "breadcrumbs": [("Metrics", asked.path("metric-list"))],
    }
    return render(request, "metrics/content.html", context)


def _kind_table(stages: list[Taken]) -> Table:
    rows = (
        (taken.stage.label, kind.event_type.name, kind.events, "yes" if kind.event_type.is_meaningful else "no")
        for taken in stages
        for kind in taken.kinds
    )
    return ("Stage", "Kind", "Engagements", "Makes an account engaged"), rows


def _export(engaged: QuerySet[Account], kind: str, on: date, window: Window) -> HttpResponseBase:
    """The accounts as a file; what they took up is counted some hundreds at a time, while it is sent."""
    rows = engaged.select_related("standing__tier").order_by("-standing__engagement", "-standing__account_id")
    if kind == "xlsx" and is_too_long(rows):
        kind = "csv"
    header = ("Account", "Domain", "Tier", "Engagement", *(stage.label for stage in ContentStage), "In all")
    return table_response(f"content-by-account-{on}", kind, header, _lines(rows, on, window))


def _lines(rows: QuerySet[Account], on: date, window: Window) -> Iterator[tuple[Any, ...]]:
    accounts = rows.iterator(chunk_size=READ_AT_ONCE)
    while some := list(islice(accounts, COUNTED_AT_ONCE)):
        found = stages_of([each.pk for each in some], on=on, window=window)
        for account in some:
            taken = [found[account.pk].get(stage, 0) for stage in ContentStage]
            tier = account.standing.tier.name if account.standing.tier else ""
            yield account.name, account.domain, tier, account.standing.engagement, *taken, sum(taken)


def _rows(accounts: list[Account], found: dict[int, dict[str, int]]) -> list[dict[str, Any]]:
    most = {stage: max((of.get(stage, 0) for of in found.values()), default=0) for stage in ContentStage}
    return [
        {
            "account": account,
            "squares": [_square(stage, found[account.pk].get(stage, 0), most[stage]) for stage in ContentStage],
            "total": sum(found[account.pk].values()),
        }
        for account in accounts
    ]


def _square(stage: ContentStage, number: int, most: int) -> Square:
    return Square(stage, number, -(-SHADES * number // most) if most else 0)


@require_GET
def show_account_content(request: Request, pk: int) -> HttpResponseBase:
    """What one account took up in a year: a page, and for HTMX the part beside the account."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    on = business_day(timezone.now())
    stages: list[Taken] = taken_by(account.pk, on=on, window=Window.YEAR)
    if file := asked_table(request, f"content-of-{account.pk}-{on}", {"": lambda: _kind_table(stages)}):
        return file
    context = {
        "account": account,
        "exports": exports_of(request),
        "stages": stages,
        "most": max((kind.events for stage in stages for kind in stage.kinds), default=0),
        "breadcrumbs": [
            ("Accounts", reverse("account-list")),
            (account.name, reverse("account-show", args=[account.pk])),
        ],
    }
    return render(request, "accounts/content.html" if request.htmx else "accounts/content_page.html", context)
