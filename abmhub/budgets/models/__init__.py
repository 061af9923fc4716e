"""Envelopes of money in a tree, and the append-only ledger that must equal them on every level."""

from abmhub.budgets.models.envelope import NEARLY_EMPTY, PARENTS, DateRange, Envelope, EnvelopeQuerySet, Level
from abmhub.budgets.models.ledger import LedgerEntry

__all__ = [
    "NEARLY_EMPTY",
    "PARENTS",
    "DateRange",
    "Envelope",
    "EnvelopeQuerySet",
    "LedgerEntry",
    "Level",
]
