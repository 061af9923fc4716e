"""One of three hosts dies in the middle of a back-fill: how much longer it takes, and whether the sums are the same.

    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/shards.py [--accounts 30000] [--days 12] [--json]

Three Dask workers share the tiers of some past days, each in a network namespace of its own behind a bridge, if this
machine lets us make them (root may); three ordinary processes otherwise, which the answer says. In every second run
one is cut off once a third of the shards is done: its link goes down, and it is killed with SIGKILL, so that nobody is
told. Times are of the clock, for waiting is part of them: the runs take turns, and the fastest of each kind counts.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from abmhub.embedded.home import PROJECT
from benchmarks.night import DAY, fill, run
from benchmarks.scratch import empty_database

GOAL = 1.5
HOSTS = 3
SILENT_SECONDS = 5
"""A host that is not heard of for so long is given up."""

BRIDGE, NETWORK = "abmhub-bench", "10.213.77"


@dataclass
class Host:
    """One worker, in a network namespace of its own or not."""

    number: int
    is_apart: bool
    process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return f"abmhub-host{self.number}"

    @property
    def link(self) -> str:
        return f"abmhub-link{self.number}"

    def start(self, scheduler: str, environment: Mapping[str, str]) -> None:
        apart = ("ip", "netns", "exec", self.name) if self.is_apart else ()
        if self.is_apart:
            ip("link", "set", self.link, "up")
        self.process = subprocess.Popen(
            [*apart, sys.executable, "-m", "distributed.cli.dask_worker", scheduler, "--nthreads=1", "--no-nanny",
             "--no-dashboard", "--death-timeout=60"],
            cwd=PROJECT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def die(self) -> None:
        """Without a word: what it would say no longer arrives."""
        if self.is_apart:
            ip("link", "set", self.link, "down")
        self.stop()

    def stop(self) -> None:
        """It has nothing to lose."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def network() -> Iterator[bool]:
    """A bridge and a namespace for each host; whether this machine lets us."""
    try:
        try:
            ip("link", "add", BRIDGE, "type", "bridge")
            ip("addr", "add", f"{NETWORK}.1/24", "dev", BRIDGE)
            ip("link", "set", BRIDGE, "up")
            for number in range(1, HOSTS + 1):
                _join(Host(number, is_apart=True))
            is_apart = True
        except (OSError, subprocess.CalledProcessError):
            is_apart = False
        yield is_apart
    finally:
        for number in range(1, HOSTS + 1):
            _gone("netns", "del", Host(number, is_apart=True).name)
        _gone("link", "del", BRIDGE)


def _join(host: Host) -> None:
    inside = f"{host.link}-in"[:15]
    ip("netns", "add", host.name)
    ip("link", "add", host.link, "type", "veth", "peer", "name", inside, "netns", host.name)
    ip("link", "set", host.link, "master", BRIDGE)
    for words in (
        ("link", "set", "lo", "up"),
        ("addr", "add", f"{NETWORK}.{10 + host.number}/24", "dev", inside),
        ("link", "set", inside, "up"),
    ):
        ip("-n", host.name, *words)


def _gone(*words: str) -> None:
    with suppress(OSError, subprocess.CalledProcessError):
        ip(*words)


def ready() -> None:
    """Have a worker load the program, which under load takes it longer than a shard."""
    from abmhub.distribution.there import set_up

    set_up()


def database_url() -> str:
    """That of this process, through a socket that every namespace sees."""
    from django.db import connection

    settings = connection.settings_dict
    return f"postgres://{settings['USER']}@{quote(str(settings['HOST']), safe='')}/{settings['NAME']}"


def shared(hosts: list[Host], address: str, asked: list[Any], told: Callable[[int, int], None]) -> tuple[float, Any]:
    """Seconds from the first shard handed out to the last sum, with three workers that have just come."""
    from distributed import Client

    from abmhub.distribution.shards import work_out

    for host in hosts:
        host.start(address, {"DATABASE_URL": database_url()})
    try:
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(HOSTS, timeout=120)
            there = [client.submit(ready, workers=[each], pure=False) for each in client.scheduler_info()["workers"]]
            client.gather(there)
        began = time.monotonic()
        found = work_out(asked, workers=address, told=told)
        return time.monotonic() - began, found
    finally:
        for host in hosts:
            host.stop()


def compare(accounts: int, days: int, number: int, runs: int) -> dict[str, Any]:
    import dask
    from distributed import LocalCluster

    from abmhub.distribution.shards import work_out
    from abmhub.scoring import past
    from abmhub.scoring.models import TierPolicy

    fill(accounts)
    version = TierPolicy.objects.get().version
    asked = past.shards([(DAY - timedelta(days=back), version) for back in range(days, 0, -1)], number)
    began = time.monotonic()
    alone = work_out(asked)
    serial = time.monotonic() - began
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    dask.config.set({"distributed.scheduler.worker-ttl": f"{SILENT_SECONDS}s"})
    undisturbed, disturbed, found = [], [], [alone]
    with network() as is_apart:
        host = f"{NETWORK}.1" if is_apart else "127.0.0.1"
        with LocalCluster(n_workers=0, host=host, dashboard_address=None, silence_logs=60) as cluster:
            address = cluster.scheduler_address
            hosts = [Host(each, is_apart) for each in range(1, HOSTS + 1)]

            def kill_one(done: int, of: int) -> None:
                if done == of // HOSTS:
                    hosts[0].die()

            for _ in range(runs):
                for times, told in ((undisturbed, lambda done, of: None), (disturbed, kill_one)):
                    seconds, past_found = shared(hosts, address, asked, told)
                    print(f"{'killed' if told is kill_one else 'undisturbed'}: {seconds:.1f} s", file=sys.stderr)
                    times.append(seconds)
                    found.append(past_found)
    return {
        "accounts": accounts,
        "days": days,
        "shards": number,
        "hosts": "network namespaces" if is_apart else "processes",
        "serial_seconds": round(serial, 1),
        "undisturbed_seconds": round(min(undisturbed), 1),
        "one_killed_seconds": round(min(disturbed), 1),
        "one_killed_over_undisturbed": round(min(disturbed) / min(undisturbed), 2),
        "totals_equal": all(each == alone for each in found),
        "moves": alone.moves,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=30_000)
    parser.add_argument("--days", type=int, default=12)
    parser.add_argument("--shards", type=int, default=12)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args()

    with empty_database() as name:
        run(f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0")
        answer = compare(options.accounts, options.days, options.shards, options.runs)
    if options.json:
        print(json.dumps(answer))
    else:
        for name, value in answer.items():
            goal = f"   (goal: at most {GOAL})" if name == "one_killed_over_undisturbed" else ""
            print(f"{name:28} {value:>20}{goal}")
    return 0 if answer["totals_equal"] else 1


if __name__ == "__main__":
    sys.exit(main())
