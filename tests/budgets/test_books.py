"""The statement that compares envelopes with their ledger: a hand-worked table, and a slow twin."""

import random
from datetime import date, datetime
from decimal import Decimal

import pytest

from abmhub.accounts.models import Tier
from abmhub.budgets import books
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.core import sql
from abmhub.users.models import User

STATEMENT = "budgets/unbalanced_envelopes"


def make(number: int, tier: Tier, reserved: str = "0", spent: str = "0") -> Envelope:
    return Envelope.objects.create(
        name=f"Envelope {number}",
        tier=tier,
        starts_on=date(2026, number, 1),
        ends_on=date(2026, number, 28),
        total_amount=Decimal(10_000),
        reserved_amount=Decimal(reserved),
        spent_amount=Decimal(spent),
    )


def book(envelope: Envelope, rep: User, now: datetime, *movements: tuple[str, str, str, str]) -> None:
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            envelope=envelope,
            reference=f"{envelope.pk}-{reference}",
            kind=kind,
            amount=Decimal(amount),
            reserved_amount=Decimal(ended),
            by=rep,
            at=now,
        )
        for reference, kind, amount, ended in movements
    )


def test_by_hand(tier1: Tier, rep: User, now: datetime) -> None:
    """Reserve 100, 50 and 30; release 50; spend 90 of the 100: reserved 30, spent 90."""
    movements = (
        ("a", "reserve", "100", "0"),
        ("b", "reserve", "50", "0"),
        ("c", "reserve", "30", "0"),
        ("b", "release", "50", "0"),
        ("a", "spend", "90", "100"),
    )
    for number, columns in enumerate([("30", "90"), ("30.01", "90"), ("30", "89.99"), ("0", "0")], start=1):
        book(make(number, tier1, *columns), rep, now, *movements)
    make(5, tier1)
    make(6, tier1, "1", "0")
    found = {row["name"]: tuple(row.values())[3:] for row in sql.rows(STATEMENT) if row["name"].startswith("Envelope")}
    assert found == {
        "Envelope 2": (Decimal("30.01"), Decimal(90), Decimal(30), Decimal(90)),
        "Envelope 3": (Decimal(30), Decimal("89.99"), Decimal(30), Decimal(90)),
        "Envelope 4": (0, 0, Decimal(30), Decimal(90)),
        "Envelope 6": (1, 0, 0, 0),
    }
    assert books.errors()[0] == ("Envelope 2 says $30.01 reserved and $90 spent; its ledger says $30 and $90.")


def twin(envelopes: list[Envelope]) -> set[int]:
    """Walks the ledger entry by entry, as a book-keeper would."""
    wrong = set()
    for envelope in envelopes:
        reserved = spent = Decimal(0)
        for entry in envelope.ledger.all():
            if entry.kind == LedgerEntry.Kind.RESERVE:
                reserved += entry.amount
            elif entry.kind == LedgerEntry.Kind.RELEASE:
                reserved -= entry.amount
            else:
                reserved, spent = reserved - entry.reserved_amount, spent + entry.amount
        if (reserved, spent) != (envelope.reserved_amount, envelope.spent_amount):
            wrong.add(envelope.pk)
    return wrong


@pytest.mark.parametrize("seed", range(3))
def test_against_a_slow_twin(tier1: Tier, rep: User, now: datetime, seed: int) -> None:
    dice = random.Random(seed)
    envelopes = []
    for number in range(1, 13):
        movements = []
        reserved = spent = 0
        for line in range(dice.randrange(8)):
            cost, actual = dice.randrange(1, 100), dice.randrange(100)
            movements.append((str(line), "reserve", str(cost), "0"))
            reserved += cost
            end = dice.choice(["", "release", "spend"])
            if end:
                reserved -= cost
                paid = cost if end == "release" else actual
                movements.append((str(line), end, str(paid), str(cost) if end == "spend" else "0"))
                spent += actual if end == "spend" else 0
        off = dice.choice([0, 0, 1])
        envelope = make(number, tier1, str(reserved + off), str(spent))
        book(envelope, rep, now, *movements)
        envelopes.append(envelope)
    ours = {envelope.pk for envelope in envelopes}
    expected = twin(envelopes)
    assert expected
    assert {row["id"] for row in sql.rows(STATEMENT)} & ours == expected
