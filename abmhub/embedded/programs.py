"""The application's own processes, by the same commands as in docker-compose.yml."""

import sys

from abmhub.embedded.home import Home
from abmhub.embedded.processes import Program

THREADS = 8
"""Requests that one web process answers at a time; each may need a database connection of the pool."""

WEB = (
    "granian", "--interface", "wsgi", "abmhub.wsgi:application",
    "--workers", "2", "--blocking-threads", str(THREADS), "--backpressure", "64",
    "--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-ws",
)  # fmt: skip
WORKER = ("celery", "-A", "abmhub", "worker", "--concurrency", "2", "--without-gossip", "--without-mingle")
BEAT = ("celery", "-A", "abmhub", "beat", "--pidfile=")


def programs(home: Home, *, port: int) -> list[Program]:
    """Web server, worker and beat, in the order in which they are started and stopped."""
    environment = {"ABMHUB_HOME": str(home.path), "PYTHONUNBUFFERED": "1"}
    logs = home.folder("logs")

    def python(*command: str) -> list[str]:
        return [sys.executable, "-m", *command]

    return [
        Program(
            name="web server",
            command=python(*WEB, "--host", "127.0.0.1", "--port", str(port)),
            log=logs / "web.log",
            environment={"ABMHUB_DATABASE_POOL": str(THREADS), **environment},
        ),
        # It may be amid a job; what it does not finish in time is rolled back and done again.
        Program(name="worker", command=python(*WORKER), log=logs / "worker.log", environment=environment),
        Program(name="beat", command=python(*BEAT), log=logs / "beat.log", environment=environment),
    ]
