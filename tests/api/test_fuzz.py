"""Requests that nobody would think of, made from the API's own document, and the answers held to it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from rest_framework.authtoken.models import Token
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders.actions import LineRequest, place_order
from abmhub.orders.models import Task
from abmhub.users.models import User
from abmhub.wsgi import application

pytestmark = pytest.mark.long

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests end without closing the connection, which holds the transaction of the test; as Django's client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def signed_in(admin: User) -> dict[str, str]:
    """A program with a token; it asks for plain answers, since nothing unpacks them here."""
    return {"Authorization": f"Bearer {Token.objects.create(user=admin).key}", "Accept-Encoding": "identity"}


@pytest.fixture
def task(
    rep: User, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, now: datetime
) -> Task:
    """Something to find, claim and deliver."""
    order = place_order(
        account=account,
        by=rep,
        at=now,
        lines=[LineRequest(tactic.pk, [contact.pk for contact in contacts])],
        idempotency_key=uuid4(),
    )
    return Task.objects.get(line__order=order)


@pytest.fixture
def document(signed_in: dict[str, str], task: Task) -> Any:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", application, headers=signed_in)


def test_every_answer_is_as_documented(document: Any, signed_in: dict[str, str]) -> None:
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) >= 9
    for operation in operations:

        @settings(max_examples=15, derandomize=True, database=None, deadline=None, suppress_health_check=HealthCheck)
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(headers=signed_in, checks=CHECKS)

        ask()
