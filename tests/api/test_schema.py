"""The description of the API, and the API against it."""

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from abmhub.accounts.models import Account
from abmhub.users.models import User
from tests.api.conftest import SignIn


@pytest.fixture
def document(tmp_path: Any) -> Any:
    path = tmp_path / "openapi.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(path))
    return json.loads(path.read_text())


def test_every_operation_documents_each_error_it_gives_in_the_one_format(document: Any) -> None:
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        if path.startswith("/api/v1/")
        for method, operation in methods.items()
    ]
    assert len(operations) >= 9
    for method, path, operation in operations:
        documented = set(operation["responses"])
        assert {"401", "405", "406"} <= documented, (method, path)
        if "{id}" in path:
            assert "404" in documented, (method, path)
        if method == "post":
            assert {"403", "409"} <= documented, (method, path)


def test_errors_have_one_shape(api_as: SignIn, rep: User, account: Account) -> None:
    client = api_as(rep)
    answers = [
        client.get("/api/v1/accounts/999999/"),
        client.get("/api/v1/accounts/?tier=high"),
        client.put("/api/v1/accounts/", {}, format="json"),
        client.post("/api/v1/orders/", "{", content_type="application/json"),
        client.post("/api/v1/orders/", {}, format="json"),
    ]
    assert [answer.status_code for answer in answers] == [404, 400, 405, 400, 400]
    for answer in answers:
        body = answer.json()
        assert set(body) == {"type", "errors"}
        assert all(set(error) == {"code", "detail", "attr"} for error in body["errors"])


def test_nobody_reads_the_api_without_signing_in(client: Client, db: None) -> None:
    for path in ("/api/v1/accounts/", "/api/v1/orders/", "/api/v1/tasks/", "/api/openapi.json"):
        assert client.get(path).status_code == 401, path


def test_a_token_signs_in_a_program(client: Client, rep: User, account: Account) -> None:
    from rest_framework.authtoken.models import Token

    token = Token.objects.create(user=rep)
    answer = client.get("/api/v1/accounts/", headers={"Authorization": f"Bearer {token.key}"})
    assert answer.json()["results"][0]["name"] == "Acme Robotics"
