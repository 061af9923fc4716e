"""manage.py: one command, with the servers it needs and nothing left running."""

import fcntl
import sys
from collections.abc import Sequence

from django.core.management import call_command, execute_from_command_line

from abmhub.embedded import services
from abmhub.embedded.home import Home, HomeNotUsable

WITHOUT_SERVERS = {
    "--help", "--version", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help",
    "makemessages", "sendtestemail", "spectacular", "version",
}  # fmt: skip
ON_THE_SCHEMA = {
    "dbshell",
    "make_ready",
    "makemigrations",
    "migrate",
    "showmigrations",
    "sqlmigrate",
    "squashmigrations",
}
"""These look at, or make, the tables themselves: an empty database is left as it is."""


def main(arguments: Sequence[str]) -> str | None:
    """Run the command. Returns a sentence when the servers cannot be had."""
    command = arguments[1] if len(arguments) > 1 else "help"
    if command in WITHOUT_SERVERS or {"--help", "-h"} & set(arguments):
        execute_from_command_line(list(arguments))
        return None
    home = Home.from_environment()
    try:
        with services.used(home):
            if command not in ON_THE_SCHEMA:
                migrate_if_empty(home)
            execute_from_command_line(list(arguments))
    except HomeNotUsable as error:
        return str(error)
    return None


def migrate_if_empty(home: Home) -> None:
    """Make the tables of a database that has none. One of several commands does it, the others wait."""
    import django
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    django.setup()
    with (home.folder("run") / "migrate.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not MigrationRecorder(connection).has_table():
            # The tables' progress is not this command's answer.
            call_command("migrate", stdout=sys.stderr)
