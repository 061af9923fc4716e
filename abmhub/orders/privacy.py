"""What people wrote about people while they ordered, worked and delivered."""

import pgtrigger

from abmhub.committee.privacy import Keys, Person, Room, Rows, register, scrub_rows, told_of
from abmhub.orders.models import (
    AddressRequest,
    Approval,
    BulkOrder,
    BulkOrderRow,
    Comment,
    FollowUp,
    Order,
    OrderLine,
    Task,
    TaskEvent,
    TaskFile,
    TaskStep,
)


def tell(person: Person) -> Rows:
    lines = OrderLine.objects.filter(recipients__contact__in=person.contacts)
    return {"order lines": told_of(lines.order_by("pk"))}


def forget(person: Person) -> Keys:
    """Orders, their money and their number of recipients stay as they are; a file named after them goes."""
    scrub_rows(person, Order.objects.filter(account__in=person.accounts), "note")
    scrub_rows(person, OrderLine.objects.filter(order__account__in=person.accounts), "goal", "delivery_note")
    scrub_rows(person, Task.objects.filter(line__order__account__in=person.accounts), "name", "waiting_note")
    named = Task.objects.filter(line__order__account__in=person.accounts)
    AddressRequest.objects.filter(recipient__contact__in=person.contacts).delete()
    TaskFile.objects.filter(person.named_in("name"), task__in=named).delete()
    scrub_rows(person, TaskStep.objects.filter(task__in=named), "proof_text")
    scrub_rows(person, Comment.objects.filter(task__line__order__account__in=person.accounts), "text")
    scrub_rows(person, BulkOrder.objects.filter(rows__account__in=person.accounts).distinct(), "note")
    scrub_rows(person, BulkOrderRow.objects.filter(account__in=person.accounts), "refusal", "lines")
    scrub_rows(person, FollowUp.objects.filter(account__in=person.accounts), "note")
    with pgtrigger.ignore("orders.TaskEvent:task_event_stays", "orders.Approval:approval_decision_stays"):
        scrub_rows(person, TaskEvent.objects.filter(task__in=named), "note")
        scrub_rows(person, Approval.objects.filter(order__account__in=person.accounts), "reason")
    return ()


register(Room(tell=tell, forget=forget))
