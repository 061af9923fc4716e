"""Contacts, personas, buying roles and stance."""
