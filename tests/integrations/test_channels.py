"""Mail and Slack: told of the same news as the pages, each reader once, and never a host that is not Slack's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import RemoteDisconnected
from typing import Any
from urllib.error import URLError

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from slack_sdk.webhook import WebhookResponse

from abmhub.committee.models import Contact
from abmhub.core.models import OutboxMessage
from abmhub.integrations import channels, notices, outbox, sweeps
from abmhub.integrations.models import SlackWebhook
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.actions.addressing import ask_addresses
from abmhub.orders.addresses import token_of
from abmhub.orders.models import AddressRequest, Task
from abmhub.users.models import MailChoice, Notification, User
from tests.orders.conftest import *  # noqa: F403 - an order and its task

URL = "https://hooks.slack.com/services/T1/B2/secret"


@pytest.fixture
def later() -> datetime:
    """After whatever the database believes that it is."""
    return datetime.fromisoformat("2099-01-01T09:00:00Z")


@pytest.fixture
def webhook(db: None) -> SlackWebhook:
    return SlackWebhook.objects.create(name="#deliveries", url=URL, topics=["line.delivered"])


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What Slack was sent: the address and the text. Slack answers what `answers` says next, else that all is well."""
    sent: list[tuple[str, str]] = []

    class Slack:
        def __init__(self, url: str, **_: object) -> None:
            self.url = url

        def send(self, *, text: str) -> WebhookResponse:
            sent.append((self.url, text))
            return WebhookResponse(url=self.url, status_code=200, body="ok", headers={})

    monkeypatch.setattr("abmhub.integrations.channels.WebhookClient", Slack)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("3.5.7.9", 443))])
    return sent


@pytest.fixture
def delivered(claimed: Task, marketer: User, now: datetime) -> Task:
    return actions.deliver(task=claimed, by=marketer, at=now, note="Signed for <by> Dana & Co.")


def sweep_twice(at: datetime) -> None:
    """As a worker that was killed before it could say that it was done."""
    for _ in range(2):
        for message in OutboxMessage.objects.exclude(topic__in=channels.SENDERS):
            notices.write(message)
        OutboxMessage.objects.exclude(topic__in=channels.SENDERS).update(delivered_at=at)
    outbox.sweep_outgoing(at=at)
    outbox.sweep_outgoing(at=at)


def test_a_delivery_reaches_the_rep_on_the_page_by_mail_and_in_slack_once_each(
    delivered: Task, webhook: SlackWebhook, posted: list[tuple[str, str]], rep: User, later: datetime
) -> None:
    sweep_twice(later)

    assert Notification.objects.filter(user=rep, text__contains="is delivered").count() == 1
    letters = [letter for letter in mail.outbox if letter.to == [rep.email]]
    assert len(letters) == 1
    assert "Signed for <by> Dana & Co." in letters[0].body
    assert f"/orders/{delivered.line.order_id}/" in letters[0].body
    [(address, text)] = posted
    assert address == URL
    assert "Signed for &lt;by&gt; Dana &amp; Co." in text


def test_a_letter_that_is_sent_again_has_the_same_name(delivered: Task, later: datetime) -> None:
    """What a worker sent before it was killed is sent again; mailboxes keep one letter of a name."""
    sweep_twice(later)
    OutboxMessage.objects.filter(topic=channels.LETTER).update(delivered_at=None)
    outbox.sweep_outgoing(at=later)

    first, second = (letter.extra_headers["Message-ID"] for letter in mail.outbox)
    assert first == second


@pytest.mark.parametrize("when", ["daily", "never"])
def test_who_chose_another_way_is_not_written_to_at_once(
    delivered: Task, rep: User, later: datetime, when: str
) -> None:
    MailChoice.objects.create(user=rep, when=when)
    sweep_twice(later)

    assert mail.outbox == []
    assert Notification.objects.filter(user=rep).exists(), "the page tells them all the same"


