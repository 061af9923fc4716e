"""Amounts as a person reads them in a sentence."""

from decimal import Decimal


def money(amount: Decimal, currency: str) -> str:
    """For example 1,250.00 USD."""
    return f"{amount:,.2f} {currency}"
