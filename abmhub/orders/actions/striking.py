"""Somebody opts out after a tactic was ordered for them: nothing is sent to them, and what was not begun goes back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from abmhub.budgets.actions import release
from abmhub.committee.models import Contact, OptOut
from abmhub.menus.actions import release_stock
from abmhub.orders.actions.cancelling import withdraw
from abmhub.orders.actions.working import locked
from abmhub.orders.models import OrderLine, Recipient, Task, TaskEvent
from abmhub.orders.models.order import RecipientQuerySet
from abmhub.orders.news import tell


def strike_recipients(*, at: datetime, limit: int = 500) -> int:
    """Strike people who opted out, or asked to be forgotten, from what is still to come; return how many.

    Each in a transaction of its own: a line that is delivered or cancelled meanwhile stays as it is.
    """
    return sum(_strike(recipient, at) for recipient in list(_to_strike().order_by("pk")[:limit]))


def _to_strike() -> RecipientQuerySet:
    """Found from the few who opted out: from the recipients it would be the contact of everybody, every half minute."""
    out = Contact.objects.filter(Q(opted_out_at__isnull=False) | Q(erased_at__isnull=False))
    of_channel = OptOut.objects.filter(contact=OuterRef("contact"), channel=OuterRef("line__tactic__channel__code"))
    return (
        Recipient.objects.served()
        .filter(contact__in=out.values("pk").union(OptOut.objects.values("contact")))
        .filter(line__state__in=OrderLine.OPEN)
        .filter(Q(contact__opted_out_at__isnull=False) | Q(contact__erased_at__isnull=False) | Exists(of_channel))
    )


@transaction.atomic
def _strike(recipient: Recipient, at: datetime) -> bool:
    """Strike one recipient; False when the line ended meanwhile, or a colleague was quicker.

    Until production starts, money and stock of the piece return, and a line for nobody is cancelled. What is in
    production is paid for, but not sent.
    """
    task = locked(Task.objects.get(line=recipient.line_id))
    line = task.line
    now = _to_strike().filter(pk=recipient.pk).select_related("contact").prefetch_related("contact__opt_outs").first()
    if now is None:
        return False
    now.struck_at, now.struck_because = at, _because(now.contact, line)
    now.is_returned = line.can_be_cancelled
    now.save(update_fields=["struck_at", "struck_because", "is_returned"])
    is_for_nobody = not line.recipients.served().exists()
    tell("recipient.struck", now.pk, at=at, recipient=now.pk)
    TaskEvent.objects.create(task=task, at=at, kind=TaskEvent.Kind.CHANGED, note=_told(now))
    if line.can_be_cancelled and is_for_nobody:
        withdraw(task, by=line.order.placed_by, at=at)
    elif line.can_be_cancelled:
        _give_back_one(line, now, at)
    return True


def _give_back_one(line: OrderLine, recipient: Recipient, at: datetime) -> None:
    """Return the piece of one recipient, stock before money; the others get theirs."""
    line.returned_pieces += 1
    line.returned_cost += line.unit_cost
    line.save(update_fields=["returned_pieces", "returned_cost"])
    if line.takes_stock:
        release_stock(tactic_id=line.tactic_id, pieces=1)
    release(
        envelope=line.order.envelope,
        reference=f"{line.reference}/recipient-{recipient.pk}",
        amount=line.unit_cost,
        by=line.order.placed_by,
        at=at,
    )


def _because(contact: Contact, line: OrderLine) -> str:
    if contact.erased_at is not None:
        return "asked to be forgotten"
    if contact.opted_out_at is not None:
        return "opted out"
    return f"opted out of {line.tactic.channel.name.lower()}"


def _told(recipient: Recipient) -> str:
    """Without a name: it stands with the recipients, and goes when the person asks to be forgotten."""
    goes_back = "its piece went back" if recipient.is_returned else "do not send what was made"
    return f"A recipient {recipient.struck_because}: {goes_back}."
