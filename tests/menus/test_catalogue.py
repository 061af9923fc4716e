"""The catalogue that ships."""

from collections import Counter
from decimal import Decimal

import pytest
from django.apps import apps

from abmhub.accounts.models import Tier
from abmhub.menus import presets, recipes
from abmhub.menus.models import Category, MenuItem, Play, RecipeStep, Tactic
from abmhub.menus.recipes import Step

pytestmark = pytest.mark.django_db


def test_every_shipped_tactic_can_be_ordered_and_done_in_time() -> None:
    tactics = list(Tactic.objects.select_related("version").prefetch_related("recipe", "menu_items"))
    assert len(tactics) == len(presets.catalogue()["tactics"]) >= 25
    for tactic in tactics:
        steps = [Step.of(row) for row in tactic.recipe.all()]
        assert 3 <= len(steps) <= 6, tactic
        assert recipes.problems(steps, lead_time_days=tactic.lead_time_days) == [], tactic
        assert all(step.hours for step in steps), tactic
        assert any(step.proof for step in steps), tactic
        assert tactic.version, tactic
        assert tactic.suits_stages, tactic
        assert tactic.menu_items.all(), tactic
    assert Tactic.objects.orderable().count() == len(tactics)


def test_every_category_holds_something() -> None:
    assert not Category.objects.filter(tactics=None).exists()


def test_the_menus_follow_the_goldilocks_tiers() -> None:
    """1:1 has what is made for one account; 1:many only what serves many, and nothing dear."""
    on_menu = {
        tier.level: set(MenuItem.objects.filter(tier=tier).values_list("tactic__category__name", flat=True))
        for tier in Tier.objects.all()
    }
    assert on_menu[1] >= {
        "Thought leadership",
        "Custom content",
        "Executive and special events",
        "Personal landing page",
        "Direct mail",
        "Dimensional mail",
    }
    assert on_menu[2] >= {"Account-based ads", "Messages", "Direct mail"}
    assert on_menu[3] >= {"Account-based ads", "Messages"}
    assert on_menu[3].isdisjoint({"Custom content", "Thought leadership", "Personal landing page"})
    dearest = {tier: max(item.tactic.unit_cost for item in MenuItem.objects.filter(tier=tier)) for tier in (1, 2, 3)}
    assert dearest[1] > dearest[2] > dearest[3]
    sizes = Counter(MenuItem.objects.values_list("tier", flat=True))
    assert sizes[1] > sizes[2] > sizes[3] >= 5


def test_loading_again_leaves_alone_what_somebody_changed() -> None:
    tactic = Tactic.objects.get(name="Popcorn tin with a film")
    Tactic.objects.filter(pk=tactic.pk).update(unit_cost=Decimal("99.00"))
    RecipeStep.objects.filter(tactic=tactic).delete()
    before = Tactic.objects.count(), MenuItem.objects.count()
    presets.load()
    assert (Tactic.objects.count(), MenuItem.objects.count()) == before
    tactic.refresh_from_db()
    assert tactic.unit_cost == Decimal("99.00")
    assert not tactic.recipe.exists()


def test_changes_of_the_catalogue_leave_a_history_that_nobody_rewrites(stocked_tactic: Tactic) -> None:
    events = apps.get_model("menus", "TacticEvent").objects.filter(pgh_obj=stocked_tactic)
    assert events.count() == 1
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_reserved=1)
    assert events.count() == 1
    Tactic.objects.filter(pk=stocked_tactic.pk).update(unit_cost=Decimal("30.00"))
    assert list(events.order_by("pgh_id").values_list("unit_cost", flat=True)) == [Decimal("25.00"), Decimal("30.00")]


def test_gifts_stay_away_from_those_who_may_take_none_and_names_in_public_are_always_approved() -> None:
    gifts = Tactic.objects.filter(channel__code="gift")
    assert gifts
    assert not gifts.exclude(barred_industries__contains=["government"]).exists()
    assert set(Tactic.objects.filter(approval="always").values_list("risk", flat=True)) == {"high"}
    assert Tactic.objects.filter(approval="never").exclude(risk="low").count() == 0


def test_recipes_use_all_that_a_graph_can_say() -> None:
    rows = RecipeStep.objects.all()
    assert set(rows.values_list("counts_from", flat=True)) == set(RecipeStep.CountsFrom.values)
    assert set(rows.values_list("proof", flat=True)) == set(RecipeStep.Proof.values)
    assert rows.exclude(checklist=[]).exists()


def test_three_plays_ship_and_each_can_be_ordered_whole_from_its_menus() -> None:
    plays = list(Play.objects.prefetch_related("steps", "tiers"))
    assert len(plays) == len(presets.catalogue()["plays"]) == 3
    for play in plays:
        assert len(play.steps.all()) >= 3
        assert play.stop_sentences
        for tier in play.tiers.all():
            on_menu = set(MenuItem.objects.filter(tier=tier).values_list("tactic", flat=True))
            assert {step.tactic_id for step in play.steps.all()} <= on_menu, (play, tier)


def test_a_play_is_offered_at_its_stages_on_its_tiers() -> None:
    def offered(level: int, stage: str) -> list[str]:
        return [play.name for play in Play.objects.on_offer(Tier.objects.get(level=level), stage)]

    assert offered(1, "late") == ["Help them say yes"]
    assert offered(1, "engaged") == ["Bring the decision maker in", "Open the door"]
    assert offered(2, "engaged") == ["Open the door"]
    assert offered(3, "engaged") == []
