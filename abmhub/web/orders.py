"""Orders: where is what I ordered? The rep and the marketer read the same pages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.accounts.models import Account
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.orders import actions
from abmhub.orders.models import (
    AddressRequest,
    Comment,
    FollowUp,
    Order,
    OrderLine,
    Recipient,
    Task,
    TaskFile,
    TaskStep,
)
from abmhub.orders.models.order import OrderQuerySet
from abmhub.orders.outcomes import Outcome, outcomes_of
from abmhub.orders.timeline import Moment, timelines
from abmhub.users.verbs import may
from abmhub.web.approvals import approval_context
from abmhub.web.paging import capped_count, page_of, path_with
from abmhub.web.requests import Request, must_be_allowed, way_back

ORDER = "orders.place_order"
CANCEL = "orders.cancel_line"
FOLLOW_UP = "orders.finish_follow_up"
COMMENT = "orders.comment"
OPEN = (OrderLine.State.ORDERED, OrderLine.State.IN_PRODUCTION)

VIEWS = {
    # name: label, states of which a line must be in one
    "open": ("Under way", OPEN),
    "delivered": ("Delivered", (OrderLine.State.DELIVERED,)),
    "cancelled": ("Cancelled", (OrderLine.State.CANCELLED,)),
    "all": ("All", None),
}
EMPTY = {
    "open": ("Nothing is under way", "What you order from an account's menu shows here until it is delivered."),
    "delivered": ("Nothing was delivered yet", "A line moves here when marketing delivers it."),
    "cancelled": ("Nothing was cancelled", "A line can be cancelled until production starts."),
    "all": ("Nothing was ordered yet", "Open an account and its menu to order the first tactic."),
}


class FollowUpForm(forms.Form):
    """What came of the delivery."""

    note = forms.CharField(max_length=300, required=False)


@dataclass(frozen=True)
class Stop:
    """A station of an order line, in words; `state` is done, current, stopped or empty for what is to come."""

    label: str
    state: str
    when: datetime | date | None = None


@dataclass(frozen=True)
class LineStory:
    """An order line as both sides see it."""

    line: OrderLine
    day: date
    history: list[Moment]

    @property
    def task(self) -> Task:
        return self.line.task

    @property
    def steps(self) -> list[TaskStep]:
        return list(self.task.steps.all())

    @property
    def stops(self) -> list[Stop]:
        line, task = self.line, self.task
        ordered = Stop("Ordered", "done", line.order.placed_at)
        if line.state == OrderLine.State.CANCELLED:
            return [ordered, Stop("Cancelled", "stopped", line.cancelled_at)]
        if line.state == OrderLine.State.DELIVERED:
            return [
                ordered,
                Stop("In production", "done", task.claimed_at),
                Stop("Delivered", "done", line.delivered_at),
            ]
        if task.state == Task.State.HELD:
            return [
                ordered,
                Stop("Approval", "current"),
                Stop("In production", ""),
                Stop("Promised", "", line.promised_on),
            ]
        if line.state == OrderLine.State.ORDERED:
            return [
                Stop("Ordered", "current", line.order.placed_at),
                Stop("In production", ""),
                Stop("Promised", "", line.promised_on),
            ]
        return [ordered, Stop("In production", "current", task.claimed_at), Stop("Promised", "", line.promised_on)]

    @property
    def outcomes(self) -> list[Outcome]:
        return outcomes_of(self.line)

    @property
    def is_late(self) -> bool:
        return self.task.is_overdue(self.day)

    @property
    def follow_up(self) -> FollowUp | None:
        return getattr(self.line, "follow_up", None)


@require_GET
def list_orders(request: Request) -> HttpResponse:
    """Orders, newest first; of one account with `account`, only one's own with `mine`."""
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "open"
    orders: OrderQuerySet = Order.objects.visible_to(request.user)
    account = _asked_account(request)
    if account is not None:
        orders = orders.filter(account=account)
    is_mine = bool(request.GET.get("mine"))
    if is_mine:
        orders = orders.filter(placed_by=request.user)
    states = VIEWS[view][1]
    if states is not None:
        orders = orders.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), state__in=states)))
    page = page_of(orders.with_lines(), request, by=("-placed_at", "-pk"), size=30)
    tabs = [(label, path_with(request, view=name), name == view) for name, (label, _) in VIEWS.items()]
    return render(
        request,
        "orders/list.html",
        {
            "page": page,
            "summary": f"{capped_count(orders)} of the orders you may see, newest first",
            "tabs": tabs,
            "account": account,
            "is_mine": is_mine,
            "mine_path": path_with(request, mine="" if is_mine else "1"),
            "without_account": path_with(request, account=""),
            "empty": EMPTY[view],
            "may_order": may(request.user, ORDER),
        },
    )


