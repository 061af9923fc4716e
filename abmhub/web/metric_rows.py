"""The rows behind a figure of the metrics page: they sum to it, and can be taken along as a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Account
from abmhub.core.days import business_day
from abmhub.funnel.deals import LONG_AGO
from abmhub.metrics import figures
from abmhub.metrics.figures import FIGURES, Figure, Of, Unit
from abmhub.metrics.models import FigureSnapshot
from abmhub.metrics.spans import By
from abmhub.metrics.tiles import newest_night
from abmhub.metrics.words import figure_written, key_names, written
from abmhub.users.models import User
from abmhub.web.export import MOST_IN_A_BOOK, READ_AT_ONCE, is_too_long, table_response
from abmhub.web.long_list import is_dear
from abmhub.web.metrics import SEE_SPEND, Asked
from abmhub.web.paging import page_of, path_with
from abmhub.web.requests import Request, must_be_allowed


@dataclass(frozen=True)
class Row:
    """A row of any kind, as the list shows it."""

    name: str
    about: str
    account: str
    account_id: int | None
    on: date | None
    number: Decimal | int | None
    path: str = ""


def _role(role: Any) -> Row:
    path = _account_path(role.account_id)
    return Row(role.account.name, role.buying_role.name, "", role.account_id, role.told_on, role.number, path)


def _contact(contact: Any) -> Row:
    about = contact.stance_note or contact.title
    account = contact.account
    return Row(contact.name, about, account.name, account.pk, contact.told_on, contact.number)


def _account_path(account: int) -> str:
    return reverse("account-show", args=[account])


def _deal(deal: Any) -> Row:
    account = deal.account.name if deal.account else deal.account_name
    about = f"{deal.get_motion_display()}, {deal.stage.name}"
    return Row(str(deal), about, account, deal.account_id, deal.told_on, deal.number)


def _account(account: Any) -> Row:
    path = _account_path(account.pk)
    return Row(account.name, account.domain or "", "", account.pk, account.told_on, account.number, path)


def _contract(contract: Any) -> Row:
    about = f"{contract.get_kind_display()}, {contract.term_months} months"
    return Row(str(contract), about, contract.account.name, contract.account_id, contract.told_on, contract.number)


def _touch(touch: Any) -> Row:
    return Row(touch.summary, touch.channel.name, touch.account.name, touch.account_id, touch.told_on, touch.number)


def _line(line: Any) -> Row:
    order = line.order
    path = reverse("order-show", args=[order.pk])
    return Row(str(line.tactic), order.number, order.account.name, order.account_id, line.told_on, line.number, path)


def _spend(spend: Any) -> Row:
    return Row(str(spend.campaign), spend.campaign.channel.name, "", None, spend.told_on, spend.number)


def _content(day: Any) -> Row:
    about = day.event_type.get_content_stage_display()
    return Row(day.event_type.name, about, "", None, day.told_on, day.number)


def _entry(entry: Any) -> Row:
    about = f"{entry.get_basis_display()}: {entry.source}"
    return Row(entry.get_kind_display(), about, "", None, entry.told_on, entry.number)


@dataclass(frozen=True)
class Shape:
    """How rows of a kind are read and shown."""

    related: tuple[str, ...]
    row: Callable[[Any], Row]


SHAPES: dict[Of, Shape] = {
    Of.DEAL: Shape(("account", "stage"), _deal),
    Of.ROLE: Shape(("account", "buying_role"), _role),
    Of.CONTACT: Shape(("account",), _contact),
    Of.ACCOUNT: Shape((), _account),
    Of.CONTRACT: Shape(("account",), _contract),
    Of.TOUCH: Shape(("account", "channel"), _touch),
    Of.LINE: Shape(("tactic", "order__account"), _line),
    Of.SPEND: Shape(("campaign__channel",), _spend),
    Of.CONTENT: Shape(("event_type",), _content),
    Of.ENTRY: Shape((), _entry),
}


@require_GET
def list_rows(request: Request, figure: str) -> HttpResponseBase:
    """The rows behind a figure, those of one's own accounts alone for who sells.

    They are counted and summed anew where that is cheap, or asked for: else what the night froze of them stands there.
    """
    if figure not in FIGURES:
        raise Http404("There is no such figure.")
    found, asked = FIGURES[figure], Asked.of(request)
    if found.is_confidential:
        must_be_allowed(request, SEE_SPEND)
    if asked.cut.by and By(asked.cut.by) not in found.cuts:
        raise Http404("The figure cannot be cut that way.")
    on = asked.on or newest_night() or business_day(timezone.now())
    rows = _visible(found, found.behind(on=on, window=asked.window, cut=asked.cut), request.user)
    if kind := request.GET.get("as"):
        return _export(found, rows, on, "csv" if kind == "xlsx" and is_too_long(rows) else kind)
    reported = _reported(found, asked, on)
    counted = _sum(rows) if "count" in request.GET or not is_dear(rows) else None
    sees_all = request.user.sees_every_account or found.is_confidential
    sums = counted or (reported if sees_all else None)
    page = page_of(rows.prefetch_related(*SHAPES[found.of].related), request, by=found.newest, size=100)
    context = {
        "figure": found,
        "on": on,
        "asked": asked,
        "days": _days(found, asked, on),
        "cut_name": key_names(By(asked.cut.by))(asked.cut.key) if asked.cut.by else "",
        "page": page,
        "rows": [(row, _number(row, found)) for row in map(SHAPES[found.of].row, page.rows)],
        "sums": sums,
        "total": figure_written(found, sums, short=False) if sums else "",
        "reported": figure_written(found, reported or figures.Sum(), short=False),
        "is_counted": counted is not None,
        "is_as_reported": sums == (reported or figures.Sum()),
        "count_path": path_with(request, count="now"),
        "sees_all": sees_all,
        "has_number": found.unit != Unit.COUNT,
        "has_account": found.of in (Of.CONTACT, Of.DEAL, Of.CONTRACT, Of.TOUCH, Of.LINE),
        "long_ago": LONG_AGO,
        "csv_path": f"{request.path}?{_with(request, 'csv')}",
        "xlsx_path": f"{request.path}?{_with(request, 'xlsx')}" if not sums or sums.rows <= MOST_IN_A_BOOK else "",
        "breadcrumbs": [("Metrics", asked.path("metric-list"))],
    }
    return render(request, "metrics/rows.html", context)


def _reported(figure: Figure, asked: Asked, on: date) -> figures.Sum | None:
    """What that night froze; None where it froze nothing, for there was nothing or no night."""
    frozen = FigureSnapshot.objects.filter(
        snapshot_on=on, window=asked.window, figure=figure.code, by=asked.cut.by, key=asked.cut.key
    ).first()
    return figures.Sum(frozen.rows, frozen.known, frozen.amount) if frozen else None


def _days(figure: Figure, asked: Asked, on: date) -> str:
    last = date_format(on, "j F Y")
    if figure.is_stock:
        return f"As it stands on {last}"
    return f"From {date_format(asked.window.first_day(on), 'j F Y')} to {last}"


def _visible(figure: Figure, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Rows of accounts are for who may see the account; others are of the whole company."""
    if figure.of in (Of.SPEND, Of.ENTRY, Of.CONTENT):
        return rows
    if figure.of in (Of.ROLE, Of.CONTACT):
        return rows if user.sees_every_account else rows.filter(account__in=Account.objects.visible_to(user))
    found: QuerySet[Any] = rows.visible_to(user)  # type: ignore[attr-defined]  # as every row of an account
    return found


