"""When a tactic is promised. 2026-03-04 is a Wednesday; the cast's letter has a lead time of 5 working days."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.core import sql
from abmhub.core.workdays import add_working_days, is_working_day, working_days_between
from abmhub.menus.models import RecipeStep, Tactic
from abmhub.orders import actions, promises
from abmhub.orders.menu import Offer, menu_for
from abmhub.orders.models import Backlog, Capacity, Order, OrderLine, Task
from abmhub.orders.promises import ENOUGH, LATEST, MOST_QUEUE_DAYS, Promise, Queue, usual_days
from abmhub.users.models import Absence, Team, User

Place = Callable[..., Order]
WEDNESDAY, THURSDAY, FRIDAY, MONDAY = date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # The rank is ceil(0.8 (n + 1)): 4, 9, 9, 10, 17 and 41.
        ([2, 4, 4, 9], 9),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 9),
        ([5, 5, 5, 5, 5, 5, 5, 5, 6, 30], 6),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 10),
        (list(range(1, 21)), 17),
        (list(range(50, 0, -1)), 41),
        # Too few for that rank to exist: the slowest.
        ([3], 3),
        ([3, 1], 3),
    ],
    ids=["four", "ten", "outlier", "eleven", "twenty", "fifty", "one", "two"],
)
def test_eight_of_ten_are_done_within_the_usual_days(days: list[int], expected: int) -> None:
    assert usual_days(days) == expected


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60))
def test_the_usual_days_are_those_of_some_delivery_and_enough_for_eight_of_ten(days: list[int]) -> None:
    usual = usual_days(days)
    assert usual in days
    assert sum(each <= usual for each in days) * 10 >= len(days) * 8


def of(at: datetime, tactic: Tactic) -> Promise:
    return promises.promises_for([tactic], at=at)[tactic.pk]


Delivered = Callable[..., None]


@pytest.fixture
def delivered(account: Account, envelope: Envelope, rep: User, now: datetime) -> Delivered:
    """Deliveries of the last days, the oldest first: `delivered(tactic, [how many working days each took])`."""

    def delivered(tactic: Tactic, took: Sequence[int | None], *, queue: int = 0, before: int = 0) -> None:
        for number, days in enumerate(took):
            at = now - timedelta(days=before + len(took) - number)
            order = Order.objects.create(
                account=account,
                tier_id=1,
                envelope=envelope,
                placed_by=rep,
                placed_at=at,
                total_amount=40,
                currency="USD",
                idempotency_key=uuid4(),
            )
            same = {"unit_cost": 40, "line_cost": 40, "actual_cost": 40, "quantity": 1, "promised_on": at.date()}
            told = {"state": OrderLine.State.DELIVERED, "delivered_at": at, "took_days": days, "queue_days": queue}
            OrderLine.objects.create(order=order, tactic=tactic, **same, **told)

    return delivered


def test_the_lead_time_counts_until_there_is_enough_history(
    delivered: Delivered, tactic: Tactic, now: datetime
) -> None:
    assert of(now, tactic) == Promise(WEDNESDAY, WEDNESDAY, 5)
    assert of(now, tactic).on == date(2026, 3, 11)
    assert (of(now, tactic).why, of(now, tactic).counts_from) == ("5 working days of lead time.", "")
    delivered(tactic, [2] * (ENOUGH - 1))
    assert of(now, tactic).usual_days == 5
    delivered(tactic, [9], before=30)
    assert of(now, tactic) == Promise(WEDNESDAY, WEDNESDAY, 2, deliveries=10, within=9)
    assert of(now, tactic).on == FRIDAY
    assert of(now, tactic).why == "Usually done in 2 working days (9 of the last 10 times)."


def test_only_the_latest_deliveries_count(delivered: Delivered, tactic: Tactic, now: datetime) -> None:
    delivered(tactic, [30] * 20 + [3] * LATEST)
    assert of(now, tactic) == Promise(WEDNESDAY, WEDNESDAY, 3, deliveries=LATEST, within=LATEST)


def test_what_a_promise_allowed_for_the_queue_is_no_work_of_its_own(
    delivered: Delivered, tactic: Tactic, now: datetime
) -> None:
    delivered(tactic, [6] * ENOUGH, queue=4)
    assert of(now, tactic).usual_days == 2
    OrderLine.objects.update(queue_days=20)
    assert of(now, tactic).usual_days == 0


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("at", "starts_on", "said"),
    [
        (datetime(2026, 3, 4, 13, 59, tzinfo=UTC), WEDNESDAY, ""),
        (datetime(2026, 3, 4, 14, 0, tzinfo=UTC), THURSDAY, "It is past 14:00: %s Thursday 5 March."),
        (datetime(2026, 3, 6, 16, 0, tzinfo=UTC), MONDAY, "It is past 14:00: %s Monday 9 March."),
        (datetime(2026, 3, 7, 16, 0, tzinfo=UTC), MONDAY, "Today is a day off: %s Monday 9 March."),
    ],
    ids=["before", "at-cut-off", "friday", "saturday"],
)
def test_it_counts_from_the_first_working_day(tactic: Tactic, at: datetime, starts_on: date, said: str) -> None:
    promise = of(at, tactic)
    assert (promise.starts_on, promise.on) == (starts_on, add_working_days(starts_on, 5))
    assert promise.counts_from == said.replace("%s", "what is ordered now counts from")


@pytest.fixture
def studio(marketer: User) -> Team:
    """A team of one marketer, beside one in no team."""
    team = Team.objects.create(name="Studio")
    marketer.team = team
    marketer.save()
    return team


def backlog(hours: float, due_on: date, team: Team | None = None) -> None:
    Backlog.objects.create(hours=Decimal(str(hours)), due_on=due_on, team=team)


@pytest.mark.usefixtures("marketer", "other_marketer")
@pytest.mark.parametrize(
    ("hours", "days"),
    [(0.5, 0), (11.99, 0), (12, 1), (35.5, 2), (12 * MOST_QUEUE_DAYS, MOST_QUEUE_DAYS), (90_000, MOST_QUEUE_DAYS)],
)
def test_the_work_ahead_takes_the_hours_of_all_marketers(
    tactic: Tactic, now: datetime, hours: float, days: int
) -> None:
    backlog(hours, date(2026, 3, 11))
    backlog(1_000, date(2026, 5, 1))  # due later than it is promised: behind it
    promise = of(now, tactic)
    assert promise.queue_days == days
    assert promise.on == add_working_days(WEDNESDAY, 5 + days)
    assert promise.why == "5 working days of lead time" + (f", {days} more for the queue." if days else ".")


def test_a_team_has_a_queue_and_hours_of_its_own(
    tactic: Tactic, stocked_tactic: Tactic, studio: Team, other_marketer: User, now: datetime
) -> None:
    step = RecipeStep.objects.filter(tactic=tactic).order_by("position").last()
    assert step is not None
    step.assignee_rule, step.team = RecipeStep.Assignee.ROUND_ROBIN, studio
    step.save()
    backlog(18, WEDNESDAY, studio)
    backlog(30, WEDNESDAY)
    found = promises.promises_for([tactic, stocked_tactic], at=now)
    # 18 hours of the one in the studio; 48 of both together.
    assert (found[tactic.pk].queue_days, found[stocked_tactic.pk].queue_days) == (3, 4)
    User.objects.filter(team=studio).update(is_active=False)
    # Nobody is in the studio: everybody left does everything.
    found = promises.promises_for([tactic, stocked_tactic], at=now)
    assert (found[tactic.pk].queue_days, found[stocked_tactic.pk].queue_days) == (8, 8)
    other_marketer.is_active = False
    other_marketer.save()
    assert of(now, tactic).queue_days == 0


@pytest.mark.usefixtures("marketer")
def test_who_is_away_works_on_nothing(tactic: Tactic, other_marketer: User, now: datetime) -> None:
    backlog(36, WEDNESDAY)
    assert of(now, tactic).queue_days == 3
    Absence.objects.create(person=other_marketer, starts_on=WEDNESDAY, ends_on=FRIDAY)
    assert of(now, tactic).queue_days == 6


@pytest.mark.usefixtures("marketer")
def test_who_has_few_hours_for_tasks_does_few(tactic: Tactic, other_marketer: User, now: datetime) -> None:
    backlog(36, WEDNESDAY)
    Capacity.objects.create(person=other_marketer, hours_a_day=Decimal("1.2"))
    assert of(now, tactic).queue_days == 5


def test_an_order_is_ahead_of_the_next_one_at_once(
    place: Place, tactic: Tactic, contacts: list[Contact], marketer: User, now: datetime
) -> None:
    RecipeStep.objects.filter(tactic=tactic).update(hours=Decimal("4.5"))
    place((tactic, contacts[:1]))
    added = Backlog.objects.get()
    assert (added.team_id, added.due_on, added.hours) == (None, date(2026, 3, 11), Decimal(9))
    assert of(now, tactic).queue_days == 1
    place((tactic, contacts[:1]))
    line = OrderLine.objects.latest("pk")
    assert (line.queue_days, line.promised_on) == (1, date(2026, 3, 12))
    # Counted anew it is the same, and what is done or waits is not ahead of anybody.
    assert promises.count_backlog() == 2
    assert of(now, tactic).queue_days == 3
    task = Task.objects.earliest("pk")
    actions.claim_task(task=task, by=marketer, at=now)
    actions.tick_step(step=task.steps.get(position=1), by=marketer, at=now)
    promises.count_backlog()
    assert sorted(Backlog.objects.values_list("hours", flat=True)) == [Decimal("4.5"), Decimal(9)]
    actions.wait(task=task, on=Task.WaitingOn.REP, note="", by=marketer, at=now)
    promises.count_backlog()
    assert list(Backlog.objects.values_list("hours", flat=True)) == [Decimal(9)]
    actions.resume(task=task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="Done.")
    actions.cancel_line(line=line, by=line.order.placed_by, at=now)
    assert promises.count_backlog() == 0


@pytest.mark.parametrize(
    ("on", "paused", "took"),
    [(Task.WaitingOn.REP, 3, 2), (Task.WaitingOn.RECIPIENT, 3, 2), (Task.WaitingOn.VENDOR, 0, 5)],
)
def test_days_on_which_sales_had_to_act_are_not_held_against_marketing(
    claimed: Task, marketer: User, now: datetime, on: Task.WaitingOn, paused: int, took: int
) -> None:
    actions.wait(task=claimed, on=on, note="", by=marketer, at=now + timedelta(days=1))  # Thursday
    actions.resume(task=claimed, by=marketer, at=now + timedelta(days=6))  # Tuesday: Friday, Monday, Tuesday
    actions.deliver(task=claimed, by=marketer, at=now + timedelta(days=7), note="Done.")
    claimed.refresh_from_db()
    line = claimed.line
    line.refresh_from_db()
    assert (claimed.paused_days, line.took_days) == (paused, took)
    assert working_days_between(WEDNESDAY, date(2026, 3, 11)) == 5


def test_what_is_delivered_before_its_turn_took_no_time(claimed: Task, marketer: User, now: datetime) -> None:
    OrderLine.objects.update(starts_on=date(2026, 4, 1))
    actions.deliver(task=claimed, by=marketer, at=now, note="Done.")
    assert OrderLine.objects.get().took_days == 0


def test_a_line_from_before_plays_says_not_when_it_began(claimed: Task, marketer: User, now: datetime) -> None:
    OrderLine.objects.update(starts_on=None)
    actions.deliver(task=claimed, by=marketer, at=now, note="Done.")
    assert OrderLine.objects.get().took_days is None


def test_what_has_run_out_comes_in_later_if_the_tactic_says_when(
    place: Place, stocked_tactic: Tactic, contacts: list[Contact], account: Account, rep: User, now: datetime
) -> None:
    def offer() -> Offer:
        [found] = [each for each in menu_for(account, by=rep, at=now).offers if each.tactic == stocked_tactic]
        return found

    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=0)
    assert offer().problem == "Out of stock."
    Tactic.objects.filter(pk=stocked_tactic.pk).update(restock_days=4)
    assert (offer().problem, offer().stock_left, offer().promise.restock_days) == ("", None, 4)
    assert offer().promise.why == "5 working days of lead time, 4 until it is in stock again."
    place((stocked_tactic, contacts[:2]))
    line = OrderLine.objects.get(tactic=stocked_tactic)
    assert (line.takes_stock, line.promised_on, line.queue_days) == (False, add_working_days(WEDNESDAY, 9), 4)
    stocked_tactic.refresh_from_db()
    assert (stocked_tactic.stock_on_hand, stocked_tactic.stock_reserved) == (0, 0)
    # With enough in the store it is taken from there, at once.
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=2)
    assert (offer().stock_left, offer().promise.restock_days) == (2, 0)
    with pytest.raises(actions.NotOrderable, match="3 are needed, and 2 are left"):
        place((stocked_tactic, contacts))
    place((stocked_tactic, contacts[:1]))
    assert OrderLine.objects.filter(takes_stock=True).count() == 1


queues = st.lists(st.tuples(st.dates(date(2026, 2, 1), date(2026, 5, 1)), st.integers(0, 200)), max_size=30)


@given(
    queues, st.dates(date(2026, 3, 1), date(2026, 4, 1)), st.integers(1, 400), st.integers(0, 10), st.integers(0, 40)
)
def test_more_work_never_brings_a_promise_forward_and_no_promise_is_a_day_off(
    work: list[tuple[date, int]], asked_on: date, more: int, people: int, usual: int
) -> None:
    starts_on = add_working_days(asked_on, 0)
    until = add_working_days(starts_on, usual)

    def promised(ahead: list[tuple[date, int]]) -> Promise:
        queue = Queue([(day, Decimal(hours)) for day, hours in ahead], Decimal(people * 6))
        return Promise(asked_on, starts_on, usual, queue_days=queue.days(until))

    before, after = promised(work), promised([*work, (asked_on, more)])
    assert before.on <= after.on
    assert is_working_day(before.on)
    assert 0 <= before.queue_days <= MOST_QUEUE_DAYS
    assert before.on >= add_working_days(starts_on, usual)


@pytest.mark.parametrize("seed", range(3))
def test_the_latest_deliveries_are_those_of_a_plain_reading(
    delivered: Delivered, tactic: Tactic, stocked_tactic: Tactic, now: datetime, seed: int
) -> None:
    dice = random.Random(seed)
    for each in (tactic, stocked_tactic):
        delivered(each, [dice.choice([None, dice.randrange(12)]) for _ in range(dice.randrange(1, 16))])
    for line in OrderLine.objects.order_by("pk"):
        line.queue_days, line.delivered_at = dice.randrange(4), now - timedelta(hours=dice.randrange(5))
        line.save()
    asked = [tactic.pk, stocked_tactic.pk]
    found = sql.rows("orders/latest_deliveries", tactic_ids=asked, latest=7)
    for row in found:
        mine = [line for line in OrderLine.objects.all() if line.tactic_id == row["tactic_id"]]
        newest = sorted(mine, key=lambda line: (line.delivered_at, line.pk), reverse=True)
        told = [(line.took_days, line.queue_days) for line in newest if line.took_days is not None][:7]
        assert row["days"] == [max(took - queue, 0) for took, queue in told]
    assert [row["tactic_id"] for row in found] == asked


@pytest.mark.usefixtures("account")
def test_a_menu_of_many_tactics_asks_as_often_as_one_of_one(
    tactic: Tactic, stocked_tactic: Tactic, now: datetime, django_assert_num_queries: Callable[..., object]
) -> None:
    for asked in ([tactic], [tactic, stocked_tactic], list(Tactic.objects.all())):
        with django_assert_num_queries(3):  # type: ignore[attr-defined]
            assert len(promises.promises_for(asked, at=now)) == len(asked)


@pytest.mark.parametrize("seed", range(8))
def test_of_simulated_orders_eight_of_ten_promises_are_kept(seed: int) -> None:
    """Nine months of orders in a queue that swells and ebbs; what the queue takes is known to within a third."""
    dice = random.Random(seed)
    start = date(2026, 1, 5)
    delivered: list[tuple[date, int]] = []
    kept: list[bool] = []
    naive: list[bool] = []
    for number in range(600):
        day = add_working_days(start, number // 3)
        queue = max(0, round(6 + 6 * dice.gauss(0, 0.3) + (4 if number // 100 % 2 else 0)))
        work = round(dice.lognormvariate(1.4, 0.5))
        done_on = add_working_days(day, work + round(queue * dice.uniform(0.7, 1.3)))
        history = [took for on, took in sorted(delivered) if on < day][-LATEST:]
        if len(history) >= ENOUGH:
            promise = Promise(day, day, usual_days(history), queue_days=queue)
            kept.append(done_on <= promise.on)
            naive.append(done_on <= add_working_days(day, sorted(history)[len(history) // 2] + queue))
        delivered.append((done_on, max(working_days_between(day, done_on) - queue, 0)))
    assert sum(kept) / len(kept) >= 0.8
    # The middle of the history in place of eight of ten would not do.
    assert sum(naive) / len(naive) < 0.8
