"""Rules, skills and escalation in the admin: sentences in their order, and only people and tactics that are there."""

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.menus.models import Category, Tactic
from abmhub.orders.models import EscalationStep, RoutingRule, Skill
from abmhub.users.models import Role, Team, User
from tests.conftest import person


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def test_rules_read_as_sentences_in_their_order(as_admin: Client, marketer: User) -> None:
    team = Team.objects.create(name="Studio")
    events = RoutingRule.objects.create(name="Events", position=1, goes_to="team", team=team)
    events.categories.set(Category.objects.filter(name="Executive and special events"))
    RoutingRule.objects.create(name="The rest", position=2, goes_to="person", person=marketer)
    page = as_admin.get(reverse("admin:orders_routingrule_changelist")).content.decode()
    said = ("Executive and special events", "to the least loaded of Studio", "Every task", "to Mei Chen")
    places = [page.index(words) for words in said]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("count", "said"), [(1, "A0"), (2, "A0 or A1"), (4, "A0, A1, A2 or A3"), (5, "A0, A1, A2 or 2 more")]
)
def test_a_rule_names_a_few(db: None, count: int, said: str) -> None:
    rule = RoutingRule.objects.create(name="Few", position=1, goes_to="queue")
    rule.categories.set(Category.objects.create(name=f"A{number}") for number in range(count))
    assert RoutingRule.objects.get(pk=rule.pk).occasion == said


def test_a_rule_is_written(as_admin: Client, team: Team) -> None:
    wish = {"name": "Letters", "position": 5, "is_active": "on", "goes_to": "team", "team": team.pk}
    assert as_admin.post(reverse("admin:orders_routingrule_add"), wish).status_code == 302
    assert RoutingRule.objects.get(name="Letters").destination == "to the least loaded of East"


def test_a_rule_that_names_nobody_is_refused_in_words(as_admin: Client) -> None:
    wish = {"name": "Letters", "position": 5, "is_active": "on", "goes_to": "team"}
    page = as_admin.post(reverse("admin:orders_routingrule_add"), wish)
    assert "Name the person, the team or the skill that it goes to, and nothing else." in page.content.decode()


def test_a_skill_is_had_by_people_who_are_there(as_admin: Client, marketer: User, rep: User) -> None:
    person("Lena Left", Role.MARKETER, is_active=False)
    form = as_admin.get(reverse("admin:orders_skill_add")).context["adminform"].form
    assert list(form.fields["people"].queryset.exclude(role=Role.ADMIN)) == [marketer]


def test_skills_stand_on_the_pages_of_people_and_tactics(as_admin: Client, marketer: User) -> None:
    skill = Skill.objects.get(name="Events")
    skill.people.add(marketer)
    tactic = Tactic.objects.filter(skills=skill).first()
    assert tactic is not None
    for path, row in (("users_user", marketer), ("menus_tactic", tactic)):
        assert "Events" in as_admin.get(reverse(f"admin:{path}_change", args=[row.pk])).content.decode()
    assert as_admin.get(reverse("admin:orders_skill_changelist") + "?q=event").context["cl"].result_count == 1


def test_escalation_is_changed_and_never_added_to(as_admin: Client) -> None:
    address = reverse("admin:orders_escalationstep_changelist")
    assert "Due soon" in as_admin.get(address).content.decode()
    assert as_admin.get(reverse("admin:orders_escalationstep_add")).status_code == 403
    step = EscalationStep.objects.get(level="due_soon")
    change = reverse("admin:orders_escalationstep_change", args=[step.pk])
    assert as_admin.post(change, {"working_days": 3, "is_active": "on"}).status_code == 302
    step.refresh_from_db()
    assert step.working_days == 3


def test_presets_leave_alone_what_was_changed(db: None) -> None:
    from abmhub.orders import presets

    assert [rule.goes_to for rule in RoutingRule.objects.all()] == ["skills_needed"]
    assert Skill.objects.get(name="Events").tactics.exists()
    EscalationStep.objects.filter(level="overdue").update(working_days=9)
    RoutingRule.objects.all().delete()
    presets.load()
    assert not RoutingRule.objects.exists()
    assert EscalationStep.objects.get(level="overdue").working_days == 9
