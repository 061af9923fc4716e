"""Shards worked out one after the other here, or at once by the workers of a Dask scheduler: the sums are the same.

A shard is a question that reads and writes nothing, so whoever dies over it has done no harm: another is asked. Dask
is an extra (requirements-distributed.txt); nothing else knows it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from abmhub.accounts.models import Account
from abmhub.core.refusals import Refused
from abmhub.distribution import there
from abmhub.scoring import past
from abmhub.scoring.shard import Found, Past, Shard

PATIENCE_SECONDS = 20
"""How long a scheduler may take to answer, and its first worker to be there."""

ACCOUNTS_AT_ONCE = 200_000
"""The most accounts of a shard, unless told otherwise: what it keeps meanwhile fits in some 2 GB of temporary files."""

SHARDS_A_WORKER = 4
"""So that a worker that dies takes little of the work with it, and a slow one is not waited for by all others."""

Told = Callable[[int, int], None]
"""Called with how many shards are done, and of how many."""


class NoWorkers(Refused):
    """The shards cannot be given to others."""


def number_of_shards(workers: str) -> int:
    """Into how many parts the accounts are divided unless told otherwise."""
    least = 1 + Account.objects.count() // ACCOUNTS_AT_ONCE
    if not workers:
        return least
    with _client(workers) as client:
        return max(least, SHARDS_A_WORKER * len(client.scheduler_info(n_workers=-1)["workers"]))


def work_out(shards: Sequence[Shard], *, workers: str = "", told: Told = lambda done, of: None) -> Past:
    """What the nights of the days of the shards find among all accounts.

    `workers` is the address of a Dask scheduler; without one all is done in this process. Raises NoWorkers when
    nobody answers there.
    """
    parts = _by_others(shards, workers) if workers else map(past.judge, shards)
    return Past.merged(_counted(parts, len(shards), told))


def _counted(parts: Any, number: int, told: Told) -> Iterator[list[Found]]:
    for done, part in enumerate(parts, 1):
        told(done, number)
        yield part


def _by_others(shards: Sequence[Shard], workers: str) -> Iterator[list[Found]]:
    with _client(workers) as client:
        # Not pure: tomorrow the same question has another answer.
        futures = client.map(there.judge, shards, pure=False)
        for future in _dask().as_completed(futures, loop=client.loop):
            yield future.result()


@contextmanager
def _client(workers: str) -> Iterator[Any]:
    try:
        client = _dask().Client(workers, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError):
        raise NoWorkers(f"No Dask scheduler answers at {workers}: start it, or leave the workers out.") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
        except TimeoutError:
            raise NoWorkers(f"The scheduler at {workers} has no worker: start one, or leave the workers out.") from None
        yield client


def _dask() -> Any:
    try:
        return import_module("distributed")
    except ImportError:
        raise NoWorkers(
            "Dask is not installed: `pip install -r requirements-distributed.txt`, or leave the workers out."
        ) from None
