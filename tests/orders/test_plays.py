"""Plays on the menu of an account: offered at their stage, ordered with each tactic in its turn."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from abmhub.accounts.models import Account, Standing
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.core.models import OutboxMessage
from abmhub.integrations import outbox
from abmhub.menus.models import Play, PlayStep, Tactic
from abmhub.menus.stages import FunnelStage
from abmhub.orders import books
from abmhub.orders.actions import KeyReused, NotOrderable, claim_task, stop_plays
from abmhub.orders.menu import menu_for
from abmhub.orders.models import Order, Task, TaskStep
from abmhub.orders.plays import OfferedPlay, plays_for, stopped_by
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import Notification, User
from tests.orders.conftest import Place


@pytest.fixture
def play(tactic: Tactic, stocked_tactic: Tactic) -> Play:
    """A letter at once, and the popcorn six working days later; for Tier 1, until a deal opens."""
    Play.objects.all().delete()
    play = Play.objects.create(name="Say hello", description="To begin.", stop_rules=["deal_opened", "customer"])
    play.tiers.add(1)
    PlayStep.objects.create(play=play, tactic=tactic)
    PlayStep.objects.create(play=play, tactic=stocked_tactic, offset_days=6)
    return play


def offered(account: Account, rep: User, now: datetime) -> OfferedPlay:
    [found] = plays_for(menu_for(account, by=rep, at=now))
    return found


def test_a_play_says_what_it_comes_to_and_when_each_tactic_is_promised(
    play: Play, account: Account, rep: User, contacts: list[Contact], envelope: Envelope, now: datetime
) -> None:
    found = offered(account, rep, now)
    assert (found.problem, found.least_cost) == ("", Decimal(65))
    assert [each.promise_on for each in found.tactics] == [date(2026, 3, 11), date(2026, 3, 19)]


def test_what_cannot_be_ordered_is_named(
    play: Play, account: Account, rep: User, contacts: list[Contact], envelope: Envelope, tactic: Tactic, now: datetime
) -> None:
    Tactic.objects.filter(name="Popcorn box").update(stock_on_hand=0)
    assert offered(account, rep, now).problem == "Popcorn box: Out of stock."
    tactic.menu_items.all().delete()
    assert offered(account, rep, now).problem == "Handwritten letter is not on the menu."


@pytest.mark.parametrize(
    ("rules", "stage", "is_stopped"),
    [
        (["deal_opened"], FunnelStage.ENGAGED, False),
        (["deal_opened"], FunnelStage.SQL, True),
        (["deal_opened"], FunnelStage.CUSTOMER, False),
        (["customer"], FunnelStage.CUSTOMER, True),
        ([], FunnelStage.LATE, False),
    ],
)
def test_a_stop_rule_that_holds_stops_it_before_it_begins(
    rules: list[str],
    stage: FunnelStage,
    is_stopped: bool,
) -> None:
    assert bool(stopped_by(Play(stop_rules=rules), stage)) == is_stopped


def test_each_tactic_begins_and_is_promised_in_its_turn(
    place: Place, play: Play, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact]
) -> None:
    key = uuid4()
    boxes = (tactic, contacts[:1]), (stocked_tactic, contacts[:1])
    order = place(*boxes, key=key, play_id=play.pk)
    assert order.play == play
    lines = order.lines.order_by("promised_on").values_list("tactic__name", "starts_on", "promised_on")
    assert list(lines) == [
        ("Handwritten letter", date(2026, 3, 4), date(2026, 3, 11)),
        ("Popcorn box", date(2026, 3, 12), date(2026, 3, 19)),
    ]
    steps = TaskStep.objects.filter(task__line__tactic=stocked_tactic).order_by("position")
    assert list(steps.values_list("due_on", flat=True)) == [date(2026, 3, 13), date(2026, 3, 18)]
    assert place(*boxes, key=key, play_id=play.pk) == order
    with pytest.raises(KeyReused):
        place(*boxes, key=key)


def test_a_play_that_left_the_menu_is_not_ordered(
    place: Place, play: Play, tactic: Tactic, contacts: list[Contact], account: Account, now: datetime
) -> None:
    Account.objects.filter(pk=account.pk).update(is_customer=True)
    with pytest.raises(NotOrderable, match="Say hello: It stops at customers"):
        place((tactic, contacts[:1]), play_id=play.pk)
    Play.objects.update(archived_at=now)
    with pytest.raises(NotOrderable, match="not on this menu any more"):
        place((tactic, contacts[:1]), play_id=play.pk)


# --- stop rules after the order --------------------------------------------------------------------------


@pytest.fixture
def placed(place: Place, play: Play, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact]) -> Order:
    """The play as it was ordered on Wednesday, with every stop rule."""
    Play.objects.update(stop_rules=Play.StopRule.values)
    return place((tactic, contacts[:1]), (stocked_tactic, contacts[:1]), play_id=play.pk)


def becomes_a_customer(account: Account, now: datetime) -> None:
    Account.objects.filter(pk=account.pk).update(is_customer=True)


def opens_a_deal(account: Account, now: datetime) -> None:
    stage = Stage.objects.filter(kind="open").first()
    assert stage
    Opportunity.objects.create(account=account, stage=stage, source="test", external_id="1")


def answers(account: Account, now: datetime) -> None:
    kind = EventType.objects.filter(is_meaningful=True).first()
    assert kind
    at = now + timedelta(hours=1)
    EngagementEvent.objects.create(account=account, event_type=kind, occurred_at=at, source="test", external_id="1")


def loses_its_tier(account: Account, now: datetime) -> None:
    Standing.objects.filter(account=account).update(tier=None)


@pytest.mark.parametrize(
    ("happens", "rule"),
    [
        (becomes_a_customer, "customer"),
        (opens_a_deal, "deal_opened"),
        (answers, "engaged"),
        (loses_its_tier, "tier_lost"),
    ],
)
def test_a_stop_rule_cancels_what_nobody_has_begun_and_gives_money_and_stock_back(
    placed: Order,
    account: Account,
    marketer: User,
    stocked_tactic: Tactic,
    envelope: Envelope,
    now: datetime,
    happens: Callable[[Account, datetime], None],
    rule: str,
) -> None:
    later = now + timedelta(days=1)
    assert stop_plays(at=later) == 0
    claim_task(task=Task.objects.get(line__tactic__name="Handwritten letter"), by=marketer, at=now)
    happens(account, now)
    assert stop_plays(at=later) == 1
    lines = dict(placed.lines.values_list("tactic__name", "state"))
    assert lines == {"Handwritten letter": "in_production", "Popcorn box": "cancelled"}
    stocked_tactic.refresh_from_db()
    envelope.refresh_from_db()
    assert (stocked_tactic.stock_reserved, envelope.reserved_amount) == (0, Decimal(40))
    assert OutboxMessage.objects.get(topic="play.stopped").payload["rule"] == rule
    assert stop_plays(at=later) == 0
    assert books.errors() == []


def test_only_the_rules_of_the_play_stop_it(placed: Order, account: Account, now: datetime) -> None:
    Play.objects.update(stop_rules=["customer"])
    loses_its_tier(account, now)
    opens_a_deal(account, now)
    assert stop_plays(at=now + timedelta(days=1)) == 0
    Order.objects.update(play=None)
    becomes_a_customer(account, now)
    assert stop_plays(at=now + timedelta(days=1)) == 0


def test_whoever_ordered_is_told_why(placed: Order, account: Account, rep: User, now: datetime) -> None:
    becomes_a_customer(account, now)
    stop_plays(at=now)
    outbox.sweep(at=now)
    texts = Notification.objects.filter(user=rep).values_list("text", flat=True)
    assert "Say hello stopped at Acme Robotics: the account becomes a customer. Popcorn box is cancelled." in texts
