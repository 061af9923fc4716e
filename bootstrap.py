"""Set up ABM Hub with nothing but Python's own library: `make setup` and `make run` begin here.

    python3 bootstrap.py            what the application needs
    python3 bootstrap.py --tests    and what its tests and checks need

Each step says what it does, and is left out when its outcome is there already.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ("requirements.txt", "requirements-dev.txt")
INSTALLER_LOCK = PROJECT / "requirements-uv.txt"
ASSETS_FROM = ("styles", "templates", "static/js", "abmhub")
ASSETS_TO = PROJECT / "static" / "build"
OLDEST_PYTHON = (3, 11)


class CannotSetUp(Exception):
    """A step is impossible here; the message says what to do about it."""


@contextmanager
def step(words: str) -> Iterator[None]:
    """One line of progress: what is being done, then how long it took."""
    began = time.monotonic()
    print(f"  {words} ...", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def main(arguments: Sequence[str]) -> str | None:
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:2])
        return f"ABM Hub needs Python 3.11 or newer; this is {found}. Name another one: make PYTHON=/path/to/python3.11"
    for_tests = "--tests" in arguments
    try:
        if for_tests:
            find_browser()
        make_environment()
        install(LOCKS if for_tests else LOCKS[:1])
        build_assets()
    except CannotSetUp as problem:
        return str(problem)
    return None


def run(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run quietly; what it said is shown only when it fails."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=cwd, env=env
    )
    if done.returncode != 0:
        raise CannotSetUp(f"{done.stdout.strip()}\n\nThis command failed: {' '.join(map(str, command))}")
    return done.stdout


# --- The virtual environment -------------------------------------------------------------------------


def make_environment() -> None:
    """Make .venv, unless it was made here and its Python still is: a moved folder or a removed Python breaks it."""
    stamp = VENV / "made-in"
    if stamp.exists() and stamp.read_text() == str(PROJECT) and works([str(PYTHON), "-c", ""]):
        return
    with step("making the virtual environment"):
        if VENV.exists():
            shutil.rmtree(VENV)
        if not works([sys.executable, "-c", "import venv, ensurepip"]):
            get_debian_package("python3-venv", "Python's venv module is missing")
        run([sys.executable, "-m", "venv", str(VENV)])
        stamp.write_text(str(PROJECT))


def works(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def get_debian_package(name: str, reason: str) -> None:
    """Install a package of Debian's; only root can, so anybody else is asked to have it done."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotSetUp(f"{reason}: install it with `sudo apt-get install {name}` and start again.")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-q"], env=quiet)
    run(["apt-get", "install", "-q", "-y", "--no-install-recommends", name], env=quiet)


# --- Packages ----------------------------------------------------------------------------------------


def install(names: Sequence[str]) -> None:
    """Bring .venv to exactly what the locks say, checking every hash; nothing when they have not changed."""
    stamp = VENV / "installed.json"
    installed = json.loads(stamp.read_text()) if stamp.exists() else {}
    # Who has once run the tests here keeps what they need.
    locks = [PROJECT / name for name in LOCKS if name in installed or name in names]
    wanted = {lock.name: hashlib.sha256(lock.read_bytes()).hexdigest() for lock in [INSTALLER_LOCK, *locks]}
    if wanted == installed:
        return
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
    try:
        if not (VENV / "bin" / "uv").exists():
            with step("fetching the installer"):
                run([*pip, "-r", str(INSTALLER_LOCK)])
        with step("installing the packages"):
            sync = [str(VENV / "bin" / "uv"), "pip", "sync", "-q", "--python", str(PYTHON), "--require-hashes"]
            run([*sync, str(INSTALLER_LOCK), *map(str, locks)], env={**settings_of_pip(), **os.environ})
    except CannotSetUp:
        # uv has no build for some machines, and does not understand every network that pip does.
        with step("installing the packages with pip, which takes a minute"):
            for lock in locks:
                run([*pip, "-r", str(lock)])
    stamp.write_text(json.dumps(wanted))


def settings_of_pip() -> dict[str, str]:
    """Where this machine's pip finds packages, said in uv's words: uv reads none of pip's settings."""
    listed = run([str(PYTHON), "-m", "pip", "config", "list"])
    found = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        found[name.rpartition(".")[2]] = " ".join(value.strip("'\"").replace("\\n", " ").split())
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    settings = {names[name]: value for name, value in found.items() if name in names}
    # Like pip: the locked version from whichever index has it. The hashes keep that safe.
    return {**settings, "UV_INDEX_STRATEGY": "unsafe-best-match", "UV_LINK_MODE": "copy"}


# --- Assets and the browser of the tests -------------------------------------------------------------


def build_assets() -> None:
    """Build style sheets and typeface when a template, a style or the code that names classes has changed since."""
    digest = hashlib.sha256((VENV / "installed.json").read_bytes())
    for folder in ASSETS_FROM:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in {".html", ".svg", ".css", ".js", ".py"}:
                digest.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    stamp = ASSETS_TO / "built-from"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    with step("building style sheets and typeface"):
        run([str(PYTHON), "-m", "abmhub.web.assets"], cwd=PROJECT)
        stamp.write_text(digest.hexdigest())


def find_browser() -> None:
    """The browser journeys need Chromium; its own download would not be Debian's, nor patched by it."""
    if not shutil.which("chromium"):
        with step("installing Chromium for the browser journeys"):
            get_debian_package("chromium", "The browser journeys need Chromium")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
