"""What happened to events since the last night, for whatever keeps something of them from night to night."""

from dataclasses import dataclass

from psycopg.sql import Composable


@dataclass(frozen=True)
class EventNews:
    """`new` names a relation of the events that no night has counted; `changed` selects the accounts of others that are
    not as they were, or gone: what was kept of those is found anew."""

    new: Composable
    changed: Composable
