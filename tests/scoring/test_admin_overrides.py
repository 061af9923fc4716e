"""The registers of overrides and appeals in the admin."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from abmhub.accounts.models import Account, Tier
from abmhub.scoring.actions import appeal_tier, decide_appeal, override_tier
from abmhub.scoring.models import TierAppeal, TierOverride
from abmhub.users.models import User


@pytest.fixture
def browser(admin: User) -> Client:
    browser = Client()
    browser.force_login(admin)
    return browser


@pytest.fixture
def override(account: Account, admin: User) -> TierOverride:
    at = timezone.now()
    return override_tier(
        account=account,
        tier=Tier.objects.get(level=3),
        reason="A pilot.",
        expires_on=at.date() + timedelta(days=20),
        by=admin,
        at=at,
    )


def test_overrides_are_read_and_ended_once(browser: Client, override: TierOverride) -> None:
    path = reverse("admin:scoring_tieroverride_changelist")
    assert "A pilot." in browser.get(path, {"holds": "yes"}).content.decode()
    assert "A pilot." not in browser.get(path, {"holds": "no"}).content.decode()
    page = browser.get(reverse("admin:scoring_tieroverride_change", args=[override.pk])).content.decode()
    assert "Holds" in page
    said = browser.post(path, {"action": "end", "_selected_action": [override.pk]}, follow=True)
    assert [str(each) for each in said.context["messages"]] == ["Given back to the rules: 1."]
    override.refresh_from_db()
    assert override.ended_at is not None
    again = browser.post(path, {"action": "end", "_selected_action": [override.pk]}, follow=True)
    assert [str(each) for each in again.context["messages"]] == ["Acme Robotics: This override holds no more."]
    assert "Ended by Ada Stone" in browser.get(path, {"holds": "no"}).content.decode()


def test_appeals_are_read_and_lead_to_the_answer(browser: Client, account: Account, rep: User, admin: User) -> None:
    appeal = appeal_tier(account=account, tier=None, reason="They left.", by=rep, at=timezone.now())
    path = reverse("admin:scoring_tierappeal_changelist")
    waiting = browser.get(path, {"answered": "no"}).content.decode()
    assert "They left." in waiting
    assert reverse("appeal-list") in waiting
    decide_appeal(appeal=appeal, granted=False, answer="They came back.", by=admin, at=timezone.now())
    assert "They left." not in browser.get(path, {"answered": "no"}).content.decode()
    assert "They left." not in browser.get(path, {"answered": "granted"}).content.decode()
    assert "Declined by Ada Stone" in browser.get(path, {"answered": "declined"}).content.decode()
    assert browser.get(reverse("admin:scoring_tierappeal_change", args=[appeal.pk])).status_code == 200
    assert TierAppeal.objects.count() == 1
