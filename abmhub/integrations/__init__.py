"""The outbox, delivered to people and other systems."""