def test_a_digest_comes_once_a_morning_with_what_is_unread(rep: User, now: datetime) -> None:
    MailChoice.objects.create(user=rep, when="daily")
    for number, read_at in enumerate((None, None, now)):
        Notification.objects.create(
            user=rep, key=str(number), text=f"News {number}", path="/", created_at=now, read_at=read_at
        )
    at_five, at_nine = now.replace(hour=5) + timedelta(days=1), now.replace(hour=9) + timedelta(days=1)
    Notification.objects.update(created_at=at_five)

    assert sweeps.write_digests(at=at_five) == 0, "it is night"
    assert sweeps.write_digests(at=at_nine) == 1
    assert sweeps.write_digests(at=at_nine + timedelta(hours=2)) == 0
    OutboxMessage.objects.update(next_attempt_at=at_nine)
    outbox.sweep_outgoing(at=at_nine)
    [letter] = mail.outbox
    assert letter.subject == "2 things to read"
    assert "News 0" in letter.body
    assert "News 2" not in letter.body


def test_slack_that_fails_is_tried_less_and_less_often_and_given_up(
    delivered: Task,
    webhook: SlackWebhook,
    posted: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    later: datetime,
) -> None:
    def refuse(self: Any, *, text: str) -> WebhookResponse:
        return WebhookResponse(url=URL, status_code=503, body="down", headers={})

    monkeypatch.setattr("abmhub.integrations.channels.WebhookClient.send", refuse)
    sweep_twice(later)
    post = OutboxMessage.objects.get(topic=channels.POST)
    assert (post.attempts, post.delivered_at) == (1, None)
    assert post.error == "NotSent: Slack answered 503: down"

    at = later
    while post.next_attempt_at < later + timedelta(days=2):
        at = post.next_attempt_at
        outbox.sweep_outgoing(at=at)
        post.refresh_from_db()
    assert post.attempts == outbox.GIVEN_UP_AFTER
    assert post.delivered_at is None


def post_of(delivered: Task) -> OutboxMessage:
    """The post about what was delivered: told on the pages, and not yet sent."""
    for message in OutboxMessage.objects.exclude(topic__in=channels.SENDERS):
        notices.write(message)
    return OutboxMessage.objects.get(topic=channels.POST)


class Killed(BaseException):
    """As a worker is that the system ends: nothing catches it."""


@pytest.fixture
def slack_that(monkeypatch: pytest.MonkeyPatch, posted: list[tuple[str, str]]) -> Callable[[BaseException], None]:
    """Takes the next post, and then this happens to whoever sent it; afterwards all is well again."""

    def slack_that(what: BaseException) -> None:
        well = vars(channels)["WebhookClient"].send

        def send(self: Any, *, text: str) -> WebhookResponse:
            monkeypatch.setattr("abmhub.integrations.channels.WebhookClient.send", well)
            well(self, text=text)
            raise what

        monkeypatch.setattr("abmhub.integrations.channels.WebhookClient.send", send)

    return slack_that


def test_a_post_of_a_killed_worker_is_repeated_after_a_while_and_says_so(
    delivered: Task,
    webhook: SlackWebhook,
    posted: list[tuple[str, str]],
    slack_that: Callable[[BaseException], None],
    later: datetime,
) -> None:
    post = post_of(delivered)
    slack_that(Killed())
    with pytest.raises(Killed):
        outbox.sweep_outgoing(at=later)
    outbox.sweep_outgoing(at=later + outbox.LEASE - timedelta(seconds=1))
    assert len(posted) == 1, "it may be that the worker is still at it"

    outbox.sweep_outgoing(at=later + outbox.LEASE)
    outbox.sweep_outgoing(at=later + timedelta(days=1))
    [(_, first), (_, second)] = posted
    assert second == first + channels.AGAIN
    post.refresh_from_db()
    assert (post.delivered_at, post.begun_at) == (later + outbox.LEASE, None)


