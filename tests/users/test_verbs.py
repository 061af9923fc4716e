"""Verbs: declared by the rooms, asked by everyone."""

import pytest
from django.contrib.auth.models import AnonymousUser

from abmhub.core.refusals import NotAllowed
from abmhub.users.models import Role, User
from abmhub.users.verbs import may, require

SELLERS = {Role.SALES_REP, Role.SALES_MANAGER, Role.ADMIN}
MAKERS = {Role.MARKETER, Role.MARKETING_MANAGER, Role.ADMIN}


@pytest.mark.parametrize(
    ("verb", "roles"),
    [
        ("orders.place_order", SELLERS),
        ("orders.cancel_line", SELLERS),
        ("orders.finish_follow_up", SELLERS),
        ("orders.work_tasks", MAKERS),
        ("orders.help_with_any_task", {Role.MARKETING_MANAGER, Role.ADMIN}),
        ("orders.comment", SELLERS | MAKERS),
        ("scoring.publish_policy", {Role.ADMIN, Role.MARKETING_MANAGER}),
        ("scoring.approve_policy", {Role.ADMIN, Role.MARKETING_MANAGER}),
        ("scoring.override_tier", {Role.ADMIN, Role.MARKETING_MANAGER, Role.SALES_MANAGER}),
        ("scoring.appeal_tier", {Role.SALES_REP, Role.SALES_MANAGER}),
        ("scoring.decide_appeal", {Role.ADMIN, Role.MARKETING_MANAGER}),
        ("budgets.see_envelopes", set(Role) - {Role.SALES_REP}),
    ],
)
def test_each_role_may_do_its_own_work(verb: str, roles: set[Role]) -> None:
    assert {role for role in Role if may(User(role=role), verb)} == roles


@pytest.mark.django_db
def test_django_and_its_templates_know_the_verbs_too(rep: User, marketer: User) -> None:
    assert rep.has_perm("orders.place_order")
    assert not marketer.has_perm("orders.place_order")


def test_a_stranger_may_nothing() -> None:
    assert not may(AnonymousUser(), "orders.comment")


def test_a_verb_that_nobody_declared_is_a_mistake_and_not_a_no() -> None:
    with pytest.raises(KeyError):
        may(User(role=Role.ADMIN), "orders.plaice_order")


def test_a_refusal_is_the_verbs_own_sentence() -> None:
    require(User(role=Role.SALES_REP), "orders.place_order")
    with pytest.raises(NotAllowed, match="Only sales and administrators can order"):
        require(User(role=Role.ANALYST), "orders.place_order")
