"""The menu: what can I have for this account, now?"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.orders import actions
from abmhub.orders.actions import LineRequest
from abmhub.orders.approvals import foresee
from abmhub.orders.menu import Menu, Offer, Shelf, menu_for
from abmhub.orders.models import Order
from abmhub.orders.plays import OfferedPlay, plays_for
from abmhub.orders.quoting import Quote, quote
from abmhub.users.verbs import may
from abmhub.web.paging import path_with
from abmhub.web.requests import Request, must_be_allowed

ORDER = "orders.place_order"
GOALS = (
    "A first meeting",
    "Bring the decision maker in",
    "Revive a quiet deal",
    "Move the proposal forward",
    "Win over a blocker",
    "Say thank you",
)


@dataclass(frozen=True)
class Wish:
    """What a form says: which tactics are ticked, for whom, with what goal."""

    lines: tuple[LineRequest, ...] = ()
    chosen: dict[int, frozenset[int]] = field(default_factory=dict)
    goals: dict[int, str] = field(default_factory=dict)
    note: str = ""
    play: int | None = None

    @property
    def ticked(self) -> frozenset[int]:
        return frozenset(line.tactic_id for line in self.lines)


@dataclass(frozen=True)
class Choice:
    """A contact as a possible recipient of one tactic."""

    contact: Contact
    is_suited: bool
    is_chosen: bool
    problem: str = ""


@dataclass(frozen=True)
class Box:
    """A tactic on the page: the offer, whether it is ticked, for whom, and what is wrong with that."""

    offer: Offer
    is_ticked: bool
    choices: list[Choice]
    goal: str
    problem: str
    is_proposed: bool = False
    adds_channel: bool = False
    starts_after_days: int = 0

    @property
    def promise_on(self) -> date:
        """When it is promised; of a play, counted from the day on which its turn comes."""
        return self.offer.promise.later(self.starts_after_days)

    @property
    def is_disabled(self) -> bool:
        """A box that was ticked stays one, so that it can be unticked, whatever became of its offer."""
        return bool(self.offer.problem) and not self.is_ticked

    @property
    def suited(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.is_suited or choice.is_chosen]

    @property
    def others(self) -> list[Choice]:
        """Those who can be chosen before those who cannot."""
        rest = [choice for choice in self.choices if not (choice.is_suited or choice.is_chosen)]
        return sorted(rest, key=lambda choice: bool(choice.problem))


@require_http_methods(["GET", "POST"])
def show_menu(request: Request, pk: int) -> HttpResponse:
    """The menu as a form. Posted, it is an order: once, however often the button is pressed.

    The key of the order-to-be is in the address, so that the page is the same one when somebody goes back to it.
    """
    account = _account_of(request, pk)
    if request.method == "POST":
        return _tick(request, account) if "tick" in request.POST else _place(request, account)
    key = _key_of(request.GET)
    if key is None:
        return redirect(path_with(request, key=str(uuid4())))
    if to_change := _order_to_change(request, account, request.GET):
        menu = _menu_of(request, account, to_change)
        wish = replace(_wish_of_order(menu, to_change), note=to_change.note, play=to_change.play_id)
        return _render(request, menu, wish, key=key, to_change=to_change)
    menu = menu_for(account, by=request.user, at=timezone.now())
    plays = plays_for(menu)
    earlier = Order.objects.filter(account=account, idempotency_key=key).first()
    wish = _with_play(_wish_of_order(menu, _order_again(request, account)), plays, request.GET.get("play", ""))
    return _render(request, menu, wish, key=key, earlier=earlier, plays=plays)


def _tick(request: Request, account: Account) -> HttpResponse:
    """Tick a play, or with an empty `tick` take it back; what else was ticked stays. Nothing is ordered."""
    menu = menu_for(account, by=request.user, at=timezone.now())
    plays = plays_for(menu)
    wish = _with_play(_wish_of(request.POST), plays, request.POST["tick"])
    return _render(request, menu, wish, key=_key_of(request.POST) or uuid4(), plays=plays)


@require_http_methods(["GET", "POST"])
def show_total(request: Request, pk: int) -> HttpResponse:
    """What the ticked boxes come to, as a fragment; nothing is written."""
    account = _account_of(request, pk)
    form = request.POST or request.GET
    to_change, wish = _order_to_change(request, account, form), _wish_of(form)
    menu = _menu_of(request, account, to_change)
    plays = plays_for(menu) if wish.play else ()
    context = _context(request, menu, wish, quote(menu, wish.lines, _days_after(wish, plays)))
    return render(request, "menus/total.html", context | {"is_live": True, "to_change": to_change})


def _account_of(request: Request, pk: int) -> Account:
    account: Account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    return account


def _order_to_change(request: Request, account: Account, form: QueryDict) -> Order | None:
    """The order that is changed on this menu (`amend` in the form or the address); None for a new one."""
    asked = next(_numbers([form.get("amend", "")]), None)
    if asked is None:
        return None
    orders = Order.objects.visible_to(request.user).select_related("placed_by")
    order: Order = get_object_or_404(orders, account=account, pk=asked)
    return order


def _menu_of(request: Request, account: Account, to_change: Order | None) -> Menu:
    """The menu; for an order that is changed, as if what it has were given back."""
    at = timezone.now()
    with actions.given_back(to_change, by=request.user, at=at) if to_change else nullcontext():
        return menu_for(account, by=request.user, at=at)


def _place(request: Request, account: Account) -> HttpResponse:
    """Order, or send an order again, and show the receipt; a refusal shows the menu as it was filled in."""
    must_be_allowed(request, ORDER)
    at, wish, key = timezone.now(), _wish_of(request.POST), _key_of(request.POST)
    if key is None:
        raise BadRequest("The form came without its number: open the menu again.")
    to_change = _order_to_change(request, account, request.POST)
    asked: dict[str, Any] = {"by": request.user, "at": at, "lines": wish.lines, "note": wish.note}
    asked |= {"idempotency_key": key, "seen_tier": next(_numbers([request.POST.get("tier", "")]), None)}
    try:
        if to_change:
            order = actions.amend_order(order=to_change, **asked)
        else:
            order = actions.place_order(account=account, play_id=wish.play, **asked)
    except actions.KeyReused as refusal:
        # The form is spent: a new key lets the same ticks be ordered on purpose.
        menu = menu_for(account, by=request.user, at=at)
        return _render(request, menu, wish, key=uuid4(), refusal=refusal)
    except Refused as refusal:
        menu = _menu_of(request, account, to_change)
        return _render(request, menu, wish, key=key, refusal=refusal, to_change=to_change)
    waits = order.approvals.pending().exists()
    messages.success(
        request, f"Ordered as {order.number}. {'It waits for approval.' if waits else 'Marketing has it now.'}"
    )
    return redirect("order-show", order.pk)


def _render(
    request: Request,
    menu: Menu,
    wish: Wish,
    *,
    key: UUID,
    earlier: Order | None = None,
    refusal: Refused | None = None,
    plays: Sequence[OfferedPlay] | None = None,
    to_change: Order | None = None,
) -> HttpResponse:
    plays = plays_for(menu) if plays is None else plays
    days_after = _days_after(wish, plays)
    quoted = quote(menu, wish.lines, days_after)
    problems = quoted.problems | (refusal.problems if refusal else {})
    role = request.GET.get("role", "")
    boxes = shelves_of(menu, wish, problems, role, days_after)
    refused = [box for _, shelf in boxes for box in shelf if box.problem and box.is_ticked]
    context = _context(request, menu, wish, quoted) | {
        "shelves": boxes,
        "plays": plays,
        "played": next((each.play for each in plays if each.play.pk == wish.play), None),
        "proposed": sum(1 for _, shelf in boxes for box in shelf if box.is_proposed),
        "people": menu.contacts,
        "goals": GOALS,
        "key": key,
        "earlier": earlier,
        "to_change": to_change,
        "change": to_change and to_change.approvals.for_list().order_by("-pk").first(),
        "refusal": refusal,
        "refused": refused,
        # The message may be about the one line that is named anyway.
        "is_told_by_line": refusal is not None and any(refusal.message.endswith(box.problem) for box in refused),
        "breadcrumbs": [
            ("Accounts", reverse("account-list")),
            (menu.account.name, reverse("account-show", args=[menu.account.pk])),
        ],
    }
    return render(request, "menus/show.html", context, status=422 if refusal else 200)


def _context(request: Request, menu: Menu, wish: Wish, quoted: Quote) -> dict[str, Any]:
    ticked = [line.offer.tactic.channel for line in quoted.lines if line.offer]
    return {
        "ladder": menu.ladder.also(ticked) if menu.ladder else None,
        "menu": menu,
        "account": menu.account,
        "wish": wish,
        "quote": quoted,
        "may_order": may(request.user, ORDER),
        "approval": _approval_of(request, menu, quoted),
    }


def _approval_of(request: Request, menu: Menu, quoted: Quote) -> str:
    """Whose approval the ticked boxes would need; empty when nobody's, or when they cannot be ordered like that."""
    if menu.tier is None or not quoted.can_be_ordered:
        return ""
    day = business_day(timezone.now())
    return foresee(menu.account, quoted.costs, tier=menu.tier, currency=quoted.currency, by=request.user, day=day)


