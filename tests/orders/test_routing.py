"""Whose a new task is: by its recipe, by the rules, by skill and load, and never somebody who is away."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from abmhub.accounts.models import Account, Territory, Tier
from abmhub.committee.models import Contact
from abmhub.menus.models import Category, RecipeStep, Tactic
from abmhub.orders import actions, routing
from abmhub.orders.models import RoutingRule, Skill, Task, TaskStep
from abmhub.users.models import Absence, Role, Team, User
from tests.conftest import make_tactic, person
from tests.orders.conftest import Place

GoesTo = RoutingRule.GoesTo


@pytest.fixture(autouse=True)
def no_rules(db: None) -> None:
    """Each test writes its own."""
    RoutingRule.objects.all().delete()
    Skill.objects.all().delete()


@pytest.fixture
def studio(marketer: User, other_marketer: User, marketing_manager: User) -> Team:
    """Mei and Pablo, managed by Greta."""
    team = Team.objects.create(name="Studio", manager=marketing_manager)
    User.objects.filter(pk__in=[marketer.pk, other_marketer.pk, marketing_manager.pk]).update(team=team)
    return team


def rule(name: str = "Mail", *, position: int = 10, goes_to: GoesTo = GoesTo.TEAM, **fields: object) -> RoutingRule:
    return RoutingRule.objects.create(name=name, position=position, goes_to=goes_to, **fields)


def away(absent: User, first: date, last: date, delegate: User | None = None) -> Absence:
    return Absence.objects.create(person=absent, starts_on=first, ends_on=last, delegate=delegate)


def routed(task: Task, at: datetime) -> Task:
    actions.route_tasks(at=at)
    return Task.objects.get(pk=task.pk)


def test_without_a_rule_it_is_anybodys_to_claim(task: Task, marketer: User, now: datetime) -> None:
    task = routed(task, now)
    assert (task.assignee, task.routed_at) == (None, now)
    assert actions.claim_next(by=marketer, at=now) == task


def test_a_rule_gives_it_to_the_least_loaded_and_says_so(
    task: Task, place: Place, tactic: Tactic, contacts: list[Contact], studio: Team, marketer: User, now: datetime
) -> None:
    actions.claim_task(task=task, by=marketer, at=now)
    second = Task.objects.get(line__order=place((tactic, contacts[1:2])))
    rule("Letters", team=studio)
    second = routed(second, now)
    assert second.assignee is not None
    assert (second.assignee.name, second.state, second.claimed_at) == ("Pablo Ruiz", Task.State.TO_DO, None)
    event = second.events.get()
    assert (event.kind, event.by, event.person) == ("routed", None, second.assignee)
    assert event.note == "Routed by “Letters” to the least loaded of Studio."


def test_hours_weigh_more_than_tasks(
    place: Place, tier1: Tier, contacts: list[Contact], studio: Team, marketer: User, now: datetime
) -> None:
    """Mei has one task of ten hours, Pablo two of an hour."""
    long, short = make_tactic("Film", tier=tier1, now=now), make_tactic("Card", tier=tier1, now=now)
    long.recipe.update(hours=Decimal(5))
    short.recipe.update(hours=Decimal("0.5"))
    place((long, contacts[:1]), (short, contacts[:1]))
    place((short, contacts[1:2]))
    rule(team=studio)
    actions.route_tasks(at=now)
    whose = Task.objects.order_by("pk").values_list("line__tactic__name", "assignee__name")
    assert list(whose) == [("Film", "Mei Chen"), ("Card", "Pablo Ruiz"), ("Card", "Pablo Ruiz")]


def test_what_was_routed_can_still_be_cancelled(
    task: Task, studio: Team, rep: User, marketer: User, now: datetime
) -> None:
    rule(team=studio)
    routed(task, now)
    assert actions.cancel_line(line=task.line, by=rep, at=now).state == "cancelled"


def test_only_whoever_it_fell_to_claims_it(
    task: Task, studio: Team, marketer: User, other_marketer: User, now: datetime
) -> None:
    rule(goes_to=GoesTo.PERSON, person=marketer)
    routed(task, now)
    with pytest.raises(actions.AlreadyClaimed, match="Mei Chen is to do this task"):
        actions.claim_task(task=task, by=other_marketer, at=now)
    assert actions.claim_task(task=task, by=marketer, at=now).state == Task.State.IN_PROGRESS


def test_what_was_given_back_is_not_routed_again(task: Task, marketer: User, now: datetime) -> None:
    rule(goes_to=GoesTo.PERSON, person=marketer)
    task = actions.claim_task(task=routed(task, now), by=marketer, at=now)
    actions.release_task(task=task, by=marketer, at=now)
    assert actions.route_tasks(at=now) == 0
    assert Task.objects.get().assignee is None


@pytest.mark.parametrize(
    ("field", "fitting", "other"),
    [
        ("tactics", lambda task: task.line.tactic, lambda: Tactic.objects.exclude(name="Handwritten letter").first()),
        ("categories", lambda task: task.line.tactic.category, lambda: Category.objects.create(name="Else")),
        ("tiers", lambda task: task.line.order.tier, lambda: Tier.objects.get(level=3)),
        (
            "territories",
            lambda task: task.line.order.account.territory,
            lambda: Territory.objects.create(name="Elsewhere"),
        ),
    ],
    ids=["tactic", "category", "tier", "territory"],
)
def test_a_rule_fits_by_what_it_names(
    task: Task,
    marketer: User,
    other_marketer: User,
    now: datetime,
    field: str,
    fitting: Callable[[Task], object],
    other: Callable[[], object],
) -> None:
    unfit = rule("First", position=1, goes_to=GoesTo.PERSON, person=other_marketer)
    getattr(unfit, field).add(other())
    fit = rule("Second", position=2, goes_to=GoesTo.PERSON, person=marketer)
    getattr(fit, field).add(fitting(task))
    assert routed(task, now).assignee == marketer


def test_a_tactic_or_any_of_a_category(task: Task, marketer: User, now: datetime) -> None:
    either = rule(goes_to=GoesTo.PERSON, person=marketer)
    either.tactics.set(Tactic.objects.exclude(pk=task.line.tactic_id)[:1])
    either.categories.add(task.line.tactic.category)
    assert routed(task, now).assignee == marketer


def test_the_first_rule_that_names_somebody_decides(
    task: Task, marketer: User, other_marketer: User, now: datetime
) -> None:
    empty = Team.objects.create(name="Nobody yet")
    rule("Off", position=1, goes_to=GoesTo.PERSON, person=other_marketer, is_active=False)
    rule("Empty", position=2, team=empty)
    rule("Named", position=3, goes_to=GoesTo.PERSON, person=marketer)
    rule("Late", position=4, goes_to=GoesTo.PERSON, person=other_marketer)
    assert routed(task, now).assignee == marketer


def test_a_rule_may_leave_it_in_the_queue(task: Task, marketer: User, now: datetime) -> None:
    rule("Anybody", position=1, goes_to=GoesTo.QUEUE)
    rule("Named", position=2, goes_to=GoesTo.PERSON, person=marketer)
    assert routed(task, now).assignee is None


def test_a_rule_names_whom_it_means(db: None, studio: Team, marketer: User) -> None:
    with pytest.raises(IntegrityError):
        rule(goes_to=GoesTo.PERSON, team=studio)


@pytest.mark.parametrize("goes_to", [GoesTo.TEAM, GoesTo.SKILL, GoesTo.SKILLS_NEEDED], ids=lambda kind: kind.value)
def test_only_who_has_every_skill_gets_it(
    task: Task, studio: Team, marketer: User, other_marketer: User, now: datetime, goes_to: GoesTo
) -> None:
    writing, drawing = Skill.objects.create(name="Writing"), Skill.objects.create(name="Drawing")
    writing.people.set([marketer, other_marketer])
    drawing.people.set([other_marketer])
    for skill in (writing, drawing):
        skill.tactics.add(task.line.tactic)
    rule(
        goes_to=goes_to,
        team=studio if goes_to == GoesTo.TEAM else None,
        skill=writing if goes_to == GoesTo.SKILL else None,
    )
    assert routed(task, now).assignee == other_marketer
    assert list(Task.objects.filter(routing.suits(marketer))) == []
    assert list(Task.objects.filter(routing.suits(other_marketer))) == [task]


def test_nobody_of_the_team_with_the_skill_leaves_it_in_the_queue(task: Task, studio: Team, now: datetime) -> None:
    film = Skill.objects.create(name="Film")
    film.tactics.add(task.line.tactic)
    film.people.add(person("Kim Park", Role.MARKETER))
    rule(team=studio)
    assert routed(task, now).assignee is None


def test_a_skill_that_nobody_has_asks_for_nothing(task: Task, studio: Team, marketer: User, now: datetime) -> None:
    film = Skill.objects.create(name="Film")
    film.tactics.add(task.line.tactic)
    film.people.add(person("Lena Left", Role.MARKETER, is_active=False))
    rule(team=studio)
    assert list(Task.objects.filter(routing.suits(marketer))) == [task]
    assert routed(task, now).assignee == marketer


def test_the_manager_of_a_team_only_when_alone(
    task: Task, studio: Team, marketing_manager: User, marketer: User, other_marketer: User, now: datetime
) -> None:
    User.objects.filter(pk__in=[marketer.pk, other_marketer.pk]).update(team=None)
    rule(team=studio)
    assert routed(task, now).assignee == marketing_manager


@pytest.mark.parametrize(
    ("starts", "ends", "skipped"),
    [(0, 0, True), (-3, 1, True), (1, 90, True), (1, 2, False), (-9, -1, False)],
    ids=["today", "since days", "on the due day", "back before it is due", "back already"],
)
def test_who_is_away_is_skipped(
    task: Task, studio: Team, marketer: User, today: date, now: datetime, starts: int, ends: int, *, skipped: bool
) -> None:
    assert marketer.pk < User.objects.get(name="Pablo Ruiz").pk, "Mei is asked first where all else is equal"
    away(marketer, today + timedelta(days=starts), today + timedelta(days=ends))
    rule(team=studio)
    assignee = routed(task, now).assignee
    assert assignee is not None
    assert assignee.name == ("Pablo Ruiz" if skipped else "Mei Chen")


def test_the_delegate_gets_what_a_rule_means_for_somebody_away(
    task: Task, marketer: User, other_marketer: User, marketing_manager: User, today: date, now: datetime
) -> None:
    away(marketer, today, today, other_marketer)
    away(other_marketer, today, today, marketing_manager)
    rule("Letters", goes_to=GoesTo.PERSON, person=marketer)
    task = routed(task, now)
    assert task.assignee == marketing_manager
    assert task.events.get().note == "Routed by “Letters” in place of Mei Chen, who is away."


@pytest.mark.parametrize("who", ["nobody", "circle", "rep", "leaver"])
def test_without_a_delegate_who_can_it_stays_in_the_queue(
    task: Task, marketer: User, other_marketer: User, rep: User, today: date, now: datetime, who: str
) -> None:
    delegate = {"nobody": None, "rep": rep}.get(who, other_marketer)
    away(marketer, today, today, delegate)
    if who == "circle":
        away(other_marketer, today, today, marketer)
    if who == "leaver":
        User.objects.filter(pk=other_marketer.pk).update(is_active=False)
    rule(goes_to=GoesTo.PERSON, person=marketer)
    assert routed(task, now).assignee is None


def test_when_a_whole_team_is_away_their_delegates_are_asked(
    task: Task, studio: Team, marketer: User, other_marketer: User, today: date, now: datetime
) -> None:
    third = person("Kim Park", Role.MARKETER)
    away(marketer, today, today, third)
    away(other_marketer, today, today)
    rule(team=studio)
    assert routed(task, now).assignee == third


class TestRecipes:
    """What a recipe says of who does its steps."""

    @pytest.fixture
    def given(self, tactic: Tactic, place: Place, contacts: list[Contact], now: datetime) -> Callable[..., Task]:
        """An order of the letter, whose steps are given like this, routed."""

        def order(*steps: dict[str, object]) -> Task:
            for position, fields in enumerate(steps, start=1):
                RecipeStep.objects.filter(tactic=tactic, position=position).update(**fields)
            task = Task.objects.filter(line__order=place((tactic, contacts[:1]))).get()
            return routed(task, now)

        return order

    def assignees(self, task: Task) -> list[str | None]:
        steps = TaskStep.objects.filter(task=task).order_by("position")
        return [str(step.assignee) if step.assignee else None for step in steps]

    def test_one_person_for_every_step_has_the_task(self, given: Callable[..., Task], marketer: User) -> None:
        everything = {"assignee_rule": "person", "person": marketer}
        task = given(everything, everything)
        assert task.assignee == marketer
        assert task.events.get().note == "Given by the recipe of the tactic."

    def test_before_any_rule(self, given: Callable[..., Task], marketer: User, other_marketer: User) -> None:
        rule(goes_to=GoesTo.PERSON, person=other_marketer)
        everything = {"assignee_rule": "person", "person": marketer}
        assert given(everything, everything).assignee == marketer

    def test_a_step_of_its_own(self, given: Callable[..., Task], studio: Team, other_marketer: User) -> None:
        task = given({}, {"assignee_rule": "person", "person": other_marketer})
        assert task.assignee is None
        assert self.assignees(task) == [None, "Pablo Ruiz"]

    def test_whoever_does_a_step_ticks_it_in_the_task_of_another(
        self, given: Callable[..., Task], marketer: User, other_marketer: User, now: datetime
    ) -> None:
        task = given({}, {"assignee_rule": "person", "person": other_marketer})
        actions.claim_task(task=task, by=marketer, at=now)
        mine, theirs = task.steps.get(position=2), task.steps.get(position=1)
        actions.tick_step(step=mine, by=other_marketer, at=now)
        with pytest.raises(actions.NotYours):
            actions.tick_step(step=theirs, by=other_marketer, at=now)

    def test_a_person_away_is_replaced(
        self, given: Callable[..., Task], marketer: User, other_marketer: User, today: date
    ) -> None:
        away(marketer, today, today, other_marketer)
        task = given({}, {"assignee_rule": "person", "person": marketer})
        assert self.assignees(task) == [None, "Pablo Ruiz"]

    def test_a_team_is_asked_once_for_all_its_steps(self, given: Callable[..., Task], studio: Team) -> None:
        everything = {"assignee_rule": "team", "team": studio}
        task = given(everything, everything)
        assert (str(task.assignee), self.assignees(task)) == ("Mei Chen", ["Mei Chen", "Mei Chen"])

    def test_whoever_has_the_task_does_the_steps_of_their_team(
        self, given: Callable[..., Task], studio: Team, other_marketer: User
    ) -> None:
        rule(goes_to=GoesTo.PERSON, person=other_marketer)
        assert self.assignees(given({}, {"assignee_rule": "team", "team": studio})) == [None, "Pablo Ruiz"]

    def test_a_team_takes_turns(self, given: Callable[..., Task], studio: Team) -> None:
        everything = {"assignee_rule": "round_robin", "team": studio}
        names = [str(given(everything, everything).assignee) for _ in range(3)]
        assert names == ["Mei Chen", "Pablo Ruiz", "Mei Chen"]

    def test_who_is_away_misses_the_turn(
        self, given: Callable[..., Task], studio: Team, marketer: User, today: date
    ) -> None:
        away(marketer, today, today)
        everything = {"assignee_rule": "round_robin", "team": studio}
        assert [str(given(everything, everything).assignee) for _ in range(2)] == ["Pablo Ruiz", "Pablo Ruiz"]


def test_an_order_asks_no_rule(place: Place, tactic: Tactic, contacts: list[Contact], account: Account) -> None:
    """However wrong the rules are, an order is placed; its tasks wait in the queue for the sweep."""
    rule(goes_to=GoesTo.QUEUE)
    task = Task.objects.get(line__order=place((tactic, contacts[:1])))
    assert (task.assignee, task.routed_at) == (None, None)
    assert list(Task.objects.unrouted()) == [task]
