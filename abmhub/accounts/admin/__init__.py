"""Accounts, who works them, what is known of them and how long it may be believed."""

from abmhub.accounts.admin import accounts, attributes, freshness

__all__ = ["accounts", "attributes", "freshness"]
