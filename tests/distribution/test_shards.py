"""Shards that workers of a Dask scheduler share."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from abmhub.accounts.models import Account
from abmhub.distribution import shards
from abmhub.distribution.shards import NoWorkers, number_of_shards, work_out
from abmhub.scoring import past
from tests.distribution.conftest import DAYS

POLICIES = [(day, 1) for day in DAYS]


@pytest.fixture
def cluster(told_of_the_database: None) -> Iterator[Any]:
    """A scheduler, and two workers that are processes of their own."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=False
    ) as made:
        yield made


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_workers_find_what_one_process_finds_though_one_is_killed(company: list[Account], cluster: Any) -> None:
    address = cluster.scheduler_address
    assert number_of_shards(address) == 8
    asked = past.shards(POLICIES[:2], 4)
    alone = work_out(asked)
    killed: list[Any] = []

    def kill_one(done: int, of: int) -> None:
        if not killed:
            process = next(iter(cluster.workers.values())).process.process
            process.kill()
            killed.append(process)

    assert alone.moves > 0
    assert work_out(asked, workers=address, told=kill_one) == alone
    assert killed


@pytest.mark.django_db
def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoWorkers, match=r"pip install -r requirements-distributed.txt"):
        number_of_shards("tcp://127.0.0.1:8786")
    assert number_of_shards("") == 1


@pytest.mark.django_db
def test_without_a_scheduler_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "PATIENCE_SECONDS", 1)
    with pytest.raises(NoWorkers, match=r"No Dask scheduler answers at tcp://127.0.0.1:1"):
        work_out([], workers="tcp://127.0.0.1:1")


@pytest.mark.django_db
def test_many_accounts_are_divided_by_itself(company: list[Account], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "ACCOUNTS_AT_ONCE", 5)
    assert number_of_shards("") == 3
    done: list[tuple[int, int]] = []
    work_out(past.shards(POLICIES, 3), told=lambda *told: done.append(told))
    assert done == [(1, 3), (2, 3), (3, 3)]
