"""Three hosts and a database server, each with a network of its own: who runs the night is cut off, twice.

Runs within a network namespace that is all its own: `unshare --net python -m tests.nightly.hosts DUMP FOLDER`. Ends
with one line of JSON: the seconds from each cut until another host had taken over.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from abmhub.embedded import postgres
from abmhub.embedded.processes import die_with_parent

PORT = 5432
HOW = ("at rest", "at work", "to the end")
"""How each host in turn is when it is cut off."""


def call(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def serve(stack: ExitStack, dump: Path, folder: Path) -> None:
    """A PostgreSQL that listens to the network, with what was dumped."""
    data = folder / "cluster"
    call(*postgres.rootless(), postgres.binary("initdb"), "-D", str(data), "-U", "abmhub", "-A", "trust", "--no-sync",
         *postgres.LOCALE)  # fmt: skip
    with (data / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 10.77.0.0/16 trust\n")
    command = [*postgres.rootless(), postgres.binary("postgres"), "-D", str(data), "-c", "listen_addresses=*",
               "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]  # fmt: skip
    with (folder / "log").open("w") as log:
        server = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent))
    stack.callback(server.send_signal, 2)
    here = ("-h", str(folder), "-U", "abmhub")
    while subprocess.run([postgres.binary("pg_isready"), *here], stdout=subprocess.DEVNULL, check=False).returncode:
        time.sleep(0.05)
    call(postgres.binary("createdb"), *here, "abmhub")
    call(postgres.binary("pg_restore"), *here, "-d", "abmhub", "--no-owner", "--no-acl", "-j", "2", str(dump))


class Host:
    """A worker in a network of its own, joined with the server's by one link."""

    def __init__(self, stack: ExitStack, number: int, how: str) -> None:
        self.link, self.ours, self.theirs = f"host{number}", f"10.77.{number}.1", f"10.77.{number}.2"
        self.worker = stack.enter_context(
            subprocess.Popen(
                ["unshare", "--net", sys.executable, "-m", "tests.nightly.standing_by", how],
                env={**os.environ, "DATABASE_URL": f"postgres://abmhub@{self.ours}:{PORT}/abmhub"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                preexec_fn=die_with_parent,
            )
        )
        stack.callback(self.worker.kill)

    def join(self) -> None:
        pid, inside = str(self.worker.pid), ("nsenter", "--net", "--target", str(self.worker.pid))
        while Path(f"/proc/{pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink():
            time.sleep(0.01)
        call("ip", "link", "add", self.link, "type", "veth", "peer", "name", "uplink", "netns", pid)
        call("ip", "address", "add", f"{self.ours}/24", "dev", self.link)
        call("ip", "link", "set", self.link, "up")
        call(*inside, "ip", "address", "add", f"{self.theirs}/24", "dev", "uplink")
        call(*inside, "ip", "link", "set", "uplink", "up")
        assert self.worker.stdin is not None
        self.worker.stdin.write("go\n")
        self.worker.stdin.flush()
        self.wait_for("ready")

    def cut_off(self) -> float:
        """Nothing gets through any more, and nobody is told. Returns when."""
        call("ip", "link", "set", self.link, "down")
        return time.monotonic()

    def wait_for(self, word: str) -> float:
        """Returns when the worker says it."""
        assert self.worker.stdout is not None
        for line in self.worker.stdout:
            if line == f"{word}\n":
                return time.monotonic()
        raise SystemExit(f"A worker ended before it was {word}.")


def main(dump: Path, folder: Path) -> None:
    with ExitStack() as stack:
        call("ip", "link", "set", "lo", "up")
        hosts = [Host(stack, number, how) for number, how in enumerate(HOW)]
        serve(stack, dump, folder)
        first, second, third = hosts
        first.join()
        first.wait_for("written")
        second.join()
        second.wait_for("standing by")
        cut_at = first.cut_off()
        seconds = [second.wait_for("written") - cut_at]
        third.join()
        third.wait_for("standing by")
        cut_at = second.cut_off()
        seconds.append(third.wait_for("published") - cut_at)
        shown = subprocess.run(
            [postgres.binary("psql"), "-h", str(folder), "-U", "abmhub", "-At", "-c",
             "SELECT status, attempts, (SELECT count(*) FROM accounts_standing WHERE tier_id = 3) FROM core_run"],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        answer = {"seconds": seconds, "ledger": shown.stdout.strip()}
    print(json.dumps(answer))  # noqa: T201 - that is how the test knows


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