def shelves_of(
    menu: Menu,
    wish: Wish | None = None,
    problems: Mapping[int, str] | None = None,
    role: str = "",
    days_after: Mapping[int, int] | None = None,
) -> list[tuple[Shelf, list[Box]]]:
    """The menu as the page shows it: each category with its boxes."""
    asked = (wish or Wish(), problems or {}, role, days_after or {})
    return [(shelf, list(_boxes(menu, shelf.offers, *asked))) for shelf in menu.categories]


def _boxes(
    menu: Menu,
    offers: tuple[Offer, ...],
    wish: Wish,
    problems: Mapping[int, str],
    role: str,
    days_after: Mapping[int, int],
) -> Iterator[Box]:
    """What was made for the buying role that somebody wants to reach, by its code, is proposed."""
    for offer in offers:
        tactic, after = offer.tactic, days_after.get(offer.tactic.pk, 0)
        promise_on = offer.promise.later(after)
        suited = {contact.pk for contact in offer.suited}
        chosen = wish.chosen.get(tactic.pk, frozenset()) if tactic.pk in wish.ticked else _proposed(offer)
        choices = [
            Choice(contact, contact.pk in suited, contact.pk in chosen, menu.why_not(contact, tactic, promise_on))
            for contact in menu.contacts
        ]
        yield Box(
            offer=offer,
            is_ticked=tactic.pk in wish.ticked,
            choices=choices,
            goal=wish.goals.get(tactic.pk, ""),
            problem=problems.get(tactic.pk, ""),
            is_proposed=bool(role) and any(each.code == role for each in tactic.suits_roles.all()),
            adds_channel=menu.ladder is not None and menu.ladder.adds(tactic.channel),
            starts_after_days=after,
        )


