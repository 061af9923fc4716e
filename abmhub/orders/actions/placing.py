"""A rep's ticked boxes become an order, its tasks and a reservation, all at once or not at all."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.text import Truncator

from abmhub.accounts.models import Account
from abmhub.budgets.actions import reserve
from abmhub.core import sql
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.core.workdays import add_working_days, first_working_day
from abmhub.menus.actions import reserve_stock
from abmhub.menus.models import RecipeStep
from abmhub.orders.actions.words import trimmed
from abmhub.orders.menu import LineRequest, Quote, menu_for, quote
from abmhub.orders.models import Order, OrderLine, Recipient, Task, TaskStep
from abmhub.orders.news import tell
from abmhub.users.models import User
from abmhub.users.verbs import require

TASK_NAME_LENGTH = 150


class NotOrderable(Refused):
    """The menu forbids it: `problems` names the tactics, the message the whole."""


class KeyReused(Refused):
    """The idempotency key already stands for another wish."""


@transaction.atomic
def place_order(
    *, account: Account, by: User, at: datetime, lines: Sequence[LineRequest], idempotency_key: UUID, note: str = ""
) -> Order:
    """Order tactics for an account: lines, tasks, reserved money and stock in one transaction.

    Everything that the menu showed is checked again here, under a lock on the orders of this account. The
    same key with the same wish returns the first order; a double click is harmless.

    Locks are taken in the same order by everyone: key, account, tactics by id, envelopes upwards. Raises NotAllowed,
    KeyReused, NotOrderable, TooLong, menus.actions.OutOfStock or budgets.actions.Overdrawn, all of them Refused.
    """
    require(by, "orders.place_order")
    note = trimmed(note, limit=500, what="The note")
    if not Account.objects.visible_to(by).filter(pk=account.pk).exists():
        raise NotAllowed("This account is not yours to order for.")
    sql.rows("orders/one_at_a_time", idempotency_key=str(idempotency_key), account_id=str(account.pk))
    fingerprint = _fingerprint(account, by, lines, note)
    earlier = Order.objects.filter(idempotency_key=idempotency_key).first()
    if earlier is not None:
        if earlier.fingerprint != fingerprint:
            raise KeyReused(f"This form was already used for {earlier.number}: open the menu again to order more.")
        return earlier
    menu = menu_for(account, by=by, at=at)
    quoted = quote(menu, lines)
    if menu.tier is None or menu.envelope is None:
        raise NotOrderable(menu.problem, problems=quoted.problems)
    _refuse_what_the_menu_forbids(quoted)
    order = Order.objects.create(
        account=account,
        tier=menu.tier,
        envelope=menu.envelope,
        placed_by=by,
        placed_at=at,
        total_amount=quoted.total,
        currency=quoted.currency,
        note=note,
        idempotency_key=idempotency_key,
        fingerprint=fingerprint,
    )
    order_lines = _write_lines(order, quoted)
    _write_tasks(order_lines, at)
    for line in sorted(order_lines, key=lambda line: line.tactic_id):
        if line.takes_stock:
            reserve_stock(tactic=line.tactic, pieces=line.quantity)
    tell("order.placed", order.pk, at=at, order=order.pk)
    reserve(envelope=order.envelope, amounts={line.reference: line.line_cost for line in order_lines}, by=by, at=at)
    return order


def _fingerprint(account: Account, by: User, lines: Sequence[LineRequest], note: str) -> str:
    """What was wished, whatever the order of boxes and people."""
    wish = [
        account.pk,
        by.pk,
        note,
        sorted((line.tactic_id, sorted(set(line.contact_ids)), line.goal) for line in lines),
    ]
    return sha256(json.dumps(wish).encode()).hexdigest()


def _refuse_what_the_menu_forbids(quoted: Quote) -> None:
    if quoted.problem:
        raise NotOrderable(quoted.problem, problems=quoted.problems)
    if not quoted.lines:
        raise NotOrderable("Tick at least one tactic.")
    if quoted.problems:
        raise NotOrderable(_named(quoted), problems=quoted.problems)


def _named(quoted: Quote) -> str:
    """One problem with the tactic's name before it; of several, how many there are."""
    refused = [line for line in quoted.lines if line.problem]
    if len(refused) > 1:
        return f"{len(refused)} of the ticked tactics cannot be ordered like this."
    [line] = refused
    return f"{line.offer.tactic.name}: {line.problem}" if line.offer else line.problem


def _write_lines(order: Order, quoted: Quote) -> list[OrderLine]:
    order_lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            tactic=line.offer.tactic,
            quantity=line.quantity,
            unit_cost=line.offer.unit_cost,
            line_cost=line.cost,
            takes_stock=line.offer.stock_left is not None,
            goal=trimmed(line.request.goal, limit=200, what="A goal"),
            promised_on=line.offer.promise_on,
        )
        for line in quoted.lines
        if line.offer
    )
    Recipient.objects.bulk_create(
        Recipient(line=order_line, contact=contact)
        for order_line, line in zip(order_lines, quoted.lines, strict=True)
        for contact in line.contacts
    )
    return order_lines


def _write_tasks(order_lines: Sequence[OrderLine], at: datetime) -> None:
    """A task for each line, with the steps of the tactic's recipe as they are today."""
    starts_on = first_working_day(at)
    tasks = Task.objects.bulk_create(
        Task(line=line, name=_task_name(line), due_on=line.promised_on) for line in order_lines
    )
    recipes: dict[int, list[RecipeStep]] = {}
    tactics = [line.tactic_id for line in order_lines]
    for step in RecipeStep.objects.filter(tactic__in=tactics).order_by("tactic", "position"):
        recipes.setdefault(step.tactic_id, []).append(step)
    TaskStep.objects.bulk_create(
        TaskStep(
            task=task,
            position=step.position,
            name=step.name,
            due_on=min(add_working_days(starts_on, step.offset_days), task.due_on),
        )
        for task in tasks
        for step in recipes.get(task.line.tactic_id, ())
    )


def _task_name(line: OrderLine) -> str:
    return Truncator(f"{line.tactic} for {line.order.account}").chars(TASK_NAME_LENGTH)
