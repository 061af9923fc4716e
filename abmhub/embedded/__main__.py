"""Run ABM Hub on this machine: `make run`.

    python -m abmhub.embedded [--demo yes|no] [--port 8000]

Starts the servers, brings the database up to date, starts web server, worker and beat, starts again what
dies, and stops everything on Ctrl-C or SIGTERM. Whatever way it ends itself, nothing is left running.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, Never

from abmhub.embedded import services
from abmhub.embedded.home import PROJECT, Home, HomeNotUsable
from abmhub.embedded.processes import Child, die_with_parent
from abmhub.embedded.programs import programs

HOST = "127.0.0.1"
PORTS_TRIED = 50
LOOK_SECONDS = 0.5
ANSWER_SECONDS = 60


class Stop(Exception):
    """Ctrl-C, or a signal that means the same."""


def main(arguments: list[str]) -> int:
    """Run until told to stop. 0 when told, 1 when it could not start."""
    parser = argparse.ArgumentParser(prog="python -m abmhub.embedded", description="Run ABM Hub on this machine.")
    parser.add_argument("--demo", choices=["yes", "no"], default="yes", help="fill an empty database (default: yes)")
    parser.add_argument("--port", type=int, default=8000, help="where the web server listens (default: 8000)")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    if Path(f"/proc/{os.getppid()}/comm").read_text().strip() == "make":
        die_with_parent(signal.SIGTERM)
    # The embedded web server speaks plain HTTP to this machine alone.
    os.environ.setdefault("ABMHUB_HTTPS", "no")
    os.environ.setdefault("ABMHUB_URL", f"http://127.0.0.1:{options.port}")
    home = Home.from_environment()
    os.environ["ABMHUB_HOME"] = str(home.path)
    try:
        run(home, options.port, demo=options.demo == "yes")
    except Stop:
        say("Stopped.")
        return 0
    except HomeNotUsable as problem:
        say(str(problem))
        return 1


def stop(number: int, frame: FrameType | None) -> Never:
    raise Stop


def say(words: str) -> None:
    print(words, flush=True)


def run(home: Home, port: int, *, demo: bool) -> Never:
    """Raises Stop when told to stop, HomeNotUsable when something cannot be started."""
    with (home.folder("run") / "supervisor.lock").open("a+") as lock:
        if not services.alone(lock):
            lock.seek(0)
            address = lock.read() or "an address that it is about to print"
            raise HomeNotUsable(f"ABM Hub runs already from {home.path}: {address}")
        lock.truncate(0)
        began = time.monotonic()
        if needed := services.needed(home):
            say(f"  starting {' and '.join(service.server.NAME for service in needed)} ...")
        with services.used(home) as servers:
            say("  bringing the database up to date ...")
            welcome = prepare(demo=demo)
            port = free_port(port)
            address = f"http://{HOST}:{port}"
            children = [Child(program) for program in programs(home, port=port)]
            try:
                say("  starting web server, worker and beat ...")
                # Pages first: the others would take the web server's share of the processor.
                children[0].start()
                wait_for_answer(address, children[0])
                for child in children[1:]:
                    child.start()
                lock.write(address)
                lock.flush()
                greet(address, welcome, time.monotonic() - began)
                watch(children, servers)
            finally:
                end(children)


def prepare(*, demo: bool) -> dict[str, Any]:
    """Bring the database up to date and fill an empty one; its progress goes to the terminal.

    Returns what the command make_ready answers. Raises HomeNotUsable when it fails.
    """
    done = subprocess.run(
        [sys.executable, "manage.py", "make_ready", "--demo", "yes" if demo else "no", "--json", "--no-color"],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
        preexec_fn=die_with_parent,
        check=False,
    )
    if done.returncode != 0:
        raise HomeNotUsable("The database could not be brought up to date; the lines above say why.")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def free_port(wanted: int) -> int:
    """The wanted port or the next free one. Raises HomeNotUsable when dozens in a row are taken."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        with socket.socket() as trial:
            # As the web server does: a port whose last connections are still fading counts as free.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, port))
            except OSError:
                say(f"  port {port} is taken: trying the next one")
                continue
            return port
    raise HomeNotUsable(f"No free port from {wanted} on: choose another with make run PORT=NUMBER.")


def wait_for_answer(address: str, web: Child) -> None:
    """Raises HomeNotUsable when the web server ends instead of answering, or takes too long."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while web.running and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 - http, written above
                return
        except urllib.error.HTTPError:
            return  # it answers; what it thinks of its health is for /readyz
        except OSError:
            time.sleep(0.1)
    raise HomeNotUsable(f"The web server did not start: {web.program.log} says why.")


def greet(address: str, welcome: dict[str, Any], seconds: float) -> None:
    """Print where to go and how to sign in."""
    say(f"\nABM Hub runs at {address} (ready in {seconds:.1f} s). Ctrl-C stops it.")
    if welcome["first_admin_path"]:
        say("\nNobody can sign in yet. Create the administrator here; the link works once:\n")
        say(f"  {address}{welcome['first_admin_path']}")
    if welcome["sign_ins"]:
        say("\nDemo data. Sign in as:\n")
        for role, email, password in welcome["sign_ins"]:
            say(f"  {role:<18} {email:<34} {password}")
    say("")


def watch(children: list[Child], servers: list[services.Service]) -> Never:
    """Start again what dies, until a signal raises Stop."""
    while True:
        for child in children:
            if child.revive():
                report_death(child.program.name, child.program.log)
        for server in servers:
            if not server.kept:
                try:
                    server.ensure()
                    report_death(f"the keeper of {server.server.NAME}", server.home.path / "logs")
                except HomeNotUsable as problem:
                    say(str(problem))
        time.sleep(LOOK_SECONDS)


def report_death(name: str, log: Path) -> None:
    say(f"{datetime.now().astimezone():%H:%M:%S} {name} died and was started again; {log} may say why.")


def end(children: list[Child]) -> None:
    """Stop all children, each with its own patience, together; the servers follow when nobody uses them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    say("\nStopping ...")
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