@require_GET
def show_order(request: Request, pk: int) -> HttpResponse:
    """The receipt, and from then on the status of every line."""
    return _page(request, pk)


@require_POST
def cancel_line(request: Request, pk: int) -> HttpResponse:
    """Cancel one line, as long as production has not started."""
    line = get_object_or_404(OrderLine.objects.visible_to(request.user).select_related("order", "tactic"), pk=pk)
    must_be_allowed(request, CANCEL)
    try:
        actions.cancel_line(line=line, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, f"{line.tactic} is cancelled. Its money is free again.")
    return redirect(way_back(request, reverse("order-show", args=[line.order_id])))


@require_POST
def finish_follow_up(request: Request, pk: int) -> HttpResponse:
    """Say that one followed up on a delivery, and perhaps what came of it."""
    follow_up = get_object_or_404(
        FollowUp.objects.visible_to(request.user).select_related("account", "line__tactic"), pk=pk
    )
    must_be_allowed(request, FOLLOW_UP)
    form = FollowUpForm(request.POST)
    back = way_back(request, reverse("order-show", args=[follow_up.line.order_id]))
    if not form.is_valid():
        messages.warning(request, "The note may have 300 characters: shorten it.")
        return redirect(back)
    try:
        actions.finish_follow_up(follow_up=follow_up, by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, f"Followed up on {follow_up.line.tactic} with {follow_up.account}.")
    return redirect(back)


def _asked_account(request: Request) -> Account | None:
    asked = request.GET.get("account", "")
    if not (asked.isdecimal() and len(asked) < 19):
        return None
    account: Account = get_object_or_404(Account.objects.visible_to(request.user), pk=int(asked))
    return account


def _page(request: Request, pk: int) -> HttpResponse:
    order = get_object_or_404(
        Order.objects.visible_to(request.user).select_related(
            "account__owner", "account__standing__tier", "placed_by", "tier", "envelope"
        ),
        pk=pk,
    )
    lines = (
        order.lines.current()
        .select_related("tactic__category", "task__assignee", "follow_up__owner")
        .prefetch_related(
            Prefetch("recipients", Recipient.objects.select_related("contact__buying_role").order_by("pk")),
            Prefetch("task__steps", TaskStep.objects.order_by("position")),
            Prefetch("task__comments", Comment.objects.thread()),
            Prefetch(
                "task__address_requests", AddressRequest.objects.select_related("recipient__contact").order_by("pk")
            ),
            Prefetch("task__files", TaskFile.objects.select_related("by").order_by("at", "pk")),
        )
        .order_by("pk")
    )
    now = timezone.now()
    day = business_day(now)
    for line in lines:
        line.order = order
    told = timelines(list(lines), at=now)
    stories = [LineStory(line, day, told[line.pk]) for line in lines]
    context: dict[str, Any] = {
        "order": order,
        "account": order.account,
        "stories": stories,
        "may_cancel": may(request.user, CANCEL),
        "may_follow_up": may(request.user, FOLLOW_UP),
        "may_comment": may(request.user, COMMENT),
        "may_order": may(request.user, ORDER),
        "may_change": may(request.user, ORDER) and (order.placed_by == request.user or not order.placed_by.is_active),
        "is_held": any(story.task.state == Task.State.HELD for story in stories),
        "now": now,
        "site": request.build_absolute_uri("/").rstrip("/"),
        "breadcrumbs": [("Orders", reverse("order-list"))],
    } | approval_context(order, request.user)
    return render(request, "orders/show.html", context)
