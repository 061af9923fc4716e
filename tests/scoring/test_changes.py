"""What the night looks at: whatever happens, a night that looks at what changed finds what a full one does."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from time import perf_counter
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, QuerySet

from abmhub.accounts.models import Account, Standing, Territory, TierChange
from abmhub.committee.models import BuyingRole, Contact, RoleCount
from abmhub.core.days import first_moment
from abmhub.funnel.models import EngagedAccount, FunnelUnit, MarketAccount, MarketCell, StageDefinition, TamSnapshot
from abmhub.metrics.models import ContentDay, FigureSnapshot
from abmhub.nightly import steps, verify
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.scoring import changes
from abmhub.scoring.models import (
    ChangedAccount,
    TierCapacity,
    TierCondition,
    TierOverride,
    TierPolicy,
    TierRule,
    TierSnapshot,
)
from abmhub.signals import engagement
from abmhub.signals.models import EngagementEvent, EngagementState, EventType, IntentObservation, IntentProvider, Topic
from abmhub.users.models import User
from tests.kept import kept

pytestmark = pytest.mark.long

FIRST = date(2026, 3, 2)
IRRELEVANT = {
    "id", "name", "normalized_name", "domain", "parent_id", "headquarters", "updated_at",
}  # fmt: skip
"""What accounts may change in without concerning the night, or what it looks at of itself."""


def published() -> dict[str, list[Any]]:
    """All that a night writes."""
    own = {
        "ContentDay": ("on", "event_type"),
        "FigureSnapshot": ("figure", "window", "by", "key", "snapshot_on"),
        "MarketCell": ("tier", "segment", "industry", "territory_key"),
    }
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "id"}
            for row in model._default_manager.order_by(*own.get(model.__name__, ("pk",))).values()
        ]
        for model in (
            Standing, TierChange, TierSnapshot, RoleCount, EngagedAccount, FunnelUnit, ContentDay, FigureSnapshot,
            MarketAccount, MarketCell, TamSnapshot,
        )
    }  # fmt: skip


def night(day: date, *, full: bool = False) -> changes.Scope:
    scope = changes.scope_of(day, full=full)
    for step in steps.TONIGHT:
        step.run(scope)
    return scope


def noted() -> set[int]:
    return set(ChangedAccount.objects.values_list("account_id", flat=True))


@pytest.fixture
def people(db: None) -> list[Contact]:
    """Three people each of twelve accounts that fit more or less."""
    accounts = Account.objects.bulk_create(
        Account(
            name=f"A{number}",
            normalized_name=f"a{number}",
            industry="software" if number % 3 else "retail",
            employees=100 * number,
            acv_amount=20_000 * number,
            founded_year=2001,
            refreshed_at=first_moment(FIRST - timedelta(days=number)),
            refreshed_from="crm",
        )
        for number in range(1, 13)
    )
    roles = [None, *BuyingRole.objects.all()[:2]]
    return Contact.objects.bulk_create(
        Contact(account=account, name="P", email=f"p{place}@{account.pk}.example", buying_role=roles[place])
        for account in accounts
        for place in range(3)
    )


class History:
    """Things that happen to accounts, by chance."""

    def __init__(self, dice: Random, people: list[Contact]) -> None:
        self.dice, self.people, self.number = dice, people, 0
        self.types = list(EventType.objects.all())
        self.topics = Topic.objects.bulk_create([Topic(name=f"T{number}") for number in range(3)])
        self.owners = [None, *(User.objects.create_user(f"rep{number}", role="rep") for number in range(2))]
        self.territories = [None, *(Territory.objects.create(name=f"T{number}") for number in range(2))]
        self.stages = list(Stage.objects.all())
        self.provider = IntentProvider.objects.create(code="p", name="P", lawful_basis="consent")

    def happen(self, today: date) -> None:
        deeds: list[Callable[[date], object]] = [
            *[self.event] * 8, *[self.observation] * 4,
            *[self.edit] * 2, *[self.confirm] * 2, *[self.override] * 2,
            self.forget, self.promote, self.weigh, self.leave, self.hand_over, self.win, self.end, self.ration,
            self.bend, *[self.reclassify] * 2, self.appear, self.vanish,
        ]  # fmt: skip
        for _ in range(self.dice.randrange(12)):
            self.dice.choice(deeds)(today)

    def event(self, today: date) -> None:
        self.number += 1
        person = self.dice.choice(self.people)
        EngagementEvent.objects.create(
            account_id=person.account_id,
            contact=self.dice.choice([None, person]),
            event_type=self.dice.choice(self.types),
            # Mostly of late, some long ago and some still to come.
            occurred_at=first_moment(today) + timedelta(hours=self.dice.choice([1, -30, -60, -24 * 85, -24 * 91, 60])),
            source="test",
            external_id=str(self.number),
        )

    def observation(self, today: date) -> None:
        monday = today - timedelta(days=today.weekday())
        account = self.dice.choice(self.people[::9]).account_id
        for back in range(self.dice.choice([1, 16])):
            IntentObservation.objects.update_or_create(
                account_id=account,
                provider=self.provider,
                topic=self.dice.choice(self.topics),
                week_on=monday - timedelta(weeks=back),
                defaults={"level": self.dice.choice([10, 12, 90])},
            )

    def forget(self, today: date) -> None:
        EngagementEvent.objects.filter(pk__in=EngagementEvent.objects.order_by("?").values("pk")[:1]).delete()

    def account(self) -> QuerySet[Account]:
        return Account.objects.filter(pk=self.dice.choice(self.people).account_id)

    def edit(self, today: date) -> None:
        self.account().update(employees=self.dice.choice([10, 900]), acv_amount=self.dice.choice([1000, 90_000]))

    def hand_over(self, today: date) -> None:
        self.account().update(owner=self.dice.choice(self.owners))

    def reclassify(self, today: date) -> None:
        self.account().update(
            segment=self.dice.choice(["", "smb"]),
            industry=self.dice.choice(["software", "retail"]),
            territory=self.dice.choice(self.territories),
            is_target=self.dice.random() < 0.8,
            currency=self.dice.choice(["USD", "JPY"]),
        )

    def appear(self, today: date) -> None:
        self.number += 1
        Account.objects.create(
            name=f"New {self.number}",
            normalized_name=f"new {self.number}",
            acv_amount=self.dice.choice([None, 700]),
            # What a night that catches up does not count yet.
            created_at=first_moment(today) + timedelta(days=self.dice.choice([-1, 0, 3])),
        )

    def vanish(self, today: date) -> None:
        Account.objects.filter(pk__in=Account.objects.filter(name__startswith="New").order_by("?")[:1]).delete()

    def win(self, today: date) -> None:
        stage = self.dice.choice(self.stages)
        Opportunity.objects.create(
            external_id=str(self.dice.random()),
            account=self.account().get(),
            stage=stage,
            engaged_on=today,
            closed_on=None if stage.kind == Stage.Kind.OPEN else today,
        )

    def override(self, today: date) -> None:
        account = self.account().get()
        if not TierOverride.objects.open().filter(account=account).exists():
            TierOverride.objects.create(
                account=account,
                tier_id=self.dice.choice([None, 1, 3]),
                reason="A hunch",
                made_at=first_moment(today) + timedelta(hours=8),
                expires_on=today + timedelta(days=self.dice.randrange(4)),
            )

    def end(self, today: date) -> None:
        for override in TierOverride.objects.open().order_by("pk")[:1]:
            if self.dice.random() < 0.5:
                override.delete()
            else:
                TierOverride.objects.filter(pk=override.pk).update(ended_at=first_moment(today) + timedelta(hours=9))

    def ration(self, today: date) -> None:
        places = self.dice.choice([1, 2, 9])
        TierCapacity.objects.update_or_create(
            policy=TierPolicy.objects.in_force(), tier_id=3, defaults={"accounts_per_rep": places}
        )

    def bend(self, today: date) -> None:
        TierPolicy.objects.filter(pk=TierPolicy.objects.get(status="published").pk).update(
            promote_band=self.dice.choice([0, 3]), demote_band=3, minimum_stay_days=self.dice.choice([0, 4])
        )

    def promote(self, today: date) -> None:
        Contact.objects.filter(pk=self.dice.choice(self.people).pk).update(
            seniority=self.dice.choice(Contact.Seniority.values),
            buying_role=BuyingRole.objects.order_by("?").first(),
            email="",
        )

    def confirm(self, today: date) -> None:
        days_ago = self.dice.choice([0, 0, 30])
        self.account().update(refreshed_at=first_moment(today) - timedelta(days=days_ago))

    def weigh(self, today: date) -> None:
        EventType.objects.filter(code="meeting").update(weight=self.dice.choice([20, 25]))

    def leave(self, today: date) -> None:
        Contact.objects.filter(pk=self.dice.choice(self.people).pk).update(
            account=self.dice.choice(self.people).account
        )


@pytest.mark.parametrize("seed", range(6))
def test_a_night_that_looks_at_what_changed_finds_what_a_full_one_does(people: list[Contact], seed: int) -> None:
    dice = Random(seed)
    TierCondition.objects.filter(rule__position=2, fact__in=["intent", "acv_amount"]).delete()
    rule = TierRule.objects.get(policy__status="published", position=2)
    TierCondition.objects.create(rule=rule, fact="stage", operator="not", values=["Prospecting"])
    StageDefinition.objects.filter(motion="abm", stage="interest").update(least_events=1 + seed % 2, within_days=30)
    history, today, moves_of_few = History(dice, people), FIRST, 0
    night(today)
    for _ in range(14):
        history.happen(today)
        today += timedelta(days=dice.choice([0, 1, 1, 1, 2, 9]))
        scope = night(today)
        moves_of_few += scope.basis is not None
        assert not any(verify.errors(scope).values())
        found = published()
        night(today, full=True)
        assert published() == found
        assert not any(verify.errors().values())
    assert moves_of_few > 5


@pytest.mark.parametrize(
    ("model", "change", "is_noted"),
    [
        (Account, {"employees": 12}, True),
        (Account, {"attributes": {"shops": 3}}, True),
        (Account, {"refreshed_at": first_moment(FIRST)}, False),
        (Contact, {"seniority": "vp"}, True),
        (Contact, {"opted_out_at": first_moment(FIRST)}, True),
        (Contact, {"title": "Buyer"}, False),
    ],
    ids=["a fact", "an own attribute", "a confirmation", "a seniority", "an opt-out", "a title"],
)
def test_what_the_night_depends_on_is_noted_and_nothing_else(
    people: list[Contact], model: Any, change: dict[str, Any], *, is_noted: bool
) -> None:
    ChangedAccount.objects.all().delete()
    pk = people[0].account_id if model is Account else people[0].pk
    model.objects.filter(pk=pk).update(**change)
    assert noted() == ({people[0].account_id} if is_noted else set())


def test_every_column_of_an_account_is_noted_or_does_not_concern_the_night(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'scoring_note_changed_accounts'")
        [[source]] = cursor.fetchall()
    columns = {field.column for field in Account._meta.concrete_fields}
    assert {column for column in columns if f"later.{column}" in source} == columns - IRRELEVANT


def test_an_event_is_noted_by_itself_and_its_change_weighs_the_account_anew(people: list[Contact]) -> None:
    ChangedAccount.objects.all().delete()
    event = EngagementEvent.objects.create(
        account_id=people[0].account_id,
        contact=people[0],
        event_type=EventType.objects.get(code="meeting"),
        occurred_at=first_moment(FIRST),
        source="test",
        external_id="1",
    )
    assert list(ChangedAccount.objects.values_list("account_id", "event_id", "is_weighed_anew")) == [
        (people[0].account_id, event.pk, False)
    ]
    event.delete()
    assert ChangedAccount.objects.filter(account_id=people[0].account_id, is_weighed_anew=True).exists()


def test_that_an_account_was_deleted_is_noted(db: None) -> None:
    account = Account.objects.create(name="A", normalized_name="a")
    ChangedAccount.objects.all().delete()
    pk = account.pk
    account.delete()
    assert noted() == {pk}


def test_a_quiet_account_is_looked_at_when_time_alone_moves_it(people: list[Contact]) -> None:
    quiet, busy = people[0].account_id, people[-1].account_id
    EngagementEvent.objects.create(
        account_id=busy,
        event_type=EventType.objects.get(code="meeting"),
        occurred_at=first_moment(FIRST),
        source="test",
        external_id="1",
    )
    night(FIRST)
    night(FIRST + timedelta(days=1))
    night(FIRST + timedelta(days=2))
    looked_at = {row["account_id"] for row in kept("tonight_score")}
    assert busy in looked_at
    assert quiet not in looked_at


def test_a_changed_policy_judges_everybody_by_what_is_kept_of_their_events(people: list[Contact]) -> None:
    night(FIRST)
    account = people[0].account_id
    # What no event tells shows where engagement is taken from.
    EngagementState.objects.create(account_id=account, magnitudes=[2**57] * len(engagement.half_lives()))
    TierPolicy.objects.filter(status="published").update(promote_band=17)
    scope = night(FIRST)
    assert scope.basis is not None
    assert {row["account_id"] for row in kept("tonight_score")} == {each.account_id for each in people}
    assert Standing.objects.get(account_id=account).engagement == 100
    night(FIRST, full=True)
    assert Standing.objects.get(account_id=account).engagement == 0


def test_a_changed_weight_computes_everybody(people: list[Contact]) -> None:
    night(FIRST)
    assert changes.scope_of(FIRST).basis is not None
    EventType.objects.filter(code="meeting").update(weight=3)
    assert changes.scope_of(FIRST).basis is None


def test_a_night_that_fails_leaves_what_was_noted(people: list[Contact]) -> None:
    night(FIRST)
    Account.objects.filter(pk=people[0].account_id).update(employees=12)
    with transaction.atomic():
        night(FIRST)
        assert noted() == set()
        transaction.set_rollback(True)
    assert noted() == {people[0].account_id}


def test_a_trigger_keeps_no_plan_that_is_for_few_rows_alone(db: None) -> None:
    """The plan of its first statement serves all later ones of a connection: none may try each row with every other."""
    Account.objects.bulk_create(Account(name=f"A{number}", normalized_name=f"a{number}") for number in range(4_000))
    [few] = Account.objects.all()[:1]
    Account.objects.filter(pk=few.pk).update(employees=1)
    by_the_plan_of_few = min(seconds_to_note(), seconds_to_note())
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
    assert by_the_plan_of_few < 4 * seconds_to_note()


def seconds_to_note() -> float:
    """What it takes to change every account."""
    began = perf_counter()
    Account.objects.update(employees=F("employees") + 1)
    return perf_counter() - began
