"""What a worker on another machine runs. It finds this by its name: both need the same version of the program."""

import os

import django
from django.apps import apps
from django.db import connection

from abmhub.scoring.shard import Found, Shard


def judge(shard: Shard) -> list[Found]:
    """See past.judge. The database is the one of that machine's DATABASE_URL."""
    set_up()
    from abmhub.scoring import past

    try:
        return past.judge(shard)
    finally:
        # Whoever lends a thread to several jobs must not keep a connection for each.
        connection.close()


def set_up() -> None:
    """Load the program, unless this process has it."""
    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")
        django.setup()
