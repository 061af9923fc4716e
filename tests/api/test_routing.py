"""Routing rules, skills and escalations over the API: who reads them, who changes them, what cannot be meant."""

import pytest

from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import EscalationStep, RoutingRule, Skill, Task
from abmhub.users.models import User
from tests.api.conftest import SignIn
from tests.orders.conftest import order, place, task  # noqa: F401 - an order that nobody was given yet

RULES, SKILLS, ESCALATIONS = "/api/v1/routing-rules/", "/api/v1/skills/", "/api/v1/escalations/"


def test_an_administrator_adds_a_rule_and_it_decides(
    api_as: SignIn,
    admin: User,
    marketer: User,
    tactic: Tactic,
    task: Task,  # noqa: F811
) -> None:
    wish = {"name": "Letters", "position": 1, "goes_to": "person", "person": marketer.pk, "tactics": [tactic.pk]}
    answer = api_as(admin).post(RULES, wish)
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert (made["occasion"], made["destination"], made["is_active"]) == (tactic.name, f"to {marketer}", True)
    actions.route_tasks(at=task.line.order.placed_at)
    task.refresh_from_db()
    assert task.assignee == marketer


def test_a_rule_is_changed_rested_and_removed(api_as: SignIn, admin: User, marketer: User, tactic: Tactic) -> None:
    RoutingRule.objects.all().delete()
    rule = RoutingRule.objects.create(name="Letters", goes_to="person", person=marketer)
    rule.tactics.set([tactic])
    client, path = api_as(admin), f"{RULES}{rule.pk}/"
    assert client.patch(path, {"is_active": False}).json()["tactics"] == [tactic.pk], "what is not named stays"
    assert client.patch(path, {"tactics": []}).json()["occasion"] == "Every task"
    answer = client.patch(path, {"goes_to": "queue"})
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (
        400,
        "Name the person, the team or the skill that it goes to, and nothing else.",
    )
    assert client.patch(path, {"goes_to": "queue", "person": None}).status_code == 200
    assert client.delete(path).status_code == 204
    assert client.get(RULES).json()["results"] == []


def test_they_are_listed_in_the_order_in_which_they_are_asked(api_as: SignIn, marketer: User) -> None:
    RoutingRule.objects.all().delete()
    for name, position in (("Last", 30), ("First", 10), ("Then", 20)):
        RoutingRule.objects.create(name=name, position=position, goes_to="queue")
    assert [rule["name"] for rule in api_as(marketer).get(RULES).json()["results"]] == ["First", "Then", "Last"]


def test_a_skill_that_a_rule_gives_tasks_by_stays(api_as: SignIn, admin: User, marketer: User, tactic: Tactic) -> None:
    client = api_as(admin)
    made = client.post(SKILLS, {"name": "Calligraphy", "people": [marketer.pk], "tactics": [tactic.pk]}).json()
    rule = RoutingRule.objects.create(name="Fine letters", goes_to="skill", skill_id=made["id"])
    refused = client.delete(f"{SKILLS}{made['id']}/")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "still_needed")
    assert "“Fine letters”" in refused.json()["errors"][0]["detail"]
    rule.delete()
    assert client.patch(f"{SKILLS}{made['id']}/", {"people": []}).json()["people"] == []
    assert client.delete(f"{SKILLS}{made['id']}/").status_code == 204
    assert not Skill.objects.filter(name="Calligraphy").exists()


def test_when_it_is_said_that_a_task_is_late_is_changed_and_no_level_is_added(api_as: SignIn, admin: User) -> None:
    client = api_as(admin)
    assert {step["level"] for step in client.get(ESCALATIONS).json()["results"]} == set(EscalationStep.Level.values)
    answer = client.patch(f"{ESCALATIONS}overdue/", {"working_days": 3, "level": "managers"})
    assert (answer.json()["level"], answer.json()["working_days"]) == ("overdue", 3)
    assert client.post(ESCALATIONS, {"level": "never", "working_days": 1}).status_code == 405
    assert client.delete(f"{ESCALATIONS}overdue/").status_code == 405


@pytest.mark.parametrize("person", ["rep", "sales_manager", "marketer", "marketing_manager", "analyst"])
def test_nobody_else_changes_them(api_as: SignIn, request: pytest.FixtureRequest, person: str) -> None:
    rule = RoutingRule.objects.create(name="Anybody's", goes_to="queue")
    skill = Skill.objects.create(name="Calligraphy")
    client = api_as(request.getfixturevalue(person))
    sees = not person.startswith(("rep", "sales"))
    for path in (f"{RULES}{rule.pk}/", f"{SKILLS}{skill.pk}/", f"{ESCALATIONS}overdue/"):
        assert client.get(path).status_code == (200 if sees else 403)
        assert client.patch(path, {"name": "Mine"}).status_code == 403
    for path in (f"{RULES}{rule.pk}/", f"{SKILLS}{skill.pk}/"):
        assert client.delete(path).status_code == 403
    for path in (RULES, SKILLS):
        assert client.post(path, {"name": "Mine", "goes_to": "queue"}).status_code == 403


@pytest.mark.django_db
def test_the_action_refuses_whoever_comes_by_another_door(marketer: User) -> None:
    skill = Skill.objects.create(name="Calligraphy")
    with pytest.raises(actions.NotAllowed):
        actions.set_rule(rule=skill, by=marketer)
    with pytest.raises(actions.NotAllowed):
        actions.remove_rule(rule=skill, by=marketer)
