"""Signals of domains that no account has: kept, placed however an account comes by its domain, forgotten in time."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

import pytest

from abmhub.accounts import merging
from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.committee.privacy import erase
from abmhub.core.refusals import NotAllowed
from abmhub.imports import actions as imports
from abmhub.signals import unplaced
from abmhub.signals.actions import DomainOfNobody, record_event_of_domain
from abmhub.signals.models import (
    EngagementEvent,
    EventType,
    IntentObservation,
    IntentProvider,
    Topic,
    UnplacedEvent,
    UnplacedObservation,
)
from abmhub.users.models import User
from tests.imports.conftest import uploaded

DOMAIN = "newcomer.example"
MONDAY = date(2026, 3, 2)

Waits = Callable[..., None]


@pytest.fixture
def waits(db: None, now: datetime) -> Waits:
    """An event and an observation of a domain."""

    def wait(domain: str, key: str = "1", *, at: datetime = now, level: int = 70, week_on: date = MONDAY) -> None:
        record_event_of_domain(
            domain=f"https://www.{domain}/pricing",
            event_type=EventType.objects.get(code="pricing_view"),
            at=at,
            source="website",
            external_id=key,
            detail="/pricing",
        )
        provider, _ = IntentProvider.objects.get_or_create(code="panel", defaults={"lawful_basis": "consent"})
        topic, _ = Topic.objects.get_or_create(name="Cold chain")
        UnplacedObservation.objects.create(domain=domain, provider=provider, topic=topic, week_on=week_on, level=level)

    return wait


def placed() -> dict[str, list[object]]:
    """What accounts have, and that nothing waits any more."""
    assert not UnplacedEvent.objects.exists()
    assert not UnplacedObservation.objects.exists()
    return {
        "events": list(EngagementEvent.objects.values_list("account", "contact", "event_type__code", "external_id")),
        "observations": list(IntentObservation.objects.values_list("account", "topic__name", "week_on", "level")),
    }


def all_of(account: Account) -> dict[str, list[object]]:
    return {
        "events": [(account.pk, None, "pricing_view", "1")],
        "observations": [(account.pk, "Cold chain", MONDAY, 70)],
    }


def test_what_is_of_an_unknown_domain_is_kept(waits: Waits) -> None:
    waits(DOMAIN)
    event = UnplacedEvent.objects.get()
    assert (event.domain, event.event_type.code, event.detail) == (DOMAIN, "pricing_view", "/pricing")
    assert not EngagementEvent.objects.exists()


def test_of_a_known_domain_it_is_the_accounts_at_once(account: Account, waits: Waits) -> None:
    assert account.domain
    waits(account.domain)
    assert EngagementEvent.objects.get().account == account
    assert not UnplacedEvent.objects.exists()


def test_told_again_it_is_the_same_whether_it_waits_or_is_placed(db: None, now: datetime) -> None:
    view = EventType.objects.get(code="page_view")
    tell = partial(record_event_of_domain, domain=DOMAIN, event_type=view, source="web", external_id="7")
    first = tell(at=now)
    assert tell(at=now + timedelta(days=1)) == first
    Account.objects.create(name="Newcomer", domain=DOMAIN)
    event = tell(at=now)
    assert event == EngagementEvent.objects.get()
    assert event.pk == first.pk
    assert tell(domain="moved.example", at=now) == event
    assert not UnplacedEvent.objects.exists()


@pytest.mark.parametrize("domain", ["gmail.com", "linkedin.com", "no domain", ""])
def test_a_domain_of_nobody_is_refused(db: None, now: datetime, domain: str) -> None:
    view = EventType.objects.get(code="page_view")
    with pytest.raises(DomainOfNobody, match="no domain of one company"):
        record_event_of_domain(domain=domain, event_type=view, at=now, source="web", external_id="1")


class TestAnAccountAppears:
    def test_by_a_form_or_the_admin(self, waits: Waits) -> None:
        waits(DOMAIN)
        account = Account(name="Newcomer", domain=DOMAIN)
        account.save()
        assert placed() == all_of(account)

    def test_in_bulk_among_many(self, waits: Waits) -> None:
        waits(DOMAIN)
        Account.objects.bulk_create(
            Account(name=f"A{number}", normalized_name="a", domain=f"a{number}.example") for number in range(50)
        )
        assert UnplacedEvent.objects.exists()
        [account] = Account.objects.bulk_create([Account(name="Newcomer", normalized_name="newcomer", domain=DOMAIN)])
        assert placed() == all_of(account)

    def test_by_a_file(self, waits: Waits, now: datetime) -> None:
        waits(DOMAIN)
        run = uploaded("accounts", f"name,domain\nNewcomer,{DOMAIN}\n", now)
        imports.apply(run=imports.confirm(run=run, at=now), at=now)
        assert placed() == all_of(Account.objects.get(domain=DOMAIN))

    def test_when_a_known_one_gets_the_domain(self, quiet_account: Account, waits: Waits) -> None:
        waits(DOMAIN)
        Account.objects.filter(pk=quiet_account.pk).update(name="Quiet & Sons")
        assert UnplacedEvent.objects.exists()
        Account.objects.filter(pk=quiet_account.pk).update(domain=DOMAIN)
        assert placed() == all_of(quiet_account)

    def test_by_a_file_that_tells_its_domain(self, account: Account, waits: Waits, now: datetime) -> None:
        Account.objects.filter(pk=account.pk).update(domain=None)
        waits(DOMAIN)
        run = uploaded("accounts", f"name,domain\n{account.name},{DOMAIN}\n", now)
        imports.apply(run=imports.confirm(run=run, at=now), at=now)
        account.refresh_from_db()
        assert account.domain == DOMAIN
        assert placed() == all_of(account)

    def test_by_a_merge_and_when_it_is_taken_back(
        self, account: Account, waits: Waits, admin: User, now: datetime
    ) -> None:
        """The domain that the merge took away comes back with the account."""
        other = Account.objects.create(name="Acme Ltd", domain=DOMAIN)
        merge = merging.merge(kept=account, absorbed=other, by=admin, at=now)
        waits(DOMAIN)
        assert UnplacedEvent.objects.exists()
        account = merging.part(merge=merge, by=admin, at=now)
        assert placed() == all_of(account)


def test_what_an_account_knows_already_is_forgotten_and_the_higher_level_stays(
    account: Account, waits: Waits, now: datetime
) -> None:
    waits(DOMAIN, level=40)
    waits("other.example", "2", level=90)
    provider, topic, view = IntentProvider.objects.get(), Topic.objects.get(), EventType.objects.get(code="page_view")
    IntentObservation.objects.create(account=account, provider=provider, topic=topic, week_on=MONDAY, level=60)
    EngagementEvent.objects.create(
        account=account, event_type=view, occurred_at=now, source="website", external_id="1", detail="first"
    )
    Account.objects.filter(pk=account.pk).update(domain=DOMAIN)
    assert EngagementEvent.objects.get().detail == "first"
    assert IntentObservation.objects.get().level == 60
    Account.objects.filter(pk=account.pk).update(domain="other.example")
    assert IntentObservation.objects.get().level == 90
    assert placed()["events"] == [(account.pk, None, "page_view", "1"), (account.pk, None, "pricing_view", "2")]


def test_the_night_places_what_came_in_at_the_same_moment(account: Account, waits: Waits, now: datetime) -> None:
    """Neither the signal nor the account saw the other come."""
    waits(DOMAIN)
    UnplacedEvent.objects.update(domain=account.domain)
    UnplacedObservation.objects.update(domain=account.domain)
    assert unplaced.tend(MONDAY) == 2
    assert placed() == all_of(account)
    assert unplaced.tend(MONDAY) == 0


def test_the_night_forgets_what_nobody_claimed_in_400_days(waits: Waits, now: datetime) -> None:
    waits(DOMAIN)
    for table in (UnplacedEvent, UnplacedObservation):
        table.objects.update(came_at=now - timedelta(days=402))
    waits("fresh.example", "2", at=now - timedelta(days=900), week_on=MONDAY - timedelta(days=896))
    unplaced.tend(now.date())
    assert [row.domain for row in (UnplacedEvent.objects.get(), UnplacedObservation.objects.get())] == [
        "fresh.example",
        "fresh.example",
    ]


def test_the_busiest_domains_come_first(waits: Waits, now: datetime) -> None:
    waits("busy-bees.example", "1")
    waits("quiet.example", "2", level=20)
    waits("gone.example", "3", at=now - timedelta(days=100), week_on=MONDAY - timedelta(days=140))
    view = EventType.objects.get(code="page_view")
    for key in ("4", "5"):
        record_event_of_domain(domain="busy-bees.example", event_type=view, at=now, source="web", external_id=key)
    record_event_of_domain(domain="looker.example", event_type=view, at=now, source="web", external_id="6")
    found = unplaced.active_domains(now.date())
    assert [(one.name, one.events, one.meaningful, one.points, one.topics, one.strong_topics) for one in found] == [
        ("Busy Bees", 3, 1, 8, 1, 1),
        ("Quiet", 1, 1, 6, 1, 0),
        ("Looker", 1, 0, 1, 0, 0),
    ]
    assert [one.domain for one in unplaced.active_domains(now.date(), limit=1)] == ["busy-bees.example"]


def test_what_a_provider_without_a_right_to_it_saw_is_not_told(waits: Waits, now: datetime) -> None:
    waits(DOMAIN)
    IntentProvider.objects.update(is_scored=False)
    [found] = unplaced.active_domains(now.date())
    assert (found.events, found.topics) == (1, 0)


def test_an_account_is_made_of_a_domain_with_all_that_waited(
    waits: Waits, marketing_manager: User, now: datetime
) -> None:
    waits("busy-bees.example")
    account = unplaced.make_account(domain="busy-bees.example", by=marketing_manager, at=now)
    assert (account.name, account.normalized_name, account.domain) == ("Busy Bees", "busy bees", "busy-bees.example")
    assert placed() == all_of(account)
    with pytest.raises(unplaced.NoUnknownDomain, match=r"Nothing waits for busy-bees\.example"):
        unplaced.make_account(domain="busy-bees.example", by=marketing_manager, at=now)


def test_of_what_never_did_anything_no_account_is_made(db: None, admin: User, now: datetime) -> None:
    for domain in ("nobody.example", "gmail.com", "no domain"):
        with pytest.raises(unplaced.NoUnknownDomain):
            unplaced.make_account(domain=domain, by=admin, at=now)
    assert not Account.objects.exists()


def test_a_rep_makes_none(waits: Waits, rep: User, now: datetime) -> None:
    waits(DOMAIN)
    with pytest.raises(NotAllowed, match="Managers and administrators make accounts of unknown domains"):
        unplaced.make_account(domain=DOMAIN, by=rep, at=now)


@pytest.mark.parametrize("seed", range(5))
def test_in_whatever_order_they_come_every_signal_ends_up_where_its_domain_is(
    db: None, now: datetime, seed: int
) -> None:
    """Against a twin that knows all domains from the start."""
    dice = Random(seed)
    view = EventType.objects.get(code="page_view")
    domains = [f"d{number}.example" for number in range(6)]
    keys = [str(number) for number in range(30)]
    of = {key: dice.choice(domains) for key in keys}
    steps: list[tuple[str, str]] = [("told", key) for key in keys * 2] + [("appears", domain) for domain in domains[:4]]
    dice.shuffle(steps)
    for step, what in steps:
        if step == "told":
            record_event_of_domain(domain=of[what], event_type=view, at=now, source="web", external_id=what)
        else:
            Account.objects.create(name=what, domain=what)
    found = dict(EngagementEvent.objects.values_list("external_id", "account__domain"))
    waiting = dict(UnplacedEvent.objects.values_list("external_id", "domain"))
    assert found == {key: domain for key, domain in of.items() if domain in domains[:4]}
    assert waiting == {key: domain for key, domain in of.items() if domain in domains[4:]}


def test_whoever_is_forgotten_is_forgotten_there_too(account: Account, marketing_manager: User, now: datetime) -> None:
    """Somebody of another company's address, whose domain has no account."""
    ines = Contact.objects.create(account=account, name="Ines Okafor", email="ines@elsewhere.example")
    for key, domain in (("1", "elsewhere.example"), ("2", "other.example")):
        record_event_of_domain(
            domain=domain,
            event_type=EventType.objects.get(code="meeting"),
            at=now,
            source="calendar",
            external_id=key,
            detail="Call with Ines Okafor",
        )
    erase(contact=ines, by=marketing_manager, at=now)
    details = UnplacedEvent.objects.order_by("external_id").values_list("detail", flat=True)
    assert list(details) == ["Call with Erased person", "Call with Ines Okafor"]
