"""Workers on several hosts stand by for one night: when the one that runs it loses its network, another ends it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from abmhub.accounts.models import Account
from abmhub.embedded import postgres

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

OWN_NETWORK = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--user", "--map-root-user", "--net")
TRIAL = "ip link set lo up && unshare --net true && ip link add left type veth peer name right"


def why_not() -> str:
    """What keeps this machine from having hosts of its own; empty where nothing does."""
    try:
        tried = subprocess.run([*OWN_NETWORK, "sh", "-c", TRIAL], capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return tried.stderr.strip() if tried.returncode else ""


def hosts(folder: Path, **environment: str) -> dict[str, Any]:
    """What tests/nightly/hosts.py says, with a copy of this database."""
    database, dump = connection.settings_dict, folder / "dump"
    url = connection.get_connection_params()
    where = [f"--host={url['host']}", f"--username={url['user']}"] if url.get("host") else []
    connection.close()
    subprocess.run([postgres.binary("pg_dump"), *where, "-Fc", "-Z0", f"--file={dump}", database["NAME"]], check=True)
    ended = subprocess.run(
        [*OWN_NETWORK, sys.executable, "-m", "tests.nightly.hosts", str(dump), str(folder)],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
        check=True,
    )
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return answer


def test_another_host_finishes_the_night_of_one_that_is_cut_off(fitting: Account, tmp_path: Path) -> None:
    if reason := why_not():
        pytest.skip(f"This machine lets nobody have network namespaces: {reason}")
    answer = hosts(tmp_path, QUICKER="yes")
    assert answer["ledger"] == "done|3|1"
    assert len(answer["seconds"]) == 2
