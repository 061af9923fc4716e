from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client


def test_the_process_says_that_it_lives_without_asking_the_database(
    client: Client, django_assert_num_queries: Any, db: None
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_it_is_ready_when_the_database_answers_and_is_migrated(client: Client, db: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"


def test_it_is_not_ready_while_the_database_is_away(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_connection: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("abmhub.api.health.MigrationExecutor", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "unavailable"
