"""The store: pieces are promised, returned and taken out, and the last one goes to one person."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from abmhub.menus import actions
from abmhub.menus.models import MenuItem, Tactic
from tests.at_once import at_once, meeting_point


def store(tactic: Tactic) -> tuple[int | None, int]:
    tactic.refresh_from_db()
    return tactic.stock_on_hand, tactic.stock_reserved


def test_pieces_are_promised_returned_and_taken_out(stocked_tactic: Tactic) -> None:
    actions.reserve_stock(tactic=stocked_tactic, pieces=2)
    assert store(stocked_tactic) == (3, 2)
    assert stocked_tactic.stock_left == 1
    actions.release_stock(tactic_id=stocked_tactic.pk, pieces=1)
    assert store(stocked_tactic) == (3, 1)
    actions.consume_stock(tactic_id=stocked_tactic.pk, pieces=1)
    assert store(stocked_tactic) == (2, 0)


def test_more_than_is_left_is_refused_by_name_and_changes_nothing(stocked_tactic: Tactic) -> None:
    with pytest.raises(actions.OutOfStock, match="Popcorn box: 4 asked for, 3 left") as refused:
        actions.reserve_stock(tactic=stocked_tactic, pieces=4)
    assert list(refused.value.problems) == [stocked_tactic.pk]
    assert store(stocked_tactic) == (3, 0)


def test_what_is_made_to_order_never_runs_out(tactic: Tactic) -> None:
    actions.reserve_stock(tactic=tactic, pieces=1000)
    assert store(tactic) == (None, 1000)


def test_a_promise_ends_also_when_the_tactic_is_no_longer_kept_in_stock(stocked_tactic: Tactic) -> None:
    actions.reserve_stock(tactic=stocked_tactic, pieces=2)
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=None)
    actions.consume_stock(tactic_id=stocked_tactic.pk, pieces=2)
    assert store(stocked_tactic) == (None, 0)


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ({"stock_reserved": 4}, "tactic_stock_never_oversold"),
        ({"stock_on_hand": 0, "stock_reserved": 1}, "tactic_stock_never_oversold"),
        ({"stock_reserved": F("stock_reserved") - 1}, "stock_reserved_check"),
        ({"minimum_recipients": 0}, "tactic_recipients_make_sense"),
        ({"minimum_recipients": 6, "maximum_recipients": 5}, "tactic_recipients_make_sense"),
        ({"unit_cost": -1}, "tactic_cost_not_negative"),
    ],
)
def test_the_database_is_the_second_wall(stocked_tactic: Tactic, change: dict[str, object], wall: str) -> None:
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        Tactic.objects.filter(pk=stocked_tactic.pk).update(**change)


def test_a_tactic_is_once_on_a_menu(stocked_tactic: Tactic) -> None:
    with pytest.raises(IntegrityError, match="menu_item_once_per_tier"), transaction.atomic():
        MenuItem.objects.create(tier_id=1, tactic=stocked_tactic)


def test_only_what_has_a_recipe_is_approved(tactic: Tactic, now: datetime) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(approved_at=None)
    tactic.recipe.all().delete()
    with pytest.raises(actions.NotReady, match="no recipe"):
        actions.approve(tactic=tactic, at=now)
    assert not Tactic.objects.orderable().filter(pk=tactic.pk).exists()
    tactic.recipe.create(position=1, name="Do it", offset_days=1)
    actions.approve(tactic=tactic, at=now)
    assert Tactic.objects.orderable().filter(pk=tactic.pk).exists()


def test_an_archived_tactic_comes_back_when_it_is_approved_again(tactic: Tactic, now: datetime) -> None:
    actions.archive(tactic=tactic, at=now)
    assert not Tactic.objects.orderable().filter(pk=tactic.pk).exists()
    actions.approve(tactic=tactic, at=now)
    assert Tactic.objects.orderable().filter(pk=tactic.pk).exists()


def careless_reserve(together: Callable[[], int]) -> Callable[..., None]:
    """Without the guard: read, think, write."""

    def reserve_stock(*, tactic: Tactic, pieces: int) -> None:
        read = Tactic.objects.get(pk=tactic.pk)
        if read.stock_left is not None and read.stock_left < pieces:
            raise actions.OutOfStock("None left.")
        together()
        Tactic.objects.filter(pk=tactic.pk).update(stock_reserved=read.stock_reserved + pieces)

    return reserve_stock


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_ten_who_want_the_last_three_pieces(stocked_tactic: Tactic, *, guarded: bool) -> None:
    """Exactly three get one. The control, without the guard, promises ten and remembers one."""
    people = 10
    reserve = actions.reserve_stock if guarded else careless_reserve(meeting_point(people).wait)
    outcomes = at_once([lambda: reserve(tactic=stocked_tactic, pieces=1)] * people)
    promised = sum(outcome is None for outcome in outcomes)
    assert all(outcome is None or isinstance(outcome, actions.OutOfStock) for outcome in outcomes)
    assert (promised, store(stocked_tactic)) == ((3, (3, 3)) if guarded else (10, (3, 1)))