def _sum(rows: QuerySet[Any]) -> figures.Sum:
    found = rows.order_by().aggregate(rows=Count("pk"), known=Count("number"), amount=Sum("number"))
    return figures.Sum(found["rows"], found["known"], Decimal(found["amount"] or 0))


def _number(row: Row, figure: Figure) -> str:
    return written(row.number, figure.unit, short=False)


def _with(request: Request, kind: str) -> str:
    query = request.GET.copy()
    for name in ("after", "before", "count"):
        query.pop(name, None)
    query["as"] = kind
    return query.urlencode()


def _export(figure: Figure, rows: QuerySet[Any], on: date, kind: str) -> HttpResponseBase:
    unit = settings.ABMHUB_BUSINESS_CURRENCY if figure.unit == Unit.MONEY else figure.unit.label or "number"
    header = ("What", "About", "Account", "Day", unit)
    return table_response(f"{figure.code}-{on}", kind, header, _cells(figure, rows))


def _cells(figure: Figure, rows: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    shape = SHAPES[figure.of]
    ordered = rows.select_related(*shape.related).order_by(*figure.newest)
    for row in map(shape.row, ordered.iterator(chunk_size=READ_AT_ONCE)):
        yield row.name, row.about, row.account, "" if row.on == LONG_AGO else row.on, row.number
