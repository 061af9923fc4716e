"""Signals of domains that no account has.

They are kept, for who is at work there may be the next target account. As soon as an account has the domain the
database gives it all of them, whichever way it came by it: see the triggers of the migration `place_unplaced`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from abmhub.accounts.domains import identifies_a_company, registrable
from abmhub.accounts.models import Account
from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.core.refusals import Refused
from abmhub.signals.models import UnplacedEvent, UnplacedObservation
from abmhub.users.models import User
from abmhub.users.verbs import require

KEPT_FOR = timedelta(days=400)
"""So long after it came, what nobody claimed is forgotten."""
LATELY = timedelta(days=90)
STRONG_FROM = 60
"""A topic read at this level, or above, is read a lot."""


class NoUnknownDomain(Refused):
    """Nothing waits for this domain: it may have an account by now."""


@dataclass(frozen=True)
class ActiveDomain:
    """What a domain did in the last 90 days, by the events and topics that scored providers and sources told."""

    domain: str
    events: int
    meaningful: int
    points: int
    topics: int
    strong_topics: int
    last_on: date

    @property
    def name(self) -> str:
        """What an account of it might be called: "acme-robotics.co.uk" is Acme Robotics."""
        return name_for(self.domain)


def name_for(domain: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in domain.partition(".")[0].split("-") if word) or domain


def active_domains(as_of: date, *, limit: int = 100) -> list[ActiveDomain]:
    """The unknown domains that did most lately, in one query."""
    found = sql.rows(
        "signals/active_domains",
        since=first_moment(as_of - LATELY),
        zone=settings.TIME_ZONE,
        strong_from=STRONG_FROM,
        limit=limit,
    )
    return [ActiveDomain(**row) for row in found]


@transaction.atomic
def make_account(*, domain: str, by: User, at: datetime) -> Account:
    """Make an account of an unknown domain; whatever waited for it is its.

    Who sees only some accounts works it from now on. Raises NotAllowed, NoUnknownDomain.
    """
    require(by, "signals.make_account")
    known = registrable(domain)
    waits = known is not None and any(
        table._default_manager.filter(domain=known).exists() for table in (UnplacedEvent, UnplacedObservation)
    )
    if known is None or not waits or not identifies_a_company(known):
        raise NoUnknownDomain(f"Nothing waits for {domain}: it may have an account by now.")
    account, is_new = Account.objects.get_or_create(
        domain=known,
        defaults={
            "name": name_for(known),
            "owner": None if by.sees_every_account else by,
            "currency": settings.ABMHUB_BUSINESS_CURRENCY,
            "created_at": at,
            "updated_at": at,
        },
    )
    if not is_new:
        place()
    return account


def place() -> int:
    """Give accounts what waits for their domains; returns how many signals that was."""
    found = sql.rows("signals/place_unplaced")
    return found[0]["placed"] if found else 0


def tend(as_of: date) -> int:
    """What the night does about them: place what can be placed, and forget what nobody claimed in time."""
    placed = place()
    last = first_moment(as_of - KEPT_FOR)
    UnplacedEvent.objects.filter(came_at__lt=last).delete()
    UnplacedObservation.objects.filter(came_at__lt=last).delete()
    return placed
