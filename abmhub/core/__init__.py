"""The floor: one statement per file, outbox, run ledger. It knows no word of the trade."""