def _proposed(offer: Offer) -> frozenset[int]:
    """Until somebody chooses, the first who suit are proposed: a tick alone is then an order."""
    return frozenset(contact.pk for contact in offer.suited[: offer.tactic.minimum_recipients])


def _days_after(wish: Wish, plays: Sequence[OfferedPlay]) -> Mapping[int, int]:
    """After how many working days the work on each tactic begins, by the play that was ticked; none without one."""
    return next((each.days_after for each in plays if each.play.pk == wish.play), {})


def _with_play(wish: Wish, plays: Sequence[OfferedPlay], asked: str) -> Wish:
    """The wish with the boxes of that play instead of those of another, for the people who are proposed.

    A box that was ticked before keeps its people and its goal.
    """
    found = next((each for each in plays if str(each.play.pk) == asked), None)
    before = next((each for each in plays if each.play.pk == wish.play), None)
    if found is None and before is None:
        return wish
    steps = {each.step.tactic_id: each for each in (found.tactics if found else ())}
    dropped = {each.step.tactic_id for each in before.tactics} - set(steps) if before else set()
    kept = tuple(line for line in wish.lines if line.tactic_id not in dropped)
    ticked = {line.tactic_id for line in kept}
    offers = [each.offer for pk, each in steps.items() if each.offer and not each.offer.problem and pk not in ticked]
    proposed = {offer.tactic.pk: _proposed(offer) for offer in offers}
    added = tuple(LineRequest(pk, tuple(sorted(people))) for pk, people in proposed.items())
    return replace(wish, lines=kept + added, chosen={**wish.chosen, **proposed}, play=found.play.pk if found else None)


def _wish_of(form: QueryDict) -> Wish:
    """Read a filled-in menu. What no browser would send is left out, and thereby not ordered."""
    ticked = list(dict.fromkeys(_numbers(form.getlist("tactic"))))
    chosen = {tactic: frozenset(_numbers(form.getlist(f"contacts-{tactic}"))) for tactic in ticked}
    goals = {tactic: form.get(f"goal-{tactic}", "").strip() for tactic in ticked}
    lines = tuple(
        LineRequest(tactic, tuple(sorted(chosen[tactic])), goals[tactic], _amount_of(form.get(f"cost-{tactic}", "")))
        for tactic in ticked
    )
    play = next(_numbers([form.get("play", "")]), None)
    return Wish(lines, chosen, goals, form.get("note", "").strip(), play)


def _order_again(request: Request, account: Account) -> Order | None:
    """The earlier order whose boxes are ticked (`again` in the address); None without it."""
    again = next(_numbers([request.GET.get("again", "")]), None)
    return Order.objects.filter(account=account, pk=again).first() if again else None


def _wish_of_order(menu: Menu, order: Order | None) -> Wish:
    """The boxes of an earlier order that can be ticked today; none without it."""
    if order is None:
        return Wish()
    offers = {offer.tactic.pk: offer for offer in menu.offers if not offer.problem}
    contacts = {contact.pk: contact for contact in menu.contacts}
    lines = tuple(
        LineRequest(
            line.tactic_id,
            tuple(
                one.contact_id
                for one in line.recipients.all()
                if one.contact_id in contacts
                and not menu.why_not(
                    contacts[one.contact_id], offers[line.tactic_id].tactic, offers[line.tactic_id].promise_on
                )
            ),
            line.goal,
        )
        for line in order.lines.current().prefetch_related("recipients").order_by("pk")
        if line.tactic_id in offers
    )
    return Wish(
        lines,
        {line.tactic_id: frozenset(line.contact_ids) for line in lines},
        {line.tactic_id: line.goal for line in lines},
    )


def _numbers(texts: list[str]) -> Iterator[int]:
    """The texts that can be an id."""
    return (int(text) for text in texts if text.isdecimal() and len(text) < 19)


def _amount_of(text: str) -> Decimal | None:
    """The price that the page showed, as it stood in the form; None when it says none."""
    try:
        amount = Decimal(text[:20])
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _key_of(form: QueryDict) -> UUID | None:
    try:
        return UUID(form.get("key", ""))
    except ValueError:
        return None
