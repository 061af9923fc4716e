"""What people wrote about people while they ordered, worked and delivered."""

from abmhub.committee.privacy import Keys, Person, Room, Rows, register, scrub_rows, told_of
from abmhub.orders.models import Comment, FollowUp, Order, OrderLine, Task


def tell(person: Person) -> Rows:
    lines = OrderLine.objects.filter(recipients__contact__in=person.contacts)
    return {"order lines": told_of(lines.order_by("pk"))}


def forget(person: Person) -> Keys:
    """Orders, their money and their number of recipients stay as they are."""
    scrub_rows(person, Order.objects.filter(account__in=person.accounts), "note")
    scrub_rows(person, OrderLine.objects.filter(order__account__in=person.accounts), "goal", "delivery_note")
    scrub_rows(person, Task.objects.filter(line__order__account__in=person.accounts), "name", "waiting_note")
    scrub_rows(person, Comment.objects.filter(task__line__order__account__in=person.accounts), "text")
    scrub_rows(person, FollowUp.objects.filter(account__in=person.accounts), "note")
    return ()


register(Room(tell=tell, forget=forget))
