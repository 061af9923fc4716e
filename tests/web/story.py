"""Things that happen to an account, for the tests of its page."""

import re
from datetime import date, datetime

from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Channel, Touch
from abmhub.committee.models import Contact
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType


def path_of(account: Account) -> str:
    return reverse("account-show", args=[account.pk])


def text_of(response: object) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))  # type: ignore[attr-defined]


def event(account: Account, code: str, at: datetime, contact: Contact | None = None, detail: str = "") -> None:
    number = EngagementEvent.objects.count()
    EngagementEvent.objects.create(
        account=account,
        contact=contact,
        event_type=EventType.objects.get(code=code),
        occurred_at=at,
        detail=detail,
        source="test",
        external_id=str(number),
    )


def touch(account: Account, summary: str, at: datetime, contact: Contact | None = None) -> None:
    Touch.objects.create(
        account=account,
        contact=contact,
        channel=Channel.objects.get(code="mail"),
        occurred_at=at,
        summary=summary,
        source="test",
        external_id=f"{summary} {contact}",
    )


def deal(account: Account, *, stage: str, amount: int, closed_on: date | None = None) -> Opportunity:
    return Opportunity.objects.create(
        account=account,
        name=f"Deal of {amount}",
        stage=Stage.objects.get(name=stage),
        amount=amount,
        engaged_on=date(2026, 1, 5),
        closed_on=closed_on,
        source="test",
        external_id=str(amount),
    )
