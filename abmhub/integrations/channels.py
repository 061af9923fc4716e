"""Mail and Slack: what goes there of what people are told, as messages of the outbox of their own.

The pages come first, and wait for nobody: a message that leaves the house is written in the transaction that told
people on the page, and sent by a job of its own. Its key says whom it is for and what it is about, so that it
exists once; what was sent is marked. A worker that is killed between the two sends again: a letter then has the same
Message-ID, of which mailboxes keep one. Slack keeps every post, so that an attempt is written down before it: what
is known to have failed is posted again as if for the first time, and of what may be there the post says so.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from slack_sdk.webhook import WebhookClient

from abmhub.core.models import Installation, OutboxMessage
from abmhub.integrations.models import SlackWebhook
from abmhub.metrics.report import report_of
from abmhub.orders.addresses import token_of
from abmhub.orders.models import AddressRequest
from abmhub.users.models import MailChoice, Notification, User
from abmhub.users.verbs import may

When = MailChoice.When
LETTER, DIGEST, POST, ADDRESS = "mail.letter", "mail.digest", "slack.post", "address.asked"
REPORT, SEE_SPEND = "mail.report", "metrics.see_spend"
MAILED = frozenset(
    {
        "approval.asked",
        "approval.decided",
        "approval.escalated",
        "line.delivered",
        "line.cancelled",
        "play.stopped",
        "task.waiting",
        "comment.made",
        "follow-up.missed",
    }
)
"""Of what mail is written at once; everything stands in a digest."""
SECONDS = 5
UNCERTAIN = frozenset({500, 502, 504})
"""After such answers of Slack a post may be there all the same."""
AGAIN = " _(You may have read this already: we were cut off while we posted it.)_"


class NotSent(Exception):
    """The other side did not take it; it is tried again later."""


class PerhapsSent(Exception):
    """Nobody knows whether the other side took it; it is tried again later, and says so."""


def pass_on(notices: Iterable[Notification], *, topic: str, key: str) -> None:
    """Write what mail and Slack are to be told of what people just read. A second time changes nothing."""
    notices = list(notices)
    if not notices:
        return
    letters = _letters(notices, key) if topic in MAILED else ()
    outgoing = [*letters, *_posts(notices[0], topic, key)]
    OutboxMessage.objects.bulk_create(outgoing, ignore_conflicts=True)


def _letters(notices: list[Notification], key: str) -> Iterable[OutboxMessage]:
    people = [notice.user_id for notice in notices]
    later = set(MailChoice.objects.filter(user__in=people).exclude(when=When.AT_ONCE).values_list("user", flat=True))
    for notice in notices:
        if notice.user_id not in later:
            payload = {"user": notice.user_id, "text": notice.text, "path": notice.path}
            yield OutboxMessage(topic=LETTER, key=_key(LETTER, notice.user_id, key), payload=payload)


def _posts(notice: Notification, topic: str, key: str) -> Iterable[OutboxMessage]:
    for webhook in SlackWebhook.objects.filter(is_active=True, topics__contains=[topic]):
        payload = {"webhook": webhook.pk, "text": notice.text, "path": notice.path}
        yield OutboxMessage(topic=POST, key=_key(POST, webhook.pk, key), payload=payload)


def _key(topic: str, to: int, key: str) -> str:
    """Short whatever the key of the news is."""
    return f"{topic}/{to}/{sha256(key.encode()).hexdigest()[:40]}"


def send(message: OutboxMessage) -> None:
    """Send a message to where it belongs; nothing when nobody wants it any more. Raises NotSent, or as mail does."""
    SENDERS[message.topic](message)


def _send_letter(message: OutboxMessage) -> None:
    user = User.objects.filter(pk=message.payload["user"], is_active=True).first()
    if user is not None and user.email:
        link = f"{settings.ABMHUB_URL}{message.payload['path']}"
        text = render_to_string("mail/letter.txt", {"user": user, "text": message.payload["text"], "link": link})
        _mail(message, user.email, subject=message.payload["text"], text=text)


def _send_digest(message: OutboxMessage) -> None:
    user = User.objects.filter(pk=message.payload["user"], is_active=True).first()
    since = datetime.fromisoformat(message.payload["since"])
    if user is None or not user.email:
        return
    news = list(user.notifications.unread().filter(created_at__gt=since).order_by("created_at", "pk")[:50])
    if news:
        context = {"user": user, "news": news, "site": settings.ABMHUB_URL}
        count = "1 thing" if len(news) == 1 else f"{len(news)} things"
        _mail(message, user.email, subject=f"{count} to read", text=render_to_string("mail/digest.txt", context))


def _send_address_link(message: OutboxMessage) -> None:
    """To the recipient, if the link still stands and they may be written to."""
    asked = AddressRequest.objects.filter(pk=message.payload["request"]).select_related("recipient__contact").first()
    if asked is None or str(asked.nonce) != message.payload["nonce"] or asked.confirmed_at is not None:
        return
    contact = asked.recipient.contact
    if not contact.email or contact.unreachable_reason_in("email", "email"):
        return
    company = Installation.objects.values_list("company_name", flat=True).first()
    link = f"{settings.ABMHUB_URL}{reverse('address-confirm', args=[asked.pk, token_of(asked)])}"
    context = {"contact": contact, "company": company, "link": link, "asked": asked}
    _mail(message, contact.email, subject="Where may we send it?", text=render_to_string("mail/address.txt", context))


def _send_report(message: OutboxMessage) -> None:
    """Drawn as it is sent, with what the reader may know then."""
    from abmhub.metrics.paper import printed  # the library is slow to load, and few workers need it

    user = User.objects.filter(pk=message.payload["user"], is_active=True).first()
    if user is None or not user.email:
        return
    report = report_of(date.fromisoformat(message.payload["month"]), sees_spend=may(user, SEE_SPEND))
    context = {"user": user, "report": report, "link": f"{settings.ABMHUB_URL}{reverse('metric-months')}"}
    file = (f"report-{report.month:%Y-%m}.pdf", printed(report, at=message.created_at), "application/pdf")
    text = render_to_string("mail/report.txt", context)
    _mail(message, user.email, subject=f"{report.company}: {report.name}", text=text, files=[file])


def _mail(
    message: OutboxMessage, to: str, *, subject: str, text: str, files: Sequence[tuple[str, bytes, str]] = ()
) -> None:
    host = urlsplit(settings.ABMHUB_URL).hostname or "abmhub"
    name = sha256(message.key.encode()).hexdigest()[:40]
    headers = {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(" ".join(subject.split())[:120], text, to=[to], headers=headers, attachments=files).send()


def _send_post(message: OutboxMessage) -> None:
    webhook = SlackWebhook.objects.filter(pk=message.payload["webhook"], is_active=True).first()
    if webhook is None:
        return
    if not webhook.is_of_slack:
        raise NotSent(f"{webhook} has an address that is none of Slack's: correct it in the admin.")
    _must_be_public(urlsplit(webhook.url).hostname or "")
    text = message.payload["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    link = f"{settings.ABMHUB_URL}{message.payload['path']}"
    # The library would by itself post again what was cut off.
    slack = WebhookClient(webhook.url, timeout=SECONDS, retry_handlers=[])
    try:
        answer = slack.send(text=f"{text} <{link}|Open>{AGAIN if message.may_be_there else ''}")
    except URLError as error:
        raise NotSent(f"Slack was not reached: {error.reason}") from error
    if answer.status_code in UNCERTAIN:
        raise PerhapsSent(f"Slack answered {answer.status_code}: {answer.body[:200]}")
    if answer.status_code != 200:
        raise NotSent(f"Slack answered {answer.status_code}: {answer.body[:200]}")


def _must_be_public(host: str) -> None:
    """Raises NotSent when the name leads into a private network, as a poisoned name server may make it."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP)}
    except OSError as error:
        raise NotSent(f"{host} was not found.") from error
    if not all(ipaddress.ip_address(address).is_global for address in found):
        raise NotSent(f"{host} leads to an address that is not public.")


SENDERS: dict[str, Callable[[OutboxMessage], Any]] = {
    LETTER: _send_letter,
    DIGEST: _send_digest,
    POST: _send_post,
    ADDRESS: _send_address_link,
    REPORT: _send_report,
}
KEPT_TWICE = frozenset({POST})
"""What the other side keeps as often as it is sent."""
