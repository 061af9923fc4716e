"""Homes of their own for tests that start and kill servers."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from abmhub.embedded.home import PROJECT, Home

PATIENCE_SECONDS = 120


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An installation in a folder with a space in its name."""
    home = Home(tmp_path / "a home")
    (home.folder(".") / "disposable").touch()
    yield home
    wait_until(lambda: not processes_of(home))
    if home.sockets.parent != home.path:
        shutil.rmtree(home.sockets, ignore_errors=True)


def environment_of(home: Home) -> dict[str, str]:
    """The environment of a process of that installation: with embedded servers, whatever this run uses."""
    servers = {"DATABASE_URL": "", "REDIS_URL": ""}
    return {**os.environ, **servers, "ABMHUB_HOME": str(home.path)}


def start(home: Home, *command: str, errors_apart: bool = True) -> subprocess.Popen[str]:
    """Python with those arguments, as a process of that installation."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=PROJECT,
        env=environment_of(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if errors_apart else subprocess.STDOUT,
        text=True,
    )


def processes_of(home: Home, *words: str) -> list[int]:
    """Living processes of an installation, whatever they are; of those with these words in their command line."""
    marks = (f"ABMHUB_HOME={home.path}\0".encode(), os.fsencode(home.path), os.fsencode(home.sockets))
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            about = command + (process / "environ").read_bytes() + b"\0"
        except OSError:
            continue  # ended meanwhile
        if command and any(mark in about for mark in marks) and all(word.encode() in command for word in words):
            found.append(int(process.name))
    return sorted(found)


def wait_until(true: Callable[[], object]) -> None:
    """Fails the test when it does not become true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not become true"
        time.sleep(0.02)
