"""The set-up does what is missing, once, and says in a sentence what it cannot do."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import bootstrap

Commands = list[list[str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose packages were never installed."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "uv").touch()
    for lock in ("requirements-uv.txt", *bootstrap.LOCKS):
        (tmp_path / lock).write_text(f"{lock} of today")
    monkeypatch.setattr(bootstrap, "PROJECT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(bootstrap, "INSTALLER_LOCK", tmp_path / "requirements-uv.txt")
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The commands that would have been run."""
    run: Commands = []

    def note(command: Sequence[str], **_: object) -> str:
        run.append(list(command))
        return "global.cert='/etc/ssl/our.pem'\nglobal.extra-index-url='file:///a\\nfile:///b'\n"

    monkeypatch.setattr(bootstrap, "run", note)
    return run


def installed_by(commands: Commands, program: str) -> list[str]:
    """Names of the locks that a program was asked to install."""
    return [
        Path(word).name
        for command in commands
        if program in " ".join(command[:3]) and "config" not in command
        for word in command
        if word.endswith(".txt")
    ]


def test_it_refuses_a_python_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))
    assert bootstrap.main([]) == (
        "ABM Hub needs Python 3.11 or newer; this is 3.10. Name another one: make PYTHON=/path/to/python3.11"
    )


def test_it_installs_what_the_locks_say_and_nothing_when_they_have_not_changed(
    project: Path, commands: Commands
) -> None:
    bootstrap.install(["requirements.txt"])
    assert installed_by(commands, "uv pip") == ["requirements-uv.txt", "requirements.txt"]
    commands.clear()
    bootstrap.install(["requirements.txt"])
    assert commands == []
    (project / "requirements.txt").write_text("requirements.txt of tomorrow")
    bootstrap.install(["requirements.txt"])
    assert installed_by(commands, "uv pip") == ["requirements-uv.txt", "requirements.txt"]


def test_who_has_run_the_tests_keeps_what_they_need(project: Path, commands: Commands) -> None:
    bootstrap.install(bootstrap.LOCKS)
    (project / "requirements.txt").write_text("requirements.txt of tomorrow")
    commands.clear()
    bootstrap.install(["requirements.txt"])
    assert "requirements-dev.txt" in installed_by(commands, "uv pip")


def test_pip_installs_the_same_locks_when_uv_cannot(
    project: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = bootstrap.run

    def without_uv(command: Sequence[str], **more: object) -> str:
        if "sync" in command:
            raise bootstrap.CannotSetUp("no route to host")
        return note(command)

    monkeypatch.setattr(bootstrap, "run", without_uv)
    bootstrap.install(["requirements.txt"])
    assert installed_by(commands, "-m pip") == ["requirements.txt"]
    assert all("--require-hashes" in command for command in commands if "install" in command)
    assert json.loads((project / ".venv" / "installed.json").read_text()).keys() == {
        "requirements-uv.txt",
        "requirements.txt",
    }


def test_uv_is_told_what_only_pip_knows(project: Path, commands: Commands) -> None:
    settings = bootstrap.settings_of_pip()
    assert settings["SSL_CERT_FILE"] == "/etc/ssl/our.pem"
    assert settings["UV_INDEX"] == "file:///a file:///b"


def test_a_virtual_environment_is_made_anew_when_its_folder_was_moved(project: Path, commands: Commands) -> None:
    (project / ".venv" / "made-in").write_text(str(project))
    bootstrap.make_environment()
    assert commands == []
    (project / ".venv" / "made-in").write_text("/somewhere/else")
    with pytest.raises(FileNotFoundError):  # the stand-in for `python -m venv` makes no folder
        bootstrap.make_environment()
    assert commands == [[sys.executable, "-m", "venv", str(project / ".venv")]]


def test_root_gets_a_missing_package_of_debian(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    bootstrap.get_debian_package("python3-venv", "Python's venv module is missing")
    assert commands[-1][:2] == ["apt-get", "install"]
    assert commands[-1][-1] == "python3-venv"


def test_anybody_else_is_told_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(
        bootstrap.CannotSetUp, match=r"^The browser journeys need Chromium: install it with `sudo apt-get"
    ):
        bootstrap.find_browser()
