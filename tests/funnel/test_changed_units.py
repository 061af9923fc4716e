"""What a night looks for in units: whatever happens, it knows what one that finds all of them does."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection, models, transaction
from psycopg.sql import SQL

from abmhub.accounts.models import Account, Standing, TierChange
from abmhub.campaigns.models import Campaign, Channel, Motion, Program, ProgramAccount, Touch
from abmhub.committee.models import Content
from abmhub.core.sql import statement
from abmhub.funnel import engaged, units
from abmhub.funnel.definitions import Counting
from abmhub.funnel.models import ChangedUnit, Edition, EngagedAccount, FunnelUnit, StageDefinition
from abmhub.pipeline.models import Lead, Opportunity, Stage, StageChange
from abmhub.scoring.models import ChangedAccount
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import User
from tests.funnel.conftest import MakeDeal, MakeLead
from tests.funnel.test_snapshots import a_random_market
from tests.kept import kept

FIRST = date(2026, 3, 2)
NOBODY = SQL("SELECT NULL::bigint AS account_id WHERE FALSE")
OF_FACTS = SQL("SELECT account_id FROM scoring_changedaccount WHERE event_id IS NULL")
OWN = {"id", "known_from_on", "known_until_on", "began_by", "ended_by"}


def a_night(on: date) -> int:
    """What the night does about units, after the accounts that changed were taken; how many it looked for."""
    with transaction.atomic():
        units.keep(on=on, changed=OF_FACTS)
        ChangedAccount.objects.all().delete()
        return len(kept("tonight_unit"))


def known() -> dict[tuple[str, int], dict[str, Any]]:
    rows: list[dict[str, Any]] = [{**row} for row in FunnelUnit.objects.filter(known_until_on=None).values()]
    return {(row["kind"], row["key"]): {name: row[name] for name in row.keys() - OWN} for row in rows}


def all_there_are(on: date) -> dict[tuple[str, int], dict[str, Any]]:
    with transaction.atomic():
        engaged.gather(Counting.now(), on=on)
        units.gather(Counting.now(), engaged_accounts=engaged.TONIGHT)
        return {(row["kind"], row["key"]): row for row in kept("tonight_unit")}


class Market:
    """Things that happen to a market, by chance."""

    def __init__(self, seed: int) -> None:
        self.dice, self.number = Random(seed), 0
        a_random_market(self.dice)
        channels = [Channel.objects.create(code=f"c{n}", name=f"C{n}") for n in range(2)]
        contents = [Content.objects.create(title=f"Paper {n}") for n in range(2)]
        self.programs = [
            Program.objects.create(name=f"P{n}", audience=f"p{n}", starts_on=self.day(), budget_amount=1)
            for n in range(3)
        ]
        self.campaigns = [
            Campaign.objects.create(
                name=f"K{n}", motion=Motion.ABM, channel=self.dice.choice(channels), started_on=FIRST,
                program=self.dice.choice([None, *self.programs]), content=self.dice.choice([None, *contents]),
            )
            for n in range(4)
        ]  # fmt: skip
        self.channels, self.contents = channels, contents
        self.owners = [User.objects.create_user(f"rep{n}", role="rep") for n in range(2)]

    def day(self) -> date:
        return FIRST - timedelta(days=self.dice.randrange(-5, 100))

    def perhaps(self, *values: Any) -> Any:
        return self.dice.choice([None, *values])

    def any_of(self, model: Any) -> Any:
        return model.objects.order_by("pk")[self.dice.randrange(model.objects.count())]

    def change(self, model: Any, **values: Any) -> None:
        """One of these columns of one row."""
        name = self.dice.choice(list(values))
        model.objects.filter(pk=self.any_of(model).pk).update(**{name: values[name]})

    def happen(self) -> None:
        deeds: list[Callable[[], object]] = [
            *[self.deal] * 3, *[self.lead] * 3, self.history, *[self.touch] * 2, self.touched_otherwise,
            *[self.listed] * 3, self.unlisted, self.campaign, self.program, self.facts, *[self.moved] * 2,
            self.moved_back, self.done, self.undone, self.gone, self.came,
        ]  # fmt: skip
        for _ in range(self.dice.randrange(5)):
            self.dice.choice(deeds)()

    def deal(self) -> None:
        self.change(
            Opportunity, account=self.perhaps(self.any_of(Account)), owner=self.perhaps(*self.owners),
            campaign=self.perhaps(*self.campaigns), motion=self.dice.choice(Motion.values),
            stage=self.any_of(Stage), amount=self.perhaps(Decimal(self.dice.randrange(1000))),
            currency=self.dice.choice(["USD", "EUR"]), engaged_on=self.perhaps(self.day()),
            closed_on=self.perhaps(self.day()),
        )  # fmt: skip

    def lead(self) -> None:
        self.change(
            Lead, account=self.perhaps(self.any_of(Account)), campaign=self.perhaps(*self.campaigns),
            opportunity=self.perhaps(self.any_of(Opportunity)), created_on=self.day(),
            mql_on=self.perhaps(self.day()), sql_on=self.perhaps(self.day()),
        )  # fmt: skip

    def history(self) -> None:
        if self.dice.random() < 0.5:
            StageChange.objects.create(
                opportunity=self.any_of(Opportunity), stage=self.any_of(Stage), entered_on=self.day()
            )
        else:
            self.change(
                StageChange, entered_on=self.day(), stage=self.any_of(Stage), opportunity=self.any_of(Opportunity)
            )

    def touch(self) -> None:
        self.number += 1
        Touch.objects.create(
            account=self.any_of(Account), channel=self.channels[0], campaign=self.perhaps(*self.campaigns),
            occurred_at=datetime.combine(self.day(), datetime.min.time(), UTC), source="t",
            external_id=str(self.number),
        )  # fmt: skip

    def touched_otherwise(self) -> None:
        if Touch.objects.exists():
            self.change(
                Touch, account=self.any_of(Account), campaign=self.perhaps(*self.campaigns),
                occurred_at=datetime.combine(self.day(), datetime.min.time(), UTC),
            )  # fmt: skip

    def listed(self) -> None:
        ProgramAccount.objects.get_or_create(program=self.dice.choice(self.programs), account=self.any_of(Account))

    def unlisted(self) -> None:
        ProgramAccount.objects.filter(program=self.dice.choice(self.programs), account=self.any_of(Account)).delete()

    def campaign(self) -> None:
        self.change(
            Campaign, program=self.perhaps(*self.programs), channel=self.dice.choice(self.channels),
            content=self.perhaps(*self.contents),
        )  # fmt: skip

    def program(self) -> None:
        self.change(Program, starts_on=self.day())

    def facts(self) -> None:
        self.change(
            Account, segment=self.dice.choice(["", "smb"]), industry=self.dice.choice(["", "retail"]),
            owner=self.perhaps(*self.owners),
        )  # fmt: skip

    def moved(self) -> None:
        """As the night and an override do it: the standing with its move."""
        account, tier, day = self.any_of(Account), self.perhaps(1, 2, 3), self.day()
        Standing.objects.filter(account=account).update(tier_id=tier, tier_since_on=day)
        TierChange.objects.update_or_create(
            account=account, changed_on=day, defaults={"to_tier_id": tier, "policy_version": 1}
        )

    def moved_back(self) -> None:
        for move in TierChange.objects.order_by("?")[:1]:
            Standing.objects.filter(account=move.account_id).update(tier=move.from_tier, tier_since_on=None)
            move.delete()

    def undone(self) -> None:
        EngagementEvent.objects.filter(pk__in=EngagementEvent.objects.order_by("?").values("pk")[:3]).delete()

    def done(self) -> None:
        self.number += 1
        EngagementEvent.objects.create(
            account=self.any_of(Account), event_type=EventType.objects.get(code="demo_request"),
            occurred_at=datetime.combine(self.day(), datetime.min.time(), UTC), source="t",
            external_id=str(self.number),
        )  # fmt: skip

    def gone(self) -> None:
        model = self.dice.choice([Opportunity, Lead, Account, StageChange, Touch, Touch])
        if model._default_manager.exists():
            self.any_of(model).delete()

    def came(self) -> None:
        self.number += 1
        new = {"source": "t", "external_id": f"new {self.number}", "account": self.perhaps(self.any_of(Account))}
        if self.dice.random() < 0.5:
            Opportunity.objects.create(stage=self.any_of(Stage), engaged_on=self.day(), **new)
        else:
            Lead.objects.create(created_on=self.day(), opportunity=self.perhaps(self.any_of(Opportunity)), **new)


@pytest.mark.parametrize("seed", range(6))
def test_it_knows_what_one_that_finds_all_of_them_does(db: None, seed: int) -> None:
    market = Market(seed)
    StageDefinition.objects.filter(motion="abm", stage="interest").update(least_events=1 + seed % 2, within_days=30)
    units.keep(on=FIRST)
    ChangedAccount.objects.all().delete()
    looked, there = 0, 0
    for number in range(1, 25):
        market.happen()
        today = FIRST + timedelta(days=number // 2)
        looked += a_night(today)
        found = all_there_are(today)
        assert known() == found
        assert units.errors() == []
        there += len(found)
    assert 0 < looked < there / 4


@pytest.fixture
def rows(deal: MakeDeal, lead: MakeLead) -> dict[str, Any]:
    """One row of each kind that units follow from, nothing of them noted; and others to refer to."""
    account, other = (Account.objects.create(name=name, normalized_name=name) for name in "ab")
    program = Program.objects.create(name="P", audience="p", starts_on=FIRST, budget_amount=1)
    channel = Channel.objects.create(code="c", name="C")
    campaign = Campaign.objects.create(name="K", motion=Motion.ABM, channel=channel, started_on=FIRST)
    made, second = deal("Engaging", account=account), deal("Engaging")
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    found = {
        "account": account, "other": other, "program": program, "channel": channel, "campaign": campaign,
        "deal": made, "second": second, "noon": noon, "stage": made.stage,
        "lead": lead(opportunity=made, created_on=FIRST),
        "change": StageChange.objects.create(opportunity=made, stage=made.stage, entered_on=FIRST),
        "touch": Touch.objects.create(account=account, channel=channel, occurred_at=noon, source="t"),
        "member": ProgramAccount.objects.create(program=program, account=account),
        "move": TierChange.objects.create(account=account, changed_on=FIRST, to_tier_id=1, policy_version=1),
        "engaged": EngagedAccount.objects.create(account_id=account.pk, engaged_on=FIRST),
    }  # fmt: skip
    ChangedUnit.objects.all().delete()
    return found


LATER = FIRST + timedelta(days=1)
DEEDS: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "a deal comes": ("deal", lambda r: Opportunity.objects.create(stage=r["stage"], source="t", external_id="new")),
    "a deal changes": ("deal", lambda r: Opportunity.objects.update(amount=7)),
    "a deal goes": ("deal", lambda r: Opportunity.objects.filter(pk=r["second"].pk).delete()),
    "a stage is entered": (
        "deal",
        lambda r: StageChange.objects.create(opportunity=r["second"], stage=r["stage"], entered_on=LATER),
    ),
    "a stage was entered on another day": ("deal", lambda r: StageChange.objects.update(entered_on=LATER)),
    "a stage was never entered": ("deal", lambda r: StageChange.objects.all().delete()),
    "a lead comes": ("lead", lambda r: Lead.objects.create(created_on=FIRST, source="t", external_id="new")),
    "a lead changes": ("lead", lambda r: Lead.objects.update(mql_on=LATER)),
    "a lead goes": ("lead", lambda r: Lead.objects.all().delete()),
    "a lead leaves its deal": ("deal", lambda r: Lead.objects.update(opportunity=None)),
    "a lead goes from its deal": ("deal", lambda r: Lead.objects.all().delete()),
    "an account is touched": (
        "account",
        lambda r: Touch.objects.create(account=r["other"], channel=r["channel"], occurred_at=r["noon"], source="u"),
    ),
    "a touch belongs to a campaign": ("account", lambda r: Touch.objects.update(campaign=r["campaign"])),
    "a touch goes": ("account", lambda r: Touch.objects.all().delete()),
    "a program lists an account": (
        "account", lambda r: ProgramAccount.objects.create(program=r["program"], account=r["other"]),
    ),
    "a program lists another account": ("account", lambda r: ProgramAccount.objects.update(account=r["other"])),
    "a program drops an account": ("account", lambda r: ProgramAccount.objects.all().delete()),
    "a program starts later": ("program", lambda r: Program.objects.update(starts_on=LATER)),
    "a campaign joins a program": ("campaign", lambda r: Campaign.objects.update(program=r["program"])),
    "an account moves": (
        "account",
        lambda r: TierChange.objects.create(account=r["other"], changed_on=FIRST, to_tier_id=1, policy_version=1),
    ),
    "an account moved elsewhere": ("account", lambda r: TierChange.objects.update(to_tier_id=2)),
    "an account did not move": ("account", lambda r: TierChange.objects.all().delete()),
    "an account engages": (
        "account", lambda r: EngagedAccount.objects.create(account_id=r["other"].pk, engaged_on=FIRST),
    ),
    "an account engaged earlier": ("account", lambda r: EngagedAccount.objects.update(engaged_on=LATER)),
    "an account never engaged": ("account", lambda r: EngagedAccount.objects.all().delete()),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_what_units_follow_from_is_noted(rows: dict[str, Any], deed: str) -> None:
    kind, happens = DEEDS[deed]
    happens(rows)
    assert kind in ChangedUnit.objects.values_list("kind", flat=True)


def test_both_sides_of_a_move_are_noted(rows: dict[str, Any]) -> None:
    Lead.objects.update(opportunity=rows["second"])
    assert set(ChangedUnit.objects.values_list("kind", "key")) == {
        ("lead", rows["lead"].pk), ("deal", rows["deal"].pk), ("deal", rows["second"].pk),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("model", "column"),
    [(Opportunity, "name"), (Lead, "email"), (Touch, "summary"), (Program, "name"), (Campaign, "name")],
    ids=["deal", "lead", "touch", "program", "campaign"],
)
def test_what_no_unit_tells_is_not_noted(rows: dict[str, Any], model: type[models.Model], column: str) -> None:
    model._default_manager.update(**{column: "Another"})
    assert not ChangedUnit.objects.exists()


def test_every_column_that_units_are_found_from_is_watched(db: None) -> None:
    """A column that funnel/units.sql reads of a deal or lead, and no trigger compares, would change unnoticed."""
    found = statement("funnel/units")
    for model, alias in ((Opportunity, "deal"), (Lead, "lead")):
        read = {field.column for field in model._meta.concrete_fields if f"{alias}.{field.column}" in found} - {"id"}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s",
                [model._meta.db_table, f"funnel_note_{alias}_update"],
            )
            [[definition]] = cursor.fetchall()
        assert len(read) > 5
        assert {column for column in read if f"'{column}'" in definition} == read


def test_a_night_without_news_keeps_the_edition(deal: MakeDeal) -> None:
    """Whatever was counted of the units still holds."""
    deal("Engaging", engaged_on=FIRST)
    units.keep(on=FIRST)
    [edition] = Edition.objects.values_list("token", flat=True)
    units.keep(on=FIRST + timedelta(days=1), changed=NOBODY)
    assert list(Edition.objects.values_list("token", flat=True)) == [edition]
    Opportunity.objects.update(amount=5)
    units.keep(on=FIRST + timedelta(days=1), changed=NOBODY)
    assert list(Edition.objects.values_list("token", "units")) != [(edition, 1)]


def test_a_night_that_fails_leaves_what_was_noted(deal: MakeDeal) -> None:
    units.keep(on=FIRST)
    deal("Engaging", engaged_on=FIRST)
    with transaction.atomic():
        units.keep(on=FIRST, changed=NOBODY)
        assert not ChangedUnit.objects.exists()
        transaction.set_rollback(True)
    assert ChangedUnit.objects.exists()


def test_new_rules_count_all_units_anew(deal: MakeDeal) -> None:
    deal("Engaging", engaged_on=FIRST)
    units.keep(on=FIRST)
    assert FunnelUnit.objects.get().opportunity_on == FIRST
    Stage.objects.filter(name="Engaging").update(is_qualified=False)
    units.keep(on=FIRST + timedelta(days=1), changed=NOBODY)
    assert FunnelUnit.objects.get(known_until_on=None).opportunity_on is None


def test_the_books_say_when_a_unit_is_not_as_the_nights_know_it(deal: MakeDeal) -> None:
    made = deal("Engaging", engaged_on=FIRST)
    units.keep(on=FIRST)
    ChangedAccount.objects.all().delete()
    FunnelUnit.objects.update(amount=3)
    assert units.errors() == ["Units of the funnel that are not as the nights know them: 1. Run the night with --full."]
    ChangedUnit.objects.create(kind="deal", key=made.pk)
    assert units.errors() == []