@pytest.mark.parametrize(
    ("what", "may_be_there"),
    [
        pytest.param(URLError("no route"), False, id="not-reached"),
        pytest.param(channels.NotSent("no"), False, id="refused"),
        pytest.param(ConnectionResetError(), True, id="cut-off"),
        pytest.param(TimeoutError(), True, id="no-answer"),
    ],
)
def test_only_what_may_be_there_says_that_it_is_a_repetition(
    delivered: Task,
    webhook: SlackWebhook,
    posted: list[tuple[str, str]],
    slack_that: Callable[[BaseException], None],
    later: datetime,
    what: BaseException,
    may_be_there: bool,
) -> None:
    post = post_of(delivered)
    slack_that(what)
    outbox.sweep_outgoing(at=later)
    # What once may have arrived may have for good, whatever comes then.
    slack_that(channels.NotSent("no"))
    outbox.sweep_outgoing(at=later + timedelta(hours=1))
    outbox.sweep_outgoing(at=later + timedelta(hours=2))

    assert [channels.AGAIN in text for _, text in posted] == [False, may_be_there, may_be_there]
    post.refresh_from_db()
    assert post.delivered_at == later + timedelta(hours=2)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_an_answer_that_may_mean_both_counts_as_perhaps_sent(
    delivered: Task,
    webhook: SlackWebhook,
    posted: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    later: datetime,
    status: int,
) -> None:
    answer = WebhookResponse(url=URL, status_code=status, body="", headers={})
    monkeypatch.setattr("abmhub.integrations.channels.WebhookClient.send", lambda *_, **__: answer)
    post = post_of(delivered)
    outbox.sweep_outgoing(at=later)
    post.refresh_from_db()
    assert post.begun_at == later


def test_the_library_posts_nothing_again_by_itself(
    delivered: Task, webhook: SlackWebhook, monkeypatch: pytest.MonkeyPatch, later: datetime
) -> None:
    """Its own handlers would send what was cut off a second time, and nobody would know."""
    asked: list[object] = []

    def cut_off(*_: object, **__: object) -> WebhookResponse:
        asked.append(1)
        raise RemoteDisconnected("cut off")

    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("3.5.7.9", 443))])
    monkeypatch.setattr("slack_sdk.webhook.WebhookClient._perform_http_request_internal", cut_off)
    post_of(delivered)
    outbox.sweep_outgoing(at=later)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://hooks.slack.com/services/x", id="not-encrypted"),
        pytest.param("https://169.254.169.254/latest", id="metadata"),
        pytest.param("https://localhost/services/x", id="ourselves"),
        pytest.param("https://hooks.slack.com.evil.example/x", id="lookalike"),
        pytest.param("https://hooks.slack.com@10.0.0.1/x", id="user-part"),
        pytest.param("https://hooks.slack.com:8443/x", id="port"),
        pytest.param("https://hooks.slack.com\\@10.0.0.1/x", id="backslash"),
        pytest.param("", id="none"),
    ],
)
def test_no_other_host_is_asked(
    delivered: Task, webhook: SlackWebhook, posted: list[tuple[str, str]], later: datetime, url: str
) -> None:
    webhook.url = url
    with pytest.raises(ValidationError):
        webhook.clean()
    webhook.save()
    sweep_twice(later)

    assert posted == []


def test_a_name_server_cannot_lead_it_into_a_private_network(
    delivered: Task,
    webhook: SlackWebhook,
    posted: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    later: datetime,
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("10.0.0.7", 443))])
    sweep_twice(later)

    assert posted == []
    assert "not public" in OutboxMessage.objects.get(topic=channels.POST).error


@pytest.fixture
def asked(claimed: Task, tactic: Tactic, marketer: User, now: datetime) -> AddressRequest:
    Tactic.objects.filter(pk=tactic.pk).update(ships=True)
    ask_addresses(task=claimed, by=marketer, at=now)
    return AddressRequest.objects.get(task=claimed)


def test_a_recipient_is_sent_the_link_that_stands(
    asked: AddressRequest, claimed: Task, marketer: User, now: datetime, later: datetime
) -> None:
    ask_addresses(task=claimed, by=marketer, at=now)
    sweep_twice(later)

    [letter] = [each for each in mail.outbox if each.subject == "Where may we send it?"]
    asked.refresh_from_db()
    assert letter.to == ["dana@acme.example"]
    assert token_of(asked) in letter.body


def test_who_opted_out_is_not_written_to(asked: AddressRequest, now: datetime, later: datetime) -> None:
    Contact.objects.filter(pk=asked.recipient.contact_id).update(opted_out_at=now)
    sweep_twice(later)

    assert [each for each in mail.outbox if each.to == ["dana@acme.example"]] == []
