"""Ordering for many accounts at once: what can each have, and what became of it?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest
from django.db.models import F
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abmhub.accounts.models import Account
from abmhub.committee.models import BuyingRole, Persona
from abmhub.core.refusals import Refused
from abmhub.menus.models import Category, Tactic
from abmhub.orders import actions
from abmhub.orders.bulk import MOST_ACCOUNTS, BulkPlan, BulkWish, plan_for
from abmhub.orders.menu import Menu, menus_for
from abmhub.orders.models import BulkOrder, BulkOrderRow
from abmhub.users.verbs import may
from abmhub.web.export import csv_response
from abmhub.web.listing import listing_of
from abmhub.web.menus import GOALS
from abmhub.web.paging import page_of, path_with
from abmhub.web.requests import Request, must_be_allowed

ORDER = "orders.place_order"
ROWS = 50
MOST_PEOPLE = 20
PLACED_BY_THE_PAGE = 20
"""So many accounts a page orders for by itself; more are left to a worker."""
State = BulkOrderRow.State


@dataclass(frozen=True)
class Asked:
    """What a form says: for which accounts, which tactics, for whom. `fields` repeat the accounts for the next form."""

    accounts: tuple[int, ...]
    wish: BulkWish
    note: str
    key: UUID | None
    back: str
    fields: tuple[tuple[str, str], ...]

    @property
    def repeated(self) -> list[tuple[str, str]]:
        """Accounts and wish, for the form that confirms them."""
        wish = self.wish
        chosen = {"tactic": wish.tactic_ids, "role": wish.roles, "persona": wish.personas}
        ticked = [(name, str(pk)) for name, pks in chosen.items() for pk in pks]
        return [*self.fields, *ticked, ("people", str(wish.people)), ("goal", wish.goal)]


@dataclass(frozen=True)
class Dish:
    """A tactic that somebody may have, and how many of the accounts can have it now."""

    tactic: Tactic
    accounts: int
    is_ticked: bool


@require_http_methods(["GET", "POST"])
def order_many(request: Request) -> HttpResponse:
    """What each of the accounts can have, as a form. Posted, it is ordered: once, however often the button is pressed.

    As on the menu of one account, the key of the order-to-be is in the address.
    """
    must_be_allowed(request, ORDER)
    asked = _asked_of(request, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        return _confirm(request, asked)
    if asked.key is None:
        return redirect(path_with(request, key=str(uuid4())))
    return _render(request, asked)


def _confirm(request: Request, asked: Asked) -> HttpResponse:
    if asked.key is None:
        raise BadRequest("The form came without its number: begin anew.")
    try:
        bulk = actions.confirm_bulk(
            accounts=asked.accounts,
            wish=asked.wish,
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
            idempotency_key=asked.key,
            note=asked.note,
        )
    except Refused as refusal:
        return _render(request, asked, refusal)
    if bulk.rows.filter(state=State.WAITING).count() <= PLACED_BY_THE_PAGE:
        actions.place_rows(bulk=bulk, at=timezone.now())
    return redirect("bulk-order-show", bulk.pk)


def _render(request: Request, asked: Asked, refusal: Refused | None = None) -> HttpResponse:
    is_too_many = len(asked.accounts) > MOST_ACCOUNTS
    accounts = () if is_too_many else asked.accounts
    at = timezone.now()
    # A tick swaps the plan alone, which asks for no more of the menus than what is ticked.
    tactics = asked.wish.tactic_ids if request.htmx else None
    menus = menus_for(accounts, by=request.user, at=at, tactics=tactics) if accounts else {}
    plan = plan_for(accounts, asked.wish, by=request.user, at=at, menus=menus)
    context = {
        "asked": asked,
        "plan": plan,
        "number": len(accounts),
        "is_too_many": is_too_many,
        "most": MOST_ACCOUNTS,
        "refusal": refusal,
        # A spent form may be ordered anew, on purpose.
        "key": uuid4() if isinstance(refusal, actions.KeyReused) else asked.key,
        "earlier": None
        if refusal
        else BulkOrder.objects.filter(idempotency_key__in=[asked.key], placed_by=request.user).first(),
        "list_path": f"{reverse('account-list')}?{asked.back}",
        "breadcrumbs": [("Accounts", f"{reverse('account-list')}?{asked.back}")],
    } | _page_of(request, plan)
    if request.htmx:
        return render(request, "bulk/plan.html", context)
    context |= {
        "shelves": _shelves(menus, asked.wish),
        "roles": BuyingRole.objects.order_by("position", "name"),
        "personas": Persona.objects.order_by("name"),
        "goals": GOALS,
    }
    return render(request, "bulk/new.html", context, status=422 if refusal else 200)


def _page_of(request: Request, plan: BulkPlan) -> dict[str, Any]:
    """Some rows of a plan; the whole is in memory anyway."""
    number = next(_numbers([request.GET.get("page", "")]), 1)
    last = max((len(plan.rows) - 1) // ROWS + 1, 1)
    number = min(max(number, 1), last)
    return {
        "rows": plan.rows[(number - 1) * ROWS : number * ROWS],
        "previous_url": path_with(request, page=str(number - 1)) if number > 1 else "",
        "next_url": path_with(request, page=str(number + 1)) if number < last else "",
    }


def _shelves(menus: Mapping[int, Menu], wish: BulkWish) -> list[tuple[Category, list[Dish]]]:
    """What is on any of the menus, by category, and how many of the accounts can have it."""
    tactics: dict[int, Tactic] = {}
    able: dict[int, int] = {}
    for menu in menus.values():
        for offer in menu.offers:
            tactics[offer.tactic.pk] = offer.tactic
            able[offer.tactic.pk] = able.get(offer.tactic.pk, 0) + (not offer.problem)
    dishes = [Dish(tactic, able[pk], pk in wish.tactic_ids) for pk, tactic in tactics.items()]
    dishes.sort(key=lambda dish: (dish.tactic.category.position, dish.tactic.category_id, dish.tactic.unit_cost))
    return [(category, list(some)) for category, some in groupby(dishes, key=lambda dish: dish.tactic.category)]


@require_GET
def list_bulk_orders(request: Request) -> HttpResponse:
    """The bulk orders that one may see, the newest first."""
    orders = BulkOrder.objects.visible_to(request.user).select_related("placed_by").with_counts()
    context = {
        "page": page_of(orders, request, by=("-placed_at", "-pk"), size=30),
        "breadcrumbs": [("Orders", reverse("order-list"))],
    }
    return render(request, "bulk/list.html", context)


@require_GET
def show_bulk_order(request: Request, pk: int) -> HttpResponse:
    """How far it has come, and what became of it at each account; it asks for itself until it is through."""
    bulk = _bulk_of(request, pk)
    if request.htmx and "progress" in request.GET:
        response = render(request, "bulk/progress.html", {"bulk": bulk})
        if bulk.finished_at:
            response["HX-Refresh"] = "true"
        return response
    chosen = request.GET.get("state", "")
    rows = bulk.rows.with_outcome()
    if chosen in State.values:
        rows = rows.filter(state=chosen)
    tabs = [("All", bulk.row_count, path_with(request, state=""), chosen not in State.values)]
    counts = {state: getattr(bulk, f"{state}_count") for state in State}
    tabs += [
        (state.label, count, path_with(request, state=state), chosen == state)
        for state, count in counts.items()
        if count
    ]
    context = {
        "bulk": bulk,
        "ordered_amount": sum(bulk.rows.exclude(order=None).values_list("order__total_amount", flat=True)),
        "ordered_note": _ordered_note(bulk),
        "has_refusals": bulk.rows.with_refusals().exists(),
        "page": page_of(rows, request, by=("pk",), size=ROWS),
        "tabs": tabs,
        "may_order": may(request.user, ORDER),
        "breadcrumbs": [("Orders", reverse("order-list")), ("Bulk orders", reverse("bulk-order-list"))],
    }
    return render(request, "bulk/show.html", context)


def _ordered_note(bulk: Any) -> str:
    held = bulk.rows.held().count()
    return f"accounts, of which {held} wait for approval" if held else "accounts with an order of their own"


@require_POST
def place_bulk_order(request: Request, pk: int) -> HttpResponse:
    """Go on here and now, because no worker does."""
    bulk = _bulk_of(request, pk)
    must_be_allowed(request, ORDER)
    actions.place_rows(bulk=bulk, at=timezone.now(), limit=PLACED_BY_THE_PAGE)
    return redirect("bulk-order-show", pk)


@require_GET
def export_refused(request: Request, pk: int) -> StreamingHttpResponse:
    """What could not be ordered, whole accounts and single tactics, with the reasons."""
    bulk = _bulk_of(request, pk)
    rows = bulk.rows.with_refusals().select_related("account").order_by("pk")

    def lines() -> Iterator[list[Any]]:
        for row in rows.iterator(chunk_size=500):
            if row.refusal:
                yield [row.account_id, row.account.name, row.account.domain, "", row.refusal]
            for sentence in row.left_out:
                tactic, _, problem = sentence.partition(": ")
                yield [row.account_id, row.account.name, row.account.domain, tactic, problem]

    return csv_response(f"{bulk.number}-refused.csv", ["account id", "account", "domain", "tactic", "reason"], lines())


def _bulk_of(request: Request, pk: int) -> Any:
    orders = BulkOrder.objects.visible_to(request.user).select_related("placed_by").with_counts()
    return get_object_or_404(orders, pk=pk)


def _asked_of(request: Request, form: QueryDict) -> Asked:
    """Read the form; what no browser would send is left out."""
    back, is_all = form.get("back", ""), bool(form.get("all"))
    if is_all:
        listing = listing_of(request, QueryDict(back))
        accounts = listing.accounts.order_by(*listing.sort.by)
    else:
        ticked = list(_numbers(form.getlist("account")))[: MOST_ACCOUNTS + 1]
        accounts = Account.objects.visible_to(request.user).filter(pk__in=ticked)
        accounts = accounts.order_by(F("standing__priority").desc(nulls_last=True), "pk")
    people = next(_numbers([form.get("people", "")]), 1)
    wish = BulkWish(
        tactic_ids=tuple(dict.fromkeys(_numbers(form.getlist("tactic")))),
        roles=frozenset(_numbers(form.getlist("role"))),
        personas=frozenset(_numbers(form.getlist("persona"))),
        people=min(max(people, 1), MOST_PEOPLE),
        goal=form.get("goal", "").strip()[:200],
    )
    fields = tuple(
        (name, value) for name, values in form.lists() if name in ("all", "back", "account") for value in values
    )
    return Asked(
        tuple(accounts.values_list("pk", flat=True)[: MOST_ACCOUNTS + 1]),
        wish,
        form.get("note", "").strip()[:500],
        _key_of(form),
        back,
        fields,
    )


def _numbers(texts: list[str]) -> Iterator[int]:
    """The texts that can be an id."""
    return (int(text) for text in texts if text.isdecimal() and len(text) < 19)


def _key_of(form: QueryDict) -> UUID | None:
    try:
        return UUID(form.get("key", ""))
    except ValueError:
        return None
