"""Snapshots in the admin: to look at."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.funnel.actions import snapshot
from abmhub.users.models import User


@pytest.mark.parametrize(("model", "rows"), [("funnelsnapshot", 10), ("dealsnapshot", 3)])
def test_every_list_opens(admin: User, model: str, rows: int) -> None:
    snapshot(on=date(2026, 3, 4))
    browser = Client()
    browser.force_login(admin)
    answer = browser.get(reverse(f"admin:funnel_{model}_changelist"))
    assert answer.status_code == 200
    assert answer.context["cl"].result_count == rows
    assert browser.get(reverse(f"admin:funnel_{model}_add")).status_code == 403
