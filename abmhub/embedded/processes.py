"""Child processes that end with their parent, however it ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from abmhub.embedded.home import PROJECT

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1

LONGEST_LOG_BYTES = 10_000_000
LONGEST_PAUSE_SECONDS = 30.0


def die_with_parent(signal_number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process a signal when the thread that made it ends, even by kill -9."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)


@dataclass(frozen=True)
class Program:
    """What to run, and how it likes to be stopped."""

    name: str
    command: Sequence[str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience_seconds: float = 10.0
    environment: Mapping[str, str] = field(default_factory=dict)
    stdin: str = ""


class Child:
    """One running Program, restarted when it dies."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._started_at = 0.0
        self._not_before = 0.0

    def start(self) -> None:
        """Start the program in a process group of its own, so that a Ctrl-C reaches only the supervisor."""
        program, parent = self.program, os.getpid()

        def before_exec() -> None:
            die_with_parent(program.stop_signal)
            if os.getppid() != parent:
                os._exit(1)

        with open_log(program.log) as log:
            self.process = subprocess.Popen(
                program.command,
                stdin=subprocess.PIPE if program.stdin else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **program.environment},
                process_group=0,
                cwd=PROJECT,
                # Safe: keeper and supervisor have one thread.
                preexec_fn=before_exec,
            )
        if self.process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.write(program.stdin.encode())
                self.process.stdin.close()
        self._started_at = time.monotonic()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self) -> bool:
        """Start the program again if it has died, later and later when it keeps dying. True when started."""
        if self.running or time.monotonic() < self._not_before:
            return False
        self.kill_group()
        if time.monotonic() - self._started_at > LONGEST_PAUSE_SECONDS:
            self._deaths = 0
        pause = min(0.5 * 2**self._deaths, LONGEST_PAUSE_SECONDS)
        self._deaths += 1
        self.start()
        self._not_before = time.monotonic() + pause
        return True

    def ask_to_stop(self) -> None:
        if self.process is not None and self.running:
            self.process.send_signal(self.program.stop_signal)

    def stop(self) -> None:
        """Stop the program and whatever it started; by force when its patience is over."""
        if self.process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.program.patience_seconds)
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        """End what a dead or stubborn program left behind: a pool process would keep its port or its job."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def open_log(path: Path) -> BinaryIO:
    """A log file to append to; begun anew when it has become long."""
    long = path.exists() and path.stat().st_size > LONGEST_LOG_BYTES
    return path.open("wb" if long else "ab")
