"""A task is delivered: money spent, touches on the timeline, the rep told, the follow-up clock started."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from abmhub.budgets.actions import spend
from abmhub.campaigns.models import Touch
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.menus.actions import consume_stock
from abmhub.menus.models import RecipeStep
from abmhub.orders.actions.ticking import is_link
from abmhub.orders.actions.words import trimmed
from abmhub.orders.actions.working import WrongState, locked_for_work
from abmhub.orders.models import FollowUp, OrderLine, Task
from abmhub.orders.news import tell
from abmhub.orders.promises import took_days
from abmhub.users.models import User
from abmhub.users.verbs import require

FOLLOW_UP_HOURS = 48
"""How long sales has to follow up after a delivery."""

TOUCH_SOURCE = "orders"
SUMMARY_LENGTH = 300


class DeliveryIncomplete(Refused):
    """The delivery lacks what the rep or the ledger needs."""


@transaction.atomic
def deliver(
    *, task: Task, by: User, at: datetime, note: str, actual_cost: Decimal | None = None, tracking_url: str = ""
) -> Task:
    """Finish a task: `note` says what was delivered, `actual_cost` is for the whole line, as reserved if None.

    Where the recipe asks for a file, the task must have one. Steps that are still open stay open: they were
    skipped. The same delivery again changes nothing. Raises NotAllowed, NotYours, WrongState unless the task is in
    progress, DeliveryIncomplete, or budgets.actions.Overdrawn when it cost more than was reserved and the difference
    is not in the envelope.
    """
    task = locked_for_work(task, by)
    line, note = task.line, trimmed(note, limit=500, what="The note")
    cost = line.kept_cost if actual_cost is None else actual_cost.quantize(Decimal("0.01"))
    if task.state == Task.State.DONE and (line.delivery_note, line.actual_cost) == (note, cost):
        return task
    if task.state != Task.State.IN_PROGRESS:
        raise WrongState(_why_not(task))
    if not note:
        raise DeliveryIncomplete("Say in a sentence what was delivered: the rep reads it.")
    if cost < 0:
        raise DeliveryIncomplete("The actual cost cannot be below zero.")
    if tracking_url and not is_link(tracking_url):
        raise DeliveryIncomplete("The tracking link must begin with https:// and name a site.")
    if lacks_file(task):
        raise DeliveryIncomplete("The recipe asks for a file or photograph as proof: add one to the task first.")
    task.state, task.finished_at = Task.State.DONE, at
    task.save(update_fields=["state", "finished_at"])
    line.state, line.delivered_at, line.actual_cost, line.delivery_note = OrderLine.State.DELIVERED, at, cost, note
    line.took_days = took_days(line, task, at=at)
    line.tracking_url = tracking_url
    line.save(update_fields=["state", "delivered_at", "actual_cost", "delivery_note", "took_days", "tracking_url"])
    _write_touches(line, at)
    FollowUp.objects.create(
        account=line.order.account, line=line, owner=_who_follows_up(line), due_at=at + timedelta(hours=FOLLOW_UP_HOURS)
    )
    tell("line.delivered", line.pk, at=at, line=line.pk, by=by.pk)
    if line.takes_stock:
        consume_stock(tactic_id=line.tactic_id, pieces=line.pieces)
    spend(
        envelope=line.order.envelope,
        reference=line.reference,
        reserved=line.kept_cost,
        actual=cost,
        by=by,
        at=at,
        note=str(task),
    )
    return task


def lacks_file(task: Task) -> bool:
    """Whether the recipe asks for a file as proof and nobody has added any."""
    asks = any(step.proof == RecipeStep.Proof.FILE for step in task.steps.all())
    return asks and not task.files.exists()


def _why_not(task: Task) -> str:
    if task.state == Task.State.WAITING:
        return "This task waits: resume it first."
    if task.state == Task.State.TO_DO:
        return "Claim this task first."
    return f"This task is {task.get_state_display().lower()} already."


def _write_touches(line: OrderLine, at: datetime) -> None:
    Touch.objects.bulk_create(
        Touch(
            account=line.order.account,
            contact_id=contact_id,
            channel=line.tactic.channel,
            occurred_at=at,
            summary=f"{line.tactic}: {line.delivery_note}"[:SUMMARY_LENGTH],
            source=TOUCH_SOURCE,
            external_id=f"{line.reference}/contact-{contact_id}",
        )
        for contact_id in line.recipients.served().values_list("contact_id", flat=True)
    )


def _who_follows_up(line: OrderLine) -> User:
    """The rep who ordered; if that is not a rep in office, the owner of the account."""
    placed_by, owner = line.order.placed_by, line.order.account.owner
    if (placed_by.is_sales and placed_by.is_active) or owner is None:
        return placed_by
    return owner


@transaction.atomic
def finish_follow_up(*, follow_up: FollowUp, by: User, at: datetime, note: str) -> FollowUp:
    """Record that sales followed up; a follow-up that is done keeps its first moment and note.

    Raises NotAllowed for somebody who does not sell to this account.
    """
    require(by, "orders.finish_follow_up")
    mine = FollowUp.objects.visible_to(by).filter(pk=follow_up.pk)
    if not mine.exists():
        raise NotAllowed("This account is not yours to follow up.")
    mine.filter(done_at=None).update(done_at=at, note=trimmed(note, limit=300, what="The note"))
    follow_up.refresh_from_db()
    return follow_up
