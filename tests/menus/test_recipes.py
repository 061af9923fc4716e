"""Recipes: the order of the steps, when each is due, and what cannot be done."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.menus.models import RecipeStep
from abmhub.menus.recipes import Step, due_dates, in_order, problems

ORDER, STEPS, PROMISE = RecipeStep.CountsFrom.values


def step(position: int, days: int = 0, after: tuple[int, ...] = (), counts_from: str = "order") -> Step:
    return Step(position, f"Step {position}", days, counts_from, after)


def test_steps_come_after_what_they_wait_for_and_else_by_number() -> None:
    recipe = [step(1, after=(3,)), step(2), step(3), step(4, after=(1, 2))]
    assert [each.position for each in in_order(recipe)] == [2, 3, 1, 4]


def test_due_dates_count_from_the_order_from_steps_and_back_from_the_promise() -> None:
    """Work begins on Wednesday 4 March and is promised for Wednesday the 11th; nobody works at the weekend."""
    recipe = [
        step(1, 1),
        step(2, 2, (1,), STEPS),
        step(3, 1, (1, 2), STEPS),
        step(4, 2, counts_from=PROMISE),
        step(5, 9, (3,), STEPS),
        step(6, 9, counts_from=PROMISE),
    ]
    due = due_dates(recipe, starts_on=date(2026, 3, 4), promised_on=date(2026, 3, 11))
    assert due == {
        1: date(2026, 3, 5),
        2: date(2026, 3, 9),
        3: date(2026, 3, 10),
        4: date(2026, 3, 9),
        5: date(2026, 3, 11),
        6: date(2026, 3, 4),
    }


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ([step(1), step(2, after=(9,))], ["Step 2 waits for step 9, and there is no step 9."]),
        ([step(1, after=(1,))], ["Step 1 waits for itself."]),
        (
            [step(1), step(2, after=(4,)), step(3, after=(2,)), step(4, after=(1, 3)), step(5, after=(4,))],
            [
                "These steps wait for one another, so that none can start: 2 for 4, 4 for 3, 3 for 2.",
                "Step 5 can never start: it waits, at last, for those.",
            ],
        ),
        (
            [step(1, 2, counts_from=STEPS)],
            ["Step 1 counts from the steps it waits for, and waits for none: name their numbers."],
        ),
        ([step(1, 4), step(2, 1, (1,))], ["Step 2 is due on working day 1, and waits for one that is due on day 4."]),
        (
            [step(1, 3), step(2, 3, (1,), STEPS)],
            [
                "The recipe takes 6 working days and the lead time is 5: lengthen the lead time or shorten the recipe.",
            ],
        ),
        (
            [step(1, 7, counts_from=PROMISE)],
            ["Step 1 would be due 7 working days before the promise, and the lead time is 5."],
        ),
        ([step(1, 1), step(2, 2, (1,), STEPS), step(3, 2, (2,), PROMISE)], []),
    ],
    ids=["unknown", "itself", "circle", "from nothing", "too early", "too long", "before the order", "good"],
)
def test_what_cannot_be_done_is_said_in_a_sentence(recipe: list[Step], said: list[str]) -> None:
    assert problems(recipe, lead_time_days=5) == said


@given(st.lists(st.sets(st.integers(1, 6)), min_size=1, max_size=6))
def test_a_circle_is_found_exactly_when_some_step_cannot_be_reached(waits: list[set[int]]) -> None:
    """Against a slow twin that follows every chain of waiting from every step."""
    recipe = [step(number, after=tuple(sorted(after))) for number, after in enumerate(waits, start=1)]
    known = {each.position: set(each.after) for each in recipe}

    def comes_back(start: int) -> bool:
        seen, front = set(), set(known[start])
        while front:
            seen |= front
            front = {far for near in front for far in known.get(near, ())} - seen
        return start in seen

    found = problems(recipe, lead_time_days=5)
    said = [each for each in found if "waits for itself" in each or "one another" in each]
    assert bool(said) == any(comes_back(number) for number in known)
    done: set[int] = set()
    for each in in_order(recipe):
        assert said or set(each.after) & known.keys() <= done
        done.add(each.position)


def test_what_a_version_keeps_reads_back_the_same() -> None:
    kept = Step(2, "Pack", 1, STEPS, (1,), ("Tin", "Ticket"), Decimal("10.50"), "file", "team", 7, None)
    assert Step.from_data(kept.as_data()) == kept
    assert Step(1, "Wait", hours=Decimal("10.00")).as_data()["hours"] == "10"
