"""Where to send something: asked of the recipients, confirmed by them, forgotten when the task has ended."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from abmhub.core.refusals import Refused
from abmhub.orders.actions.words import trimmed
from abmhub.orders.actions.working import go_on, locked, locked_for_work, must_be_in_progress, wait
from abmhub.orders.addresses import VALID_FOR
from abmhub.orders.models import AddressRequest, Task, TaskEvent
from abmhub.orders.news import tell
from abmhub.users.models import User

ADDRESS_LENGTH = 500
NOTE = "Where to send it"


class NothingToSend(Refused):
    """The tactic ships nothing, or every address is known."""


class LinkExpired(Refused):
    """The link does not take an address any more."""


class AddressMissing(Refused):
    """The address lacks what a courier needs."""


@transaction.atomic
def ask_addresses(*, task: Task, by: User, at: datetime) -> Task:
    """Ask every recipient whose address is not known for it, and wait for them; whom one can write to is written to.

    Asking again makes new links, and the earlier ones worthless. Raises NotAllowed, NotYours, NothingToSend, or
    WrongState unless the task is in progress or waits for this.
    """
    task = locked_for_work(task, by)
    if not (task.state == Task.State.WAITING and task.waiting_on == Task.WaitingOn.RECIPIENT):
        must_be_in_progress(task)
    if not task.line.tactic.ships:
        raise NothingToSend(f"{task.line.tactic} is not sent to an address.")
    known = AddressRequest.objects.filter(task=task).exclude(confirmed_at=None).values("recipient")
    recipients = task.line.recipients.served().exclude(pk__in=known).select_related("contact").order_by("pk")
    if not recipients:
        raise NothingToSend("Every recipient has confirmed an address.")
    for recipient in recipients:
        asked = {"nonce": uuid4(), "asked_by": by, "asked_at": at, "expires_at": at + VALID_FOR}
        request, _ = AddressRequest.objects.update_or_create(task=task, recipient=recipient, defaults=asked)
        tell("address.asked", f"{request.pk}/{request.nonce}", at=at, request=request.pk, nonce=str(request.nonce))
    names = ", ".join(recipient.contact.name for recipient in recipients)
    task.record(TaskEvent.Kind.ADDRESS_ASKED, at=at, by=by, note=names)
    if task.state == Task.State.IN_PROGRESS:
        task = wait(task=task, on=Task.WaitingOn.RECIPIENT, note=NOTE, by=by, at=at)
    return task


@transaction.atomic
def confirm_address(*, request: AddressRequest, address: str, at: datetime) -> AddressRequest:
    """Keep the address that a recipient gave; with the last one of a task its clock runs again by itself.

    Confirmed again it stays as it was. Raises LinkExpired, AddressMissing or TooLong.
    """
    task = locked(request.task)
    request = AddressRequest.objects.select_related("recipient__contact").get(pk=request.pk)
    if request.confirmed_at is not None:
        return request
    if task.finished_at is not None or not request.is_open(at):
        raise LinkExpired("This link does not take an address any more. Ask whoever sent it to you for a new one.")
    address = trimmed(address, limit=ADDRESS_LENGTH, what="An address")
    if len(address.splitlines()) < 2 or not any(character.isdigit() for character in address):
        raise AddressMissing("Write it as on an envelope: street and number, and in a second line postcode and town.")
    request.address, request.confirmed_at = address, at
    request.save(update_fields=["address", "confirmed_at"])
    task.record(TaskEvent.Kind.ADDRESS_CONFIRMED, at=at, by=None, note=f"By {request.recipient.contact}.")
    waits_for_this = task.state == Task.State.WAITING and task.waiting_note == NOTE
    if waits_for_this and not AddressRequest.objects.filter(task=task).unanswered().exists():
        go_on(task, by=None, at=at)
    tell("address.confirmed", request.pk, at=at, request=request.pk)
    return request


def purge_addresses(*, at: datetime, limit: int = 1000) -> int:
    """Forget the addresses of tasks that have ended; return how many."""
    purged = AddressRequest.objects.to_purge().values("pk")[:limit]
    return AddressRequest.objects.filter(pk__in=purged).update(address="", purged_at=at)
