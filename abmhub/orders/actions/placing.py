"""A rep's ticked boxes become an order, its tasks and a reservation, all at once or not at all."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.text import Truncator

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.actions import reserve
from abmhub.budgets.models import Envelope
from abmhub.core import sql
from abmhub.core.numbers import money_text as money
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.core.workdays import calendar
from abmhub.menus import recipes
from abmhub.menus.actions import reserve_stock, versions_of
from abmhub.menus.models import TacticVersion
from abmhub.orders.actions.approving import ask
from abmhub.orders.actions.words import trimmed
from abmhub.orders.approvals import need_of
from abmhub.orders.menu import Menu, menu_for
from abmhub.orders.models import Order, OrderLine, Recipient, Task, TaskStep
from abmhub.orders.news import tell
from abmhub.orders.plays import OfferedPlay, plays_for
from abmhub.orders.promises import add_to_backlog
from abmhub.orders.quoting import LineRequest, Quote, quote
from abmhub.users.models import User
from abmhub.users.verbs import require

TASK_NAME_LENGTH = 150


class NotOrderable(Refused):
    """The menu forbids it: `problems` names the tactics, the message the whole."""


class MenuChanged(Refused):
    """The menu is no longer what the person saw: the message says the difference, `problems` which prices."""


class KeyReused(Refused):
    """The idempotency key already stands for another wish."""


@transaction.atomic
def place_order(
    *,
    account: Account,
    by: User,
    at: datetime,
    lines: Sequence[LineRequest],
    idempotency_key: UUID,
    note: str = "",
    seen_tier: int | None = None,
    play_id: int | None = None,
) -> Order:
    """Order tactics for an account: lines, tasks, reserved money and stock in one transaction.

    Everything that the menu showed is checked again here, under a lock on the orders of this account. The
    same key with the same wish returns the first order; a double click is harmless. `seen_tier` is the level
    whose menu was shown, as `LineRequest.seen_cost` is the price: nobody orders what they did not see. The
    tactics of a play begin when their turn comes.

    Locks are taken in the same order by everyone: key, account, tactics by id, envelopes upwards. Raises NotAllowed,
    KeyReused, MenuChanged, NotOrderable, TooLong, menus.actions.OutOfStock or budgets.actions.Overdrawn: all Refused.
    """
    require(by, "orders.place_order")
    note = trimmed(note, limit=500, what="The note")
    if not Account.objects.visible_to(by).filter(pk=account.pk).exists():
        raise NotAllowed("This account is not yours to order for.")
    sql.rows("orders/one_at_a_time", idempotency_key=str(idempotency_key), account_id=str(account.pk))
    fingerprint = _fingerprint(account, by, lines, note, play_id)
    if earlier := _placed_before(idempotency_key, fingerprint):
        return earlier
    # A play is looked for among all that is on the menu; else no more of it is worked out than was ticked.
    ticked = {line.tactic_id for line in lines} if play_id is None else None
    menu = menu_for(account, by=by, at=at, tactics=ticked)
    play = _play_on_offer(menu, play_id)
    quoted = quote(menu, lines, play.days_after if play else None)
    versions = versions_of([line.offer.tactic for line in quoted.lines if line.offer], at=at)
    tier, envelope = refuse_what_is_not_on_offer(menu, quoted, versions, seen_tier)
    order = Order.objects.create(
        account=account,
        tier=tier,
        envelope=envelope,
        placed_by=by,
        placed_at=at,
        total_amount=quoted.total,
        currency=quoted.currency,
        note=note,
        idempotency_key=idempotency_key,
        fingerprint=fingerprint,
        play=play.play if play else None,
    )
    need = need_of(quoted.costs, tier=tier, currency=order.currency)
    order_lines = write_lines(order, quoted, versions, at=at, is_held=need is not None)
    tell("order.placed", order.pk, at=at, order=order.pk)
    if need:
        ask(order, need, by=by, at=at)
    set_aside(order, order_lines, by=by, at=at)
    return order


def set_aside(order: Order, order_lines: Sequence[OrderLine], *, by: User, at: datetime) -> None:
    """Reserve the pieces and the money of lines that were just written."""
    for line in sorted(order_lines, key=lambda line: line.tactic_id):
        if line.takes_stock:
            reserve_stock(tactic=line.tactic, pieces=line.quantity)
    reserve(envelope=order.envelope, amounts={line.reference: line.line_cost for line in order_lines}, by=by, at=at)


def _placed_before(idempotency_key: UUID, fingerprint: str) -> Order | None:
    earlier = Order.objects.filter(idempotency_key=idempotency_key).first()
    if earlier is not None and earlier.fingerprint != fingerprint:
        raise KeyReused(f"This form was already used for {earlier.number}: open the menu again to order more.")
    return earlier


def _fingerprint(account: Account, by: User, lines: Sequence[LineRequest], note: str, play_id: int | None) -> str:
    """What was wished, whatever the order of boxes and people."""
    wish: list[object] = [
        account.pk,
        by.pk,
        note,
        sorted((line.tactic_id, sorted(set(line.contact_ids)), line.goal) for line in lines),
    ]
    if play_id is not None:
        wish.append(play_id)
    return sha256(json.dumps(wish).encode()).hexdigest()


def _play_on_offer(menu: Menu, play_id: int | None) -> OfferedPlay | None:
    """The play that was ticked; None without one. Raises NotOrderable when it has left the menu or is stopped."""
    if play_id is None:
        return None
    for offered in plays_for(menu):
        if offered.play.pk == play_id:
            if offered.stopped:
                raise NotOrderable(f"{offered.play}: {offered.stopped}")
            return offered
    raise NotOrderable("The play that you ticked is not on this menu any more: open the menu again.")


def refuse_what_is_not_on_offer(
    menu: Menu, quoted: Quote, versions: Mapping[int, TacticVersion], seen_tier: int | None
) -> tuple[Tier, Envelope]:
    """Tier and envelope of what can be ordered like this. Raises MenuChanged or NotOrderable when it cannot."""
    _refuse_what_was_not_seen(menu, quoted, versions, seen_tier)
    if menu.tier is None or menu.envelope is None:
        raise NotOrderable(menu.problem, problems=quoted.problems)
    _refuse_what_the_menu_forbids(quoted)
    return menu.tier, menu.envelope


def _refuse_what_was_not_seen(
    menu: Menu, quoted: Quote, versions: Mapping[int, TacticVersion], seen_tier: int | None
) -> None:
    """Whoever ticked a box knew its tier and its price; both may have changed while the form was open."""
    level = menu.tier.level if menu.tier else 0
    if seen_tier is not None and seen_tier != level:
        before = f"Tier {seen_tier}" if seen_tier else "no tier"
        raise MenuChanged(
            f"The menu changed: {menu.account} is in {menu.tier or 'no tier'} now, and was in {before} when you "
            "opened it. Nothing was ordered; look at what it may have now."
        )
    changed = {}
    for line in quoted.lines:
        if line.offer is None or line.request.seen_cost is None:
            continue
        cost = versions[line.offer.tactic.pk].unit_cost
        if cost != line.request.seen_cost:
            seen = money(line.request.seen_cost, quoted.currency)
            changed[line.offer.tactic.pk] = f"{line.offer.tactic} costs {money(cost, quoted.currency)} now, not {seen}."
    if changed:
        told = " ".join(changed.values())
        raise MenuChanged(f"The menu changed: {told} Nothing was ordered; order again if you agree.", problems=changed)


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


def write_lines(
    order: Order, quoted: Quote, versions: Mapping[int, TacticVersion], *, at: datetime, is_held: bool
) -> list[OrderLine]:
    """The lines of an order with their recipients and tasks, which are held until somebody has approved them."""
    order_lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            tactic=line.offer.tactic,
            tactic_version=versions[line.offer.tactic.pk],
            quantity=line.quantity,
            unit_cost=line.offer.unit_cost,
            line_cost=line.cost,
            takes_stock=line.offer.stock_left is not None,
            goal=trimmed(line.request.goal, limit=200, what="A goal"),
            starts_on=line.offer.promise.begins(line.starts_after_days),
            promised_on=line.offer.promise.later(line.starts_after_days),
            calendar_id=line.offer.promise.calendar_id,
            queue_days=line.offer.promise.extra_days,
        )
        for line in quoted.lines
        if line.offer
    )
    Recipient.objects.bulk_create(
        Recipient(line=order_line, contact=contact)
        for order_line, line in zip(order_lines, quoted.lines, strict=True)
        for contact in line.contacts
    )
    _write_tasks(order_lines, Task.State.HELD if is_held else Task.State.TO_DO)
    return order_lines


def _write_tasks(order_lines: Sequence[OrderLine], state: Task.State) -> None:
    """A task for each line, with the steps of the recipe that was ordered."""
    tasks = Task.objects.bulk_create(
        Task(line=line, name=_task_name(line), state=state, due_on=line.promised_on) for line in order_lines
    )
    TaskStep.objects.bulk_create(step for task in tasks for step in _steps_of(task))
    add_to_backlog(order_lines)


def _steps_of(task: Task) -> Iterator[TaskStep]:
    line = task.line
    if line.tactic_version is None or line.starts_on is None:
        return
    steps = recipes.steps_of(line.tactic_version)
    by = calendar(line.calendar_id)
    due = recipes.due_dates(steps, starts_on=line.starts_on, promised_on=line.promised_on, by=by)
    for step in steps:
        yield TaskStep(
            task=task,
            position=step.position,
            name=step.name,
            after=list(step.after),
            checklist=list(step.checklist),
            hours=step.hours,
            proof=step.proof,
            assignee_id=step.person_id,
            due_on=due[step.position],
        )


def _task_name(line: OrderLine) -> str:
    return Truncator(f"{line.tactic} for {line.order.account}").chars(TASK_NAME_LENGTH)
