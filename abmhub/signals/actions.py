"""Recording what accounts do."""

from datetime import datetime
from typing import Any

from abmhub.accounts.domains import identifies_a_company, registrable
from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.core.refusals import Refused
from abmhub.signals.models import EngagementEvent, EventType, UnplacedEvent


class ContactOfAnotherAccount(Refused):
    """The person does not belong to the account."""


class DomainOfNobody(Refused):
    """No one company is known by this domain."""


def record_event(
    *,
    account: Account,
    event_type: EventType,
    at: datetime,
    source: str,
    external_id: str,
    contact: Contact | None = None,
    detail: str = "",
) -> EngagementEvent:
    """Record an engagement event that happened at a moment; without a contact it is anonymous.

    A source that tells the same event again, by its `external_id`, gets the one recorded first, unchanged.
    Raises ContactOfAnotherAccount.
    """
    if contact is not None and contact.account_id != account.pk:
        raise ContactOfAnotherAccount(f"{contact} is not at {account}.")
    event, _ = EngagementEvent.objects.get_or_create(
        source=source,
        external_id=external_id,
        defaults={
            "account": account,
            "contact": contact,
            "event_type": event_type,
            "occurred_at": at,
            "detail": detail,
        },
    )
    return event


def record_event_of_domain(
    *, domain: str, event_type: EventType, at: datetime, source: str, external_id: str, detail: str = ""
) -> EngagementEvent | UnplacedEvent:
    """Record what somebody of a domain did: of its account, or, when no account has it, for the one that will.

    As `record_event`, told again it is the one recorded first. Raises DomainOfNobody.
    """
    known = registrable(domain)
    if known is None or not identifies_a_company(known):
        raise DomainOfNobody(f"“{domain[:60]}” is no domain of one company, such as example.com.")
    key: dict[str, Any] = {"source": source, "external_id": external_id}
    said: dict[str, Any] = {"event_type": event_type, "detail": detail}
    if account := Account.objects.filter(domain=known).first():
        return record_event(account=account, at=at, **key, **said)
    if recorded := EngagementEvent.objects.filter(**key).first():
        return recorded
    waiting, _ = UnplacedEvent.objects.get_or_create(**key, defaults={"domain": known, "occurred_at": at, **said})
    return waiting
