"""Versions: a change of price, lead time or recipe makes the next one, and the past stays as it was."""

from datetime import datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import ProgrammingError, connection, transaction

from abmhub.menus import actions
from abmhub.menus.models import Tactic, TacticVersion
from abmhub.menus.recipes import steps_of
from abmhub.users.models import User
from tests.at_once import at_once


def version_of(tactic: Tactic, now: datetime) -> TacticVersion:
    return actions.versions_of([tactic], at=now)[tactic.pk]


def test_the_first_version_says_what_the_tactic_says(tactic: Tactic, now: datetime, admin: User) -> None:
    version = actions.publish(tactic=tactic, by=admin, at=now)
    assert (version.number, version.unit_cost, version.currency, version.lead_time_days) == (1, Decimal(40), "USD", 5)
    assert [(step.name, step.offset_days) for step in steps_of(version)] == [
        ("Write the card", 1),
        ("Hand to the courier", 4),
    ]
    assert (version.published_at, version.published_by) == (now, admin)
    tactic.refresh_from_db()
    assert tactic.version == version


@pytest.mark.parametrize("change", ["price", "lead time", "new step", "step", "step gone"])
def test_a_change_of_the_terms_ends_the_version_and_makes_the_next(tactic: Tactic, now: datetime, change: str) -> None:
    first = version_of(tactic, now)
    tactics, steps = Tactic.objects.filter(pk=tactic.pk), tactic.recipe
    match change:
        case "price":
            tactics.update(unit_cost=Decimal(45))
        case "lead time":
            tactics.update(lead_time_days=9)
        case "new step":
            steps.create(position=3, name="Ask how it went", offset_days=5)
        case "step":
            steps.filter(position=1).update(name="Write two cards")
        case "step gone":
            steps.filter(position=2).delete()
    tactic.refresh_from_db()
    assert tactic.version is None
    second = version_of(tactic, now)
    assert second.number == 2
    kept = TacticVersion.objects.get(pk=first.pk)
    assert (kept.unit_cost, kept.lead_time_days, len(kept.recipe)) == (Decimal(40), 5, 2)


def test_what_is_no_term_and_what_is_changed_back_make_no_version(tactic: Tactic, now: datetime) -> None:
    first = version_of(tactic, now)
    Tactic.objects.filter(pk=tactic.pk).update(description="Another sentence.", stock_on_hand=9)
    tactic.refresh_from_db()
    assert tactic.version == first
    for cost in (45, 40):
        Tactic.objects.filter(pk=tactic.pk).update(unit_cost=cost)
    assert version_of(tactic, now) == first


def test_a_version_is_never_rewritten(tactic: Tactic, now: datetime) -> None:
    version = version_of(tactic, now)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        TacticVersion.objects.filter(pk=version.pk).update(unit_cost=1)


def test_a_recipe_that_nobody_could_follow_is_not_published(tactic: Tactic, now: datetime) -> None:
    tactic.recipe.filter(position=1).update(after=[2])
    tactic.recipe.filter(position=2).update(after=[1])
    with pytest.raises(actions.NotReady, match="Handwritten letter: These steps wait for one another"):
        actions.publish(tactic=tactic, at=now)
    assert not TacticVersion.objects.filter(tactic=tactic).exists()


@pytest.mark.django_db(transaction=True)
def test_many_who_need_the_next_version_at_once_get_the_same(tactic: Tactic, now: datetime) -> None:
    outcomes = at_once([lambda: version_of(tactic, now)] * 8)
    assert set(outcomes) == {TacticVersion.objects.get(tactic=tactic)}


def test_what_could_be_ordered_before_there_were_versions_becomes_version_1(
    tactic: Tactic, stocked_tactic: Tactic, now: datetime
) -> None:
    """And exactly so that nothing seems changed: the next order makes no version 2. Recipes were plain then."""
    Tactic.objects.filter(pk=stocked_tactic.pk).update(approved_at=None)
    Tactic.objects.exclude(version=None).update(version=None)
    TacticVersion.objects.all().delete()
    migration = import_module("abmhub.menus.migrations.0003_first_versions")
    with connection.cursor() as cursor:
        cursor.execute(migration.MAKE)
        cursor.execute(migration.NAME)
    orderable = list(Tactic.objects.orderable())
    assert {each.version.number for each in orderable if each.version} == {1}
    assert TacticVersion.objects.count() == len(orderable)
    Tactic.objects.update(version=None)
    assert actions.versions_of([tactic], at=now)[tactic.pk].number == 1


def test_what_nothing_refers_to_is_deleted_and_else_archived(tactic: Tactic, now: datetime) -> None:
    version_of(tactic, now)
    with pytest.raises(actions.InUse, match="Handwritten letter is in use by menu items: archive it"):
        actions.delete(tactic=tactic)
    tactic.menu_items.all().delete()
    actions.delete(tactic=tactic)
    assert not Tactic.objects.filter(pk=tactic.pk).exists()
