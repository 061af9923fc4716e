"""Event types, factors and providers in the admin; signals are only read there."""

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.signals.models import EngagementEvent, IntentProvider
from abmhub.users.models import User
from tests.signals.conftest import Did, Read
from tests.signals.test_engagement import TODAY
from tests.signals.test_intent import THIS_WEEK


@pytest.fixture
def browser(admin: User) -> Client:
    browser = Client()
    browser.force_login(admin)
    return browser


@pytest.mark.parametrize(
    "model", ["eventtype", "contactfactor", "intentprovider", "topic", "engagementevent", "intentobservation"]
)
def test_every_list_opens(browser: Client, quiet_account: Account, did: Did, read: Read, model: str) -> None:
    did(quiet_account, "meeting", TODAY)
    read(quiet_account, THIS_WEEK, 70)
    answer = browser.get(reverse(f"admin:signals_{model}_changelist"))
    assert answer.status_code == 200
    assert answer.context["cl"].result_count >= 1


def test_an_unlawful_source_is_refused_with_a_sentence(browser: Client) -> None:
    url = reverse("admin:signals_intentprovider_add")
    bidstream = {"name": "Bidstream", "code": "bid", "lawful_basis": "none", "is_scored": "on", "due_every_days": "14"}
    answer = browser.post(url, bidstream)
    assert "A source without a lawful basis cannot be used for scoring" in answer.content.decode()
    del bidstream["is_scored"]
    assert browser.post(url, bidstream).status_code == 302
    assert not IntentProvider.objects.get(code="bid").is_scored


def test_events_are_found_by_the_beginning_of_the_account_and_never_edited(
    browser: Client, quiet_account: Account, account: Account, did: Did
) -> None:
    event = did(quiet_account, "meeting", TODAY)
    did(account, "meeting", TODAY)
    found = browser.get(reverse("admin:signals_engagementevent_changelist"), {"q": "qui"})
    assert list(found.context["cl"].result_list) == [event]
    page = reverse("admin:signals_engagementevent_change", args=[event.pk])
    assert browser.post(page, {"detail": "Other"}).status_code == 403
    delete = reverse("admin:signals_engagementevent_delete", args=[event.pk])
    assert browser.post(delete, {"post": "yes"}).status_code == 302
    assert not EngagementEvent.objects.filter(pk=event.pk).exists()
