"""Signed-in browsers for every member of the cast, and one of each thing that a page shows."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client

from abmhub.accounts.editing import edit_accounts
from abmhub.accounts.merging import merge
from abmhub.accounts.models import Account, AccountEdit, AccountMerge, Duplicate, SavedView, Tier
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Program
from abmhub.committee.models import Contact, Persona
from abmhub.imports.actions import upload
from abmhub.imports.models import ImportRun
from abmhub.menus.models import Tactic, TacticPicture
from abmhub.metrics.models import Choice, Target
from abmhub.orders import actions
from abmhub.orders.bulk import BulkWish, plan_for
from abmhub.orders.models import (
    Approval,
    ApprovalRule,
    BulkOrder,
    FollowUp,
    Order,
    OrderLine,
    RoutingRule,
    Skill,
    Task,
    TaskFile,
    TaskStep,
)
from abmhub.scoring.actions import (
    appeal_tier,
    copy_policy,
    copy_profile,
    mark_previewed,
    override_tier,
    publish_policy,
    publish_profile,
)
from abmhub.scoring.models import IcpProfile, TierAppeal, TierOverride, TierPolicy
from abmhub.users.models import Absence, Notification, User
from tests.web.query_counts import QueryCount, held_to
from tests.web.queue_of_tasks import more_tasks


def browser_of(user: User) -> Client:
    """A browser in which this person has signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def at_now(now: datetime) -> Iterator[None]:
    """The clock of the doors stands at `now`, the moment that the cast lives in."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def as_rep(rep: User) -> Client:
    return browser_of(rep)


@pytest.fixture
def as_other_rep(other_rep: User) -> Client:
    return browser_of(other_rep)


@pytest.fixture
def as_sales_manager(sales_manager: User) -> Client:
    return browser_of(sales_manager)


@pytest.fixture
def as_marketer(marketer: User) -> Client:
    return browser_of(marketer)


@pytest.fixture
def as_other_marketer(other_marketer: User) -> Client:
    return browser_of(other_marketer)


@pytest.fixture
def as_marketing_manager(marketing_manager: User) -> Client:
    return browser_of(marketing_manager)


@pytest.fixture
def as_analyst(analyst: User) -> Client:
    return browser_of(analyst)


@pytest.fixture
def as_admin(admin: User) -> Client:
    return browser_of(admin)


@pytest.fixture
def task(
    rep: User, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, now: datetime
) -> Task:
    """A letter for two people at Acme, ordered by the rep, claimed by nobody."""
    order = actions.place_order(
        account=account,
        by=rep,
        at=now,
        lines=[actions.LineRequest(tactic.pk, [contact.pk for contact in contacts[:2]], goal="A first call")],
        idempotency_key=uuid4(),
        note="They moved offices in May.",
    )
    return Task.objects.get(line__order=order)


@pytest.fixture
def step(task: Task) -> TaskStep:
    """The first step of the letter."""
    return task.steps.get(position=1)


@pytest.fixture
def task_file(task: Task, marketer: User, now: datetime) -> TaskFile:
    """A photograph that the marketer added to `task`."""
    photograph = ContentFile(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", name="letter.png")
    return actions.add_file(task=task, file=photograph, by=marketer, at=now)


@pytest.fixture
def order(task: Task) -> Order:
    """The order of `task`."""
    return task.line.order


@pytest.fixture
def absence(rep: User, today: date) -> Absence:
    """The rep is away for a day."""
    return Absence.objects.create(person=rep, starts_on=today, ends_on=today)


@pytest.fixture
def approval(
    rep: User, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, now: datetime,
    marketing_manager: User,
) -> Approval:  # fmt: skip
    """A letter for two people at Acme, ordered by the rep, that waits for Greta."""
    ApprovalRule.objects.create(name="Letters", tactic=tactic, approver_role=ApprovalRule.Role.MARKETING_MANAGER)
    lines = [actions.LineRequest(tactic.pk, [contact.pk for contact in contacts[:2]], goal="A first call")]
    order = actions.place_order(account=account, by=rep, at=now, lines=lines, idempotency_key=uuid4())
    return order.approvals.get()


@pytest.fixture
def line(task: Task) -> OrderLine:
    return task.line


@pytest.fixture
def follow_up(task: Task, rep: User, account: Account, now: datetime) -> FollowUp:
    """A call that `rep` owes by tomorrow."""
    return FollowUp.objects.create(account=account, line=task.line, owner=rep, due_at=now + timedelta(days=1))


@pytest.fixture
def contact(contacts: list[Contact]) -> Contact:
    """The decision maker at Acme."""
    return contacts[0]


@pytest.fixture
def pictured_tactic(tactic: Tactic) -> Tactic:
    """With a picture whose digest is all a."""
    TacticPicture.objects.create(tactic=tactic, kind="image/png", content=b"\x89PNG", digest="a" * 64)
    return tactic


@pytest.fixture
def persona(db: None) -> Persona:
    """The type of buyer that decides about money."""
    return Persona.objects.get(buying_role__code="decision_maker")


@pytest.fixture
def notification(rep: User) -> Notification:
    """Something that `rep` was told and has not read."""
    return Notification.objects.create(user=rep, key="first", text="Popcorn is delivered.", path="/orders/")


@pytest.fixture
def draft(db: None, now: datetime) -> ImportRun:
    """A file that waits to be confirmed."""
    content = io.BytesIO(b"account,revenue,employees\nDelta,1100.04,2822\nZeta,=1+1,495\n")
    return upload(kind="accounts", source="CRM", file_name="accounts.csv", file=content, by=None, at=now)


@pytest.fixture
def duplicate(account: Account, now: datetime) -> Duplicate:
    """Acme, and what may be Acme once more."""
    other = Account.objects.create(name="Acme Robotic", owner=account.owner, headquarters="Boston")
    return Duplicate.objects.create(account=account, other=other, likeness=96, reason="Names alike.", found_at=now)


@pytest.fixture
def account_merge(account: Account, admin: User, now: datetime) -> AccountMerge:
    """Something became part of Acme."""
    absorbed = Account.objects.create(name="Acme Works", owner=account.owner)
    return merge(kept=account, absorbed=absorbed, by=admin, at=now)


@pytest.fixture
def icp_profile(db: None) -> IcpProfile:
    """The shipped profile, in force."""
    return IcpProfile.objects.get()


@pytest.fixture
def icp_draft(icp_profile: IcpProfile) -> IcpProfile:
    """A copy of it."""
    return copy_profile(profile=icp_profile)


@pytest.fixture
def icp_earlier(icp_profile: IcpProfile, admin: User, now: datetime) -> IcpProfile:
    """The shipped profile, after a copy of it took its place."""
    publish_profile(profile=copy_profile(profile=icp_profile), by=admin, at=now)
    return icp_profile


@pytest.fixture
def override(account: Account, sales_manager: User, now: datetime) -> TierOverride:
    """Acme is in Tier 1 by hand, for a month."""
    return override_tier(
        account=account,
        tier=account.standing.tier,
        reason="They asked for us by name.",
        expires_on=now.date() + timedelta(days=30),
        by=sales_manager,
        at=now,
    )


@pytest.fixture
def appeal(account: Account, rep: User, now: datetime) -> TierAppeal:
    """Its rep says that Acme belongs into Tier 2."""
    return appeal_tier(
        account=account, tier=Tier.objects.get(level=2), reason="They lost their budget.", by=rep, at=now
    )


@pytest.fixture
def policy(db: None) -> TierPolicy:
    """Goldilocks, in force."""
    return TierPolicy.objects.get()


@pytest.fixture
def policy_draft(policy: TierPolicy) -> TierPolicy:
    """A copy of it."""
    return copy_policy(policy=policy)


@pytest.fixture
def policy_earlier(policy: TierPolicy, admin: User, now: datetime) -> TierPolicy:
    """Goldilocks, after a copy of it took its place."""
    draft = mark_previewed(policy=copy_policy(policy=policy), by=admin, at=now)
    publish_policy(policy=draft, by=admin, at=now)
    policy.refresh_from_db()
    return policy


@pytest.fixture
def account_edit(account: Account, rep: User, now: datetime) -> AccountEdit:
    """Acme was taken for a retailer by its rep."""
    edit = edit_accounts(accounts=[account.pk], changes={"industry": "retail"}, by=rep, at=now)
    assert edit is not None
    return edit


@pytest.fixture
def saved_view(rep: User) -> SavedView:
    """Accounts of Tier 1, kept by the rep alone."""
    return SavedView.objects.create(name="My best", by=rep, query="tier=1")


@pytest.fixture
def saved_task_view(marketer: User) -> SavedView:
    """What nobody has taken of Tier 1, kept by the marketer alone."""
    return SavedView.objects.create(name="To take", of="tasks", by=marketer, query="view=unassigned&tier=1")


@pytest.fixture
def query_count() -> QueryCount:
    """Holds a page to the number of queries in tests/query_counts.json: see `held_to`.

    `with query_count("account-list"): client.get(...)`, once with little data and once with much.
    """
    return held_to


@pytest.fixture
def bulk_order(
    account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, rep: User, now: datetime
) -> BulkOrder:
    """A letter for Acme, ordered as if for many."""
    wish = BulkWish((tactic.pk,), goal="A first call")
    seen = plan_for([account.pk], wish, by=rep, at=now).fingerprint
    bulk = actions.confirm_bulk(accounts=[account.pk], wish=wish, seen=seen, by=rep, at=now, idempotency_key=uuid4())
    actions.place_rows(bulk=bulk, at=now)
    return bulk


@pytest.fixture
def metric_choice(marketing_manager: User, now: datetime) -> Choice:
    """A definition that the marketing manager proposed and nobody has signed yet."""
    return Choice.objects.create(
        metric="win_rate",
        definition="interactions",
        reason="As agreed.",
        proposed_by=marketing_manager,
        proposed_at=now,
    )


@pytest.fixture
def metric_target(db: None) -> Target:
    """What the win rate of the year shall be."""
    return Target.objects.create(
        metric="win_rate", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), value="0.4", source="Plan"
    )


@pytest.fixture
def queue_of_120(task: Task, account: Account, tactic: Tactic, rep: User) -> list[Task]:
    return more_tasks(120, account=account, tactic=tactic, rep=rep)


@pytest.fixture
def skill(db: None) -> Skill:
    return Skill.objects.create(name="Calligraphy")


@pytest.fixture
def routing_rule(db: None) -> RoutingRule:
    return RoutingRule.objects.create(name="Anybody's", goes_to=RoutingRule.GoesTo.QUEUE)


@pytest.fixture
def program(account: Account) -> Program:
    """A program for everybody in a tier, its list not frozen yet."""
    return Program.objects.create(
        name="Close the books",
        audience="2026-Q2-EMEA-Finance in surge",
        starts_on=date(2026, 4, 1),
        budget_amount=1_000,
        objectives="Ten SQLs\nTwo deals",
    )
