"""An installation of a million accounts to measure against: ABMHUB_HOME=/tmp/million python benchmarks/million.py

An empty installation gets 1,000,000 accounts under 40 territories, 3,000,000 contacts, 4,500 accounts with a tier,
and these people (password "a long pass phrase"): admin@example.com, few@example.com (30 accounts),
many@example.com (10,000) and manager@example.com (about 350,000 through a team and its territories).
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")

from abmhub.embedded import services
from abmhub.embedded.command import migrate_if_empty
from abmhub.embedded.home import Home

PASSWORD = "a long pass phrase"  # noqa: S105 - of people who do not exist
STATEMENTS = Path(__file__).with_suffix(".sql")


def main() -> str | None:
    home = Home.from_environment()
    with services.used(home):
        migrate_if_empty(home)
        return fill()


def fill() -> str | None:
    """Run the statements, each with the seconds it took. Returns why not, if not."""
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    from abmhub.accounts.attributes import index_attributes
    from abmhub.accounts.models import Account

    if Account.objects.exists():
        return "There are accounts already: name an empty ABMHUB_HOME."
    call_command("migrate", verbosity=0)
    values = {"password": make_password(PASSWORD)}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in STATEMENTS.read_text().split(";\n"):
            began = time.perf_counter()
            cursor.execute(statement, values)
            print(f"{time.perf_counter() - began:7.1f} s  {' '.join(statement.split())[:80]}", flush=True)
    index_attributes(at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return None


if __name__ == "__main__":
    sys.exit(main())
