"""Envelopes of money and the ledger that must equal them."""
