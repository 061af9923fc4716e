"""Plays on the menu of an account: offered at their stage, ordered with each tactic in its turn."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Play, PlayStep, Tactic
from abmhub.menus.stages import FunnelStage
from abmhub.orders.actions import KeyReused, NotOrderable
from abmhub.orders.menu import menu_for
from abmhub.orders.models import TaskStep
from abmhub.orders.plays import OfferedPlay, plays_for, stopped_by
from abmhub.users.models import User
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
