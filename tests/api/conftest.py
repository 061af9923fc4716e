"""Signed-in clients of the API."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from abmhub.users.models import User

SignIn = Callable[[User], APIClient]


@pytest.fixture
def api_as(db: None) -> SignIn:
    def sign_in(user: User) -> APIClient:
        client = APIClient()
        client.force_login(user)
        return client

    return sign_in
