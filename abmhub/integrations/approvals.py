"""What people read when an order waits for approval, and when somebody has decided."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from abmhub.core.days import business_day
from abmhub.core.numbers import money_text as money
from abmhub.orders.approvals import Deciders
from abmhub.orders.models import Approval, OrderLine
from abmhub.users.models import Notification, User

ASKED = "approval.asked"

SAID = {
    Approval.State.APPROVED: "approved",
    Approval.State.DECLINED: "declined",
    Approval.State.CHANGES: "asks for changes of",
}


def asked(approval: Approval, deciders: Deciders) -> Iterator[Notification]:
    """To everybody who may decide now."""
    order, amount = approval.order, money(approval.total_amount, approval.order.currency)
    text = f"{approval.asked_by} needs your approval of {order} for {order.account}, {amount}: {approval.why}."
    for person in deciders.of(approval):
        yield Notification(user=person, text=text, path=_path(approval))


def _path(approval: Approval) -> str:
    return reverse("approval-show", args=[approval.pk])


def _approval(payload: dict[str, Any]) -> Approval:
    return Approval.objects.for_list().select_related("order__account__owner").get(pk=payload["approval"])


def _deciders(approval: Approval) -> Deciders:
    return Deciders([approval], day=business_day(timezone.now()))


def _asked(payload: dict[str, Any]) -> Iterable[Notification]:
    approval = _approval(payload)
    return asked(approval, _deciders(approval)) if approval.is_pending else ()


def _decided(payload: dict[str, Any]) -> Iterator[Notification]:
    """To whoever ordered and the owner of the account; and to those who need not decide any more."""
    approval = _approval(payload)
    order, by = approval.order, approval.decided_by
    text = f"{by} {SAID[Approval.State(approval.state)]} {order} for {order.account}: {approval.reason}"
    if payload.get("moved_to"):
        text += f" It is promised later now: from {date.fromisoformat(payload['moved_to']):%-d %B %Y} on."
    path = reverse("order-show", args=[order.pk])
    for person in (order.placed_by, approval.asked_by, order.account.owner):
        if person and person.is_active and person != by:
            yield Notification(user=person, text=text, path=path)
    yield from (Notification(user=person, text=text, path=_path(approval)) for person in _told(approval, without=by))


def _withdrawn(payload: dict[str, Any]) -> Iterator[Notification]:
    approval = _approval(payload)
    order = approval.order
    goes_on = order.lines.current().exclude(state=OrderLine.State.CANCELLED).exists()
    end = "was changed and needs no approval any more" if goes_on else "was cancelled: there is nothing left to decide"
    text = f"{order} for {order.account} {end}."
    yield from (Notification(user=person, text=text, path=_path(approval)) for person in _told(approval))


def _escalated(payload: dict[str, Any]) -> Iterator[Notification]:
    """To everybody who may decide now, and to whoever waits for it."""
    approval = _approval(payload)
    if not approval.is_pending:
        return
    order, deciders = approval.order, _deciders(approval)
    text = f"{order} for {order.account} waits for approval since {business_day(approval.asked_at):%-d %B %Y}"
    for person in deciders.of(approval):
        yield Notification(user=person, text=f"{text}: please decide.", path=_path(approval))
    told = f"{text}. {deciders.names(approval)} may decide now."
    yield Notification(user=approval.asked_by, text=told, path=reverse("order-show", args=[order.pk]))


def _told(approval: Approval, *, without: User | None = None) -> Iterator[User]:
    """Those who were asked."""
    asked = User.objects.filter(is_active=True, notifications__key=f"{ASKED}/{approval.pk}")
    return (person for person in asked if person != without)


HEARERS: dict[str, Callable[[dict[str, Any]], Iterable[Notification]]] = {
    ASKED: _asked,
    "approval.decided": _decided,
    "approval.withdrawn": _withdrawn,
    "approval.escalated": _escalated,
}
