"""The cast: a rep, a rep of another territory, their manager, a marketer, a marketing manager,
an analyst and an administrator, all of one small company with one account each rep may see."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from math import inf

import hypothesis
import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from abmhub.accounts.models import Account, Standing, Territory, Tier
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Channel
from abmhub.committee.models import BuyingRole, Contact
from abmhub.core import workdays
from abmhub.menus.models import Category, MenuItem, RecipeStep, Tactic
from abmhub.users.models import Role, Team, User
from tests.undone import Undoing, may_pass_over_triggers

PASSWORD = "a long pass phrase"


# How long an example takes says something about the machine, not about the code. And what is ready does not fail by
# chance: every run tries the same examples. --hypothesis-profile=searching tries others.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("searching", deadline=None)
hypothesis.settings.load_profile("steady")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first of its kind, so that no process is left alone with it in the end."""
    items.sort(key=lambda item: not any(item.get_closest_marker(mark) for mark in ("full_size", "processes", "long")))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of the tests. Where it may, it undoes what a test commits quicker than Django does."""
    with pytest.MonkeyPatch.context() as patched:
        with django_db_blocker.unblock():
            undoing = Undoing() if may_pass_over_triggers() else None
        if undoing:
            patched.setattr(TransactionTestCase, "_fixture_teardown", lambda _: undoing.undo())
        yield


@pytest.fixture(autouse=True)
def shipped_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test knows the working calendar that another one has decided on, nor asks for the shipped one."""
    monkeypatch.setattr(workdays.kept, "calendars", {1: workdays.Calendar()})
    monkeypatch.setattr(workdays.kept, "until", inf)


@pytest.fixture
def now() -> datetime:
    """A Wednesday, in working hours."""
    return datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def today(now: datetime) -> date:
    return now.date()


@cache
def hashed_password() -> str:
    """Once for all tests: a good hash takes a fifth of a second."""
    return make_password(PASSWORD)


def person(name: str, role: Role, team: Team | None = None, **fields: object) -> User:
    email = f"{name.partition(' ')[0].lower()}@example.com"
    return User.objects.create(email=email, password=hashed_password(), name=name, role=role, team=team, **fields)


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="East")


@pytest.fixture
def rep(team: Team) -> User:
    return person("Rana Haddad", Role.SALES_REP, team)


@pytest.fixture
def other_rep(db: None) -> User:
    """A rep of another territory and team, who may know nothing of `account`."""
    team = Team.objects.create(name="West")
    user = person("Oscar Lund", Role.SALES_REP, team)
    Territory.objects.create(name="West coast").members.add(user)
    return user


@pytest.fixture
def sales_manager(team: Team) -> User:
    user = person("Selma Berg", Role.SALES_MANAGER)
    team.manager = user
    team.save()
    return user


@pytest.fixture
def marketer(db: None) -> User:
    return person("Mei Chen", Role.MARKETER)


@pytest.fixture
def other_marketer(db: None) -> User:
    return person("Pablo Ruiz", Role.MARKETER)


@pytest.fixture
def marketing_manager(db: None) -> User:
    return person("Greta Vogt", Role.MARKETING_MANAGER)


@pytest.fixture
def analyst(db: None) -> User:
    return person("Anil Rao", Role.ANALYST)


@pytest.fixture
def admin(db: None) -> User:
    return person("Ada Stone", Role.ADMIN, is_staff=True, is_superuser=True)


@pytest.fixture
def tier1(db: None) -> Tier:
    return Tier.objects.get(level=1)


# In one transaction, as imports write them: a trigger gives a standing to an account that comes alone.
@pytest.fixture
@transaction.atomic
def account(rep: User, tier1: Tier, today: date) -> Account:
    """Acme, Tier 1, in the territory of `rep`."""
    territory = Territory.objects.create(name="East coast")
    territory.members.add(rep)
    account = Account.objects.create(
        name="Acme Robotics",
        normalized_name="acme robotics",
        domain="acme.example",
        owner=rep,
        territory=territory,
        industry="technology",
        country="US",
        employees=900,
        annual_revenue_amount=Decimal(80_000_000),
        acv_amount=Decimal(90_000),
    )
    Standing.objects.create(
        account=account,
        tier=tier1,
        fit=90,
        intent=75,
        engagement=66,
        priority=231,
        tier_since_on=today,
        rule_name="Just right",
        summary="Fit 90, intent 75, engagement 66 and expected ACV 90,000 reach Tier 1.",
        computed_on=today,
    )
    return account


@pytest.fixture
@transaction.atomic
def other_account(other_rep: User, tier1: Tier) -> Account:
    """Borealis, of the other territory."""
    account = Account.objects.create(
        name="Borealis Foods",
        normalized_name="borealis foods",
        domain="borealis.example",
        owner=other_rep,
        territory=other_rep.territories.get(),
    )
    Standing.objects.create(account=account, tier=tier1, priority=100)
    return account


@pytest.fixture
def contacts(account: Account) -> list[Contact]:
    """A decision maker, an influencer and an IT expert at `account`."""
    people = (
        ("Dana Whitfield", "Chief Financial Officer", "decision_maker", "c_level"),
        ("Ivo Petrov", "Head of Operations", "influencer", "director"),
        ("Tara Singh", "Enterprise Architect", "it_expert", "manager"),
    )
    return [
        Contact.objects.create(
            account=account,
            name=name,
            title=title,
            email=f"{name.split()[0].lower()}@acme.example",
            seniority=seniority,
            buying_role=BuyingRole.objects.get(code=role),
        )
        for name, title, role, seniority in people
    ]


def make_tactic(name: str, *, tier: Tier, now: datetime, **fields: object) -> Tactic:
    """An approved tactic of two steps on the menu of the tier."""
    category, _ = Category.objects.get_or_create(name="Direct mail")
    tactic = Tactic.objects.create(
        **{
            "name": name,
            "category": category,
            "channel": Channel.objects.get(code="mail"),
            "description": f"{name} for the desk of the recipient.",
            "unit_cost": Decimal("40.00"),
            "lead_time_days": 5,
            "approved_at": now,
            **fields,
        }
    )
    RecipeStep.objects.create(tactic=tactic, position=1, name="Write the card", offset_days=1)
    RecipeStep.objects.create(tactic=tactic, position=2, name="Hand to the courier", offset_days=4)
    MenuItem.objects.create(tier=tier, tactic=tactic)
    return tactic


@pytest.fixture
def tactic(tier1: Tier, now: datetime) -> Tactic:
    """Handwritten letter, 40.00 a person, made to order."""
    return make_tactic("Handwritten letter", tier=tier1, now=now)


@pytest.fixture
def stocked_tactic(tier1: Tier, now: datetime) -> Tactic:
    """Popcorn box, 25.00 a person, three pieces in the store."""
    return make_tactic("Popcorn box", tier=tier1, now=now, unit_cost=Decimal("25.00"), stock_on_hand=3)


@pytest.fixture
def envelope(tier1: Tier, team: Team) -> Envelope:
    """500.00 for Tier 1 accounts of team East in 2026."""
    return Envelope.objects.create(
        name="Tier 1, East, 2026",
        tier=tier1,
        team=team,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        total_amount=Decimal("500.00"),
    )
