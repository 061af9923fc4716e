"""Event types, factors and providers in the admin; signals are only read there."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import TimeMachineFixture

from abmhub.accounts.models import Account
from abmhub.committee.models import BuyingRole
from abmhub.signals.models import (
    EngagementEvent,
    EventType,
    IntentProvider,
    Retention,
    Topic,
    TopicCluster,
    UnplacedEvent,
    UnplacedObservation,
)
from abmhub.users.models import User
from tests.signals.conftest import Did, Read
from tests.signals.test_engagement import TODAY
from tests.signals.test_intent import THIS_WEEK, weeks_ago

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def browser(admin: User) -> Client:
    browser = Client()
    browser.force_login(admin)
    return browser


@pytest.mark.parametrize(
    "model",
    [
        "eventtype",
        "contactfactor",
        "intentprovider",
        "topic",
        "topiccluster",
        "engagementevent",
        "intentobservation",
        "unplacedevent",
        "unplacedobservation",
        "retention",
    ],
)
def test_every_list_opens(browser: Client, quiet_account: Account, did: Did, read: Read, model: str) -> None:
    did(quiet_account, "meeting", TODAY)
    seen = read(quiet_account, THIS_WEEK, 70)
    TopicCluster.objects.create(code="cloud", name="Cloud")
    UnplacedEvent.objects.create(
        domain="x.example",
        event_type=EventType.objects.get(code="meeting"),
        occurred_at=NOON,
        source="x",
        external_id="1",
    )
    UnplacedObservation.objects.create(
        domain="x.example", provider=seen.provider, topic=seen.topic, week_on=THIS_WEEK, level=9
    )
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


def test_fewer_months_than_scores_read_are_refused_with_a_sentence(browser: Client) -> None:
    page = reverse("admin:signals_retention_change", args=[1])
    answer = browser.post(page, {"event_months": "12", "intent_months": "2"}).content.decode()
    assert "Keep at least 56 months: “" in answer
    assert "Keep at least 5 months: intent is compared with the 12 weeks before." in answer
    assert browser.post(page, {"event_months": "56", "intent_months": ""}).status_code == 302
    kept = Retention.objects.get()
    assert (kept.event_months, kept.intent_months) == (56, None)
    assert browser.get(reverse("admin:signals_retention_add")).status_code == 403
    assert browser.post(reverse("admin:signals_retention_delete", args=[1])).status_code == 403


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


def test_a_topic_and_its_cluster_tell_how_many_accounts_surge(
    browser: Client,
    quiet_account: Account,
    account: Account,
    read: Read,
    topic: Topic,
    now: datetime,
    time_machine: TimeMachineFixture,
) -> None:
    time_machine.move_to(now, tick=False)
    cluster = TopicCluster.objects.create(code="cloud", name="Cloud")
    other = Topic.objects.create(name="Cloud cost", cluster=cluster)
    Topic.objects.filter(pk=topic.pk).update(cluster=cluster)
    for surging, levels, of in (
        (quiet_account, [70] * 3 + [10] * 12, topic),
        (quiet_account, [70] * 3 + [10] * 12, other),
        (account, [60] * 3 + [10] * 12, other),
        (account, [60] * 15, topic),
    ):
        for weeks, level in enumerate(levels):
            read(surging, weeks_ago(weeks), level, of=of)
    for row, count in ((topic, 1), (other, 2), (cluster, 2)):
        page = browser.get(reverse(f"admin:signals_{row._meta.model_name}_change", args=[row.pk])).content.decode()
        assert f'<div class="readonly">{count}</div>' in page
    assert browser.get(reverse("admin:signals_topic_add")).status_code == 200


def test_a_factor_for_both_or_neither_is_refused_with_a_sentence(browser: Client) -> None:
    url, role = reverse("admin:signals_contactfactor_add"), BuyingRole.objects.create(code="sponsor", name="Sponsor")
    for wish in ({"seniority": "vp", "buying_role": role.pk}, {"seniority": "", "buying_role": ""}):
        answer = browser.post(url, {"percent": "150", **wish})
        assert "Choose a seniority or a buying role, one of the two." in answer.content.decode()
    assert browser.post(url, {"percent": "150", "seniority": "", "buying_role": role.pk}).status_code == 302
