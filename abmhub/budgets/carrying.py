"""What is left when a period ends goes on to the next one, as far as each envelope's rule lets it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from abmhub.budgets.models import Envelope, LedgerEntry

CENT = Decimal("0.01")


class Pair(NamedTuple):
    """An envelope whose period is over, and the next one of the same scope."""

    ended: Envelope
    following: Envelope


@transaction.atomic
def carry_over(*, day: date, at: datetime) -> int:
    """Carry over what is left of the periods that ended before `day`; how many envelopes that were.

    Each envelope is carried over once, as soon as the next one of the same scope exists. What is still reserved
    stays where it is and is spent there. Both sides are in the ledger; the totals change by it.
    """
    pairs = _pairs(day)
    # One after the other: what goes from spring to summer may go on to autumn.
    days = sorted({pair.ended.ends_on for pair in pairs})
    return sum(_carry([pair for pair in pairs if pair.ended.ends_on == last], at) for last in days)


def _carry(pairs: Iterable[Pair], at: datetime) -> int:
    pairs = _locked(pairs)
    amounts = amounts_of(pairs)
    for pair in sorted(pairs, key=lambda pair: -pair.ended.level):
        amount = amounts[pair.ended.pk]
        Envelope.objects.filter(pk=pair.ended.pk).update(total_amount=F("total_amount") - amount, carried_at=at)
    for pair in sorted(pairs, key=lambda pair: pair.following.level):
        amount = amounts[pair.ended.pk]
        Envelope.objects.filter(pk=pair.following.pk).update(total_amount=F("total_amount") + amount)
    LedgerEntry.objects.bulk_create(entry for pair in pairs for entry in _entries(pair, amounts[pair.ended.pk], at))
    return len(pairs)


def _pairs(day: date) -> list[Pair]:
    ended = Envelope.objects.filter(ends_on__lt=day, carried_at=None, carry_percent__gt=0).order_by("ends_on", "pk")
    first = ended.first()
    if first is None:
        return []
    coming: dict[tuple[object, ...], list[Envelope]] = {}
    for one in Envelope.objects.filter(starts_on__gt=first.ends_on).order_by("starts_on", "pk"):
        coming.setdefault(_scope(one), []).append(one)
    found = []
    for one in ended:
        following = next((each for each in coming.get(_scope(one), ()) if each.starts_on > one.ends_on), None)
        if following is not None:
            found.append(Pair(one, following))
    return found


def _scope(one: Envelope) -> tuple[object, ...]:
    return (one.program, one.tier_id, one.team_id, one.rep_id, one.account_id, one.currency)


def _locked(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs as they are now, locked from below upwards, as orders do; without those a rival has carried."""
    upwards = [F(name).asc(nulls_last=True) for name in ("account", "rep", "team", "tier")]
    ids = {one.pk for pair in pairs for one in pair}
    rows = Envelope.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by(*upwards, "pk")
    found = {one.pk: one for one in rows}
    again = [Pair(found[pair.ended.pk], found[pair.following.pk]) for pair in pairs]
    return [pair for pair in again if pair.ended.carried_at is None]


def amounts_of(pairs: Iterable[Pair]) -> dict[int, Decimal]:
    """How much of each goes on, by the id of the envelope that ended.

    As much as its rule says, as the next envelope above can still give, and as does not belong to a child that
    carries less. Each of these can make the others smaller, so they are asked until none does.
    """
    pairs = sorted(pairs, key=lambda pair: pair.ended.level)
    amounts = {pair.ended.pk: _by_rule(pair.ended) for pair in pairs}
    while True:
        fitting = _without_money_of_children(pairs, _that_fit(pairs, amounts))
        if fitting == amounts:
            return amounts
        amounts = fitting


def _by_rule(one: Envelope) -> Decimal:
    most = (one.total_amount * one.carry_percent / 100).quantize(CENT, ROUND_DOWN)
    return min(one.free_amount, most)


def _that_fit(pairs: Iterable[Pair], amounts: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """From the root downwards: no more than the next envelope above can give."""
    above = Envelope.objects.in_bulk([pair.following.parent_id for pair in pairs if pair.following.parent_id])
    room = {pk: one.unallotted_amount for pk, one in above.items()}
    found = {}
    for ended, following in pairs:
        amount = amounts[ended.pk]
        if following.parent_id is not None:
            amount = min(amount, room[following.parent_id])
            room[following.parent_id] -= amount
        if following.pk in room:
            room[following.pk] += amount
        found[ended.pk] = amount
    return found


def _without_money_of_children(pairs: Iterable[Pair], amounts: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """From the leaves upwards: what was given to a child and does not go on with it stays with its parent."""
    found = dict(amounts)
    gone: dict[int | None, Decimal] = {}
    for ended, _ in sorted(pairs, key=lambda pair: -pair.ended.level):
        kept = ended.allotted_amount - gone.get(ended.pk, Decimal(0))
        found[ended.pk] = min(
            found[ended.pk], ended.total_amount - max(ended.reserved_amount + ended.spent_amount, kept)
        )
        gone[ended.parent_id] = gone.get(ended.parent_id, Decimal(0)) + found[ended.pk]
    return found


def _entries(pair: Pair, amount: Decimal, at: datetime) -> Iterable[LedgerEntry]:
    if not amount:
        return
    same = {"amount": amount, "reference": f"envelope-{pair.ended.pk}", "at": at}
    yield LedgerEntry(envelope=pair.ended, kind=LedgerEntry.Kind.CARRY_OUT, note=f"To {pair.following}"[:200], **same)
    yield LedgerEntry(envelope=pair.following, kind=LedgerEntry.Kind.CARRY_IN, note=f"From {pair.ended}"[:200], **same)
