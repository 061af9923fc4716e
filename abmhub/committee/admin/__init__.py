"""Contacts, roles and personas, what titles suggest, and who asked to be forgotten."""

from abmhub.committee.admin import people, roles, titles

__all__ = ["people", "roles", "titles"]
