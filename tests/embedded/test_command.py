"""manage.py works on its own."""

import json

import pytest

from abmhub.embedded.home import Home
from abmhub.embedded.services import Service
from tests.embedded.conftest import processes_of, start, wait_until

pytestmark = pytest.mark.processes


def test_commands_on_an_empty_installation_make_its_tables_once_and_stop_what_they_started(home: Home) -> None:
    commands = [start(home, "manage.py", "dumpdata", "users.team") for _ in range(2)]
    answers = [command.communicate() for command in commands]
    assert [command.returncode for command in commands] == [0, 0], answers
    # Standard output is the answer and nothing else; what the servers and the tables did is on standard error.
    assert [out.strip() for out, _ in answers] == ["[]", "[]"]
    assert sum("Applying users.0001" in err for _, err in answers) == 1
    wait_until(lambda: not processes_of(home))


def test_a_command_uses_servers_that_run_and_leaves_them_running(home: Home) -> None:
    with Service(home, "postgres").used():
        servers = processes_of(home, "bin/postgres")
        command = start(home, "manage.py", "make_ready", "--json")
        out, err = command.communicate()
        assert command.returncode == 0, err
        answer = json.loads(out.splitlines()[-1])
        assert answer["first_admin_path"].startswith("/setup/")
        assert answer["sign_ins"] == []
        assert processes_of(home, "bin/postgres") == servers


def test_it_starts_no_server_for_a_command_that_needs_none(home: Home) -> None:
    command = start(home, "manage.py", "check")
    command.communicate()
    assert command.returncode == 0
    assert not (home.path / "postgres").exists()


def test_it_says_in_a_sentence_why_a_server_cannot_be_had(home: Home) -> None:
    (home.path / "postgres").write_text("not a folder")
    command = start(home, "manage.py", "dumpdata", "users.team")
    _, err = command.communicate()
    assert command.returncode == 1
    assert "cannot be made" in err
    assert "Traceback" not in err
