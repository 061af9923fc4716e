"""Money moves here and nowhere else: reserve, then release or spend.

Each is one conditional UPDATE of the envelope, so that two at once can never take the same money, and
its ledger entries in the same transaction. The UPDATE comes last: the envelope is the row that everybody
wants, and its lock is held from there to the commit.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.budgets.money import money
from abmhub.core.refusals import Refused
from abmhub.users.models import User


class Overdrawn(Refused):
    """The envelope has less money left than was asked for."""


class NotReserved(Refused):
    """Less is reserved than was to be released or spent: somebody ended the reservation already."""


@transaction.atomic
def reserve(*, envelope: Envelope, amounts: Mapping[str, Decimal], by: User, at: datetime) -> None:
    """Set money aside, an amount for each reference; all of it or nothing.

    Raises Overdrawn when the envelope has less left than their sum.
    """
    LedgerEntry.objects.bulk_create(
        LedgerEntry(envelope=envelope, kind=LedgerEntry.Kind.RESERVE, amount=amount, reference=reference, by=by, at=at)
        for reference, amount in amounts.items()
    )
    total = sum(amounts.values(), Decimal(0))
    reserved = Envelope.objects.filter(
        pk=envelope.pk, total_amount__gte=F("reserved_amount") + F("spent_amount") + total
    ).update(reserved_amount=F("reserved_amount") + total)
    if not reserved:
        envelope.refresh_from_db()
        raise Overdrawn(
            f"{money(total, envelope.currency)} is needed, and "
            f"{money(envelope.free_amount, envelope.currency)} is left in {envelope.name}."
        )


@transaction.atomic
def release(*, envelope: Envelope, reference: str, amount: Decimal, by: User, at: datetime) -> None:
    """Give back what was reserved for a reference.

    Raises NotReserved when the envelope holds no such reservation.
    """
    LedgerEntry.objects.create(
        envelope=envelope, kind=LedgerEntry.Kind.RELEASE, amount=amount, reference=reference, by=by, at=at
    )
    released = Envelope.objects.filter(pk=envelope.pk, reserved_amount__gte=amount).update(
        reserved_amount=F("reserved_amount") - amount
    )
    if not released:
        raise NotReserved(f"{envelope.name} does not hold {money(amount, envelope.currency)} for {reference}.")


@transaction.atomic
def spend(
    *, envelope: Envelope, reference: str, reserved: Decimal, actual: Decimal, by: User, at: datetime, note: str = ""
) -> None:
    """Turn a reservation into spending at the actual cost; what was not needed is free again.

    Raises Overdrawn when the actual cost is higher than the reservation and the difference does not fit,
    NotReserved when the envelope holds no such reservation.
    """
    LedgerEntry.objects.create(
        envelope=envelope,
        kind=LedgerEntry.Kind.SPEND,
        amount=actual,
        reserved_amount=reserved,
        reference=reference,
        note=note,
        by=by,
        at=at,
    )
    spent = Envelope.objects.filter(
        pk=envelope.pk,
        reserved_amount__gte=reserved,
        total_amount__gte=F("reserved_amount") - reserved + F("spent_amount") + actual,
    ).update(reserved_amount=F("reserved_amount") - reserved, spent_amount=F("spent_amount") + actual)
    if spent:
        return
    envelope.refresh_from_db()
    if envelope.reserved_amount < reserved:
        raise NotReserved(f"{envelope.name} does not hold {money(reserved, envelope.currency)} for {reference}.")
    raise Overdrawn(
        f"It cost {money(actual - reserved, envelope.currency)} more than was reserved, and "
        f"{money(envelope.free_amount, envelope.currency)} is left in {envelope.name}."
    )
