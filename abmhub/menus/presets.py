"""The catalogue that ships, and which tier may order what of it."""

import tomllib
from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.conf import settings

from abmhub.accounts.models import Tier
from abmhub.campaigns.models import Channel
from abmhub.committee.models import BuyingRole
from abmhub.menus import actions
from abmhub.menus.models import Category, ChannelStep, MenuItem, Play, PlayStep, RecipeStep, Tactic
from abmhub.menus.stages import FunnelStage

# Shipped as approved from the start, so that the first account with a tier already has a menu.
SHIPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def catalogue() -> dict[str, list[dict[str, Any]]]:
    """The shipped catalogue as it is written: `categories`, `tactics` and `plays`."""
    return tomllib.loads((files("abmhub.menus") / "catalogue.toml").read_text(encoding="utf-8"))


# The further down the funnel, the more channels.
LADDER = {FunnelStage.ENGAGED: 2, FunnelStage.SQL: 3, FunnelStage.OPPORTUNITY: 4, FunnelStage.LATE: 5}


def load() -> None:
    """Fill the channel ladder, and the catalogue and menus of an installation that has no tactic."""
    if not ChannelStep.objects.exists():
        ChannelStep.objects.bulk_create(ChannelStep(stage=stage, channels=number) for stage, number in LADDER.items())
    if Tactic.objects.exists():
        return
    shipped = catalogue()
    channels = {channel.code: channel for channel in Channel.objects.all()}
    wanted = [each for each in shipped["tactics"] if each["channel"] in channels]
    _load_categories(shipped["categories"])
    tactics = _load_tactics(wanted, channels)
    tiers = Tier.objects.in_bulk()
    RecipeStep.objects.bulk_create(
        _step(tactics[each["name"]], position, *written)
        for each in wanted
        for position, written in enumerate(each["recipe"], start=1)
    )
    actions.versions_of(list(tactics.values()), at=SHIPPED_AT)
    MenuItem.objects.bulk_create(
        MenuItem(tier=tiers[int(level)], tactic=tactics[each["name"]], quota=quota, quota_days=quota_days)
        for each in wanted
        for level, (quota, quota_days) in each["menus"].items()
        if int(level) in tiers
    )
    _load_plays(shipped["plays"], tactics, tiers)


def _load_categories(shipped: list[dict[str, Any]]) -> None:
    Category.objects.bulk_create(
        (Category(position=position, **each) for position, each in enumerate(shipped, start=1)), ignore_conflicts=True
    )


def _load_plays(shipped: list[dict[str, Any]], tactics: dict[str, Tactic], tiers: Collection[int]) -> None:
    """Plays whose tactics are all there, on the menus of the tiers that are."""
    for each in shipped:
        steps = [(offset_days, tactics[name]) for offset_days, name in each["steps"] if name in tactics]
        if len(steps) < len(each["steps"]):
            continue
        play = Play.objects.create(
            name=each["name"],
            description=each["description"],
            only_stages=each["stages"],
            stop_rules=each["stop_rules"],
        )
        play.tiers.set([level for level in each["tiers"] if level in tiers])
        PlayStep.objects.bulk_create(
            PlayStep(play=play, tactic=tactic, offset_days=offset_days) for offset_days, tactic in steps
        )


def _step(tactic: Tactic, position: int, offset_days: int, name: str, more: dict[str, Any]) -> RecipeStep:
    return RecipeStep(
        tactic=tactic,
        position=position,
        name=name,
        offset_days=offset_days,
        counts_from=more.get("from", RecipeStep.CountsFrom.ORDER),
        after=more.get("after", []),
        checklist=more.get("checklist", []),
        hours=Decimal(more["hours"]),
        proof=more.get("proof", RecipeStep.Proof.NONE),
    )


def _load_tactics(shipped: list[dict[str, Any]], channels: dict[str, Channel]) -> dict[str, Tactic]:
    categories = {category.name: category for category in Category.objects.all()}
    roles = {role.code: role for role in BuyingRole.objects.all()}
    tactics = Tactic.objects.bulk_create(
        Tactic(
            name=each["name"],
            category=categories[each["category"]],
            channel=channels[each["channel"]],
            description=each["description"],
            unit_cost=Decimal(each["unit_cost"]),
            currency=settings.ABMHUB_BUSINESS_CURRENCY,
            lead_time_days=each["lead_time_days"],
            stock_on_hand=each.get("stock_on_hand"),
            minimum_recipients=each["recipients"][0],
            maximum_recipients=each["recipients"][1],
            reorder_point=each.get("reorder_point"),
            restock_days=each.get("restock_days"),
            suits_stages=each["stages"],
            barred_industries=each.get("barred_industries", []),
            ships=each.get("ships", False),
            risk=each.get("risk", Tactic.Risk.LOW),
            approval=each.get("approval", Tactic.Approval.BY_RULE),
            approved_at=SHIPPED_AT,
        )
        for each in shipped
    )
    suits = Tactic.suits_roles.through
    suits.objects.bulk_create(
        suits(tactic=tactic, buyingrole=roles[code])
        for tactic, each in zip(tactics, shipped, strict=True)
        for code in each["roles"]
        if code in roles
    )
    return {tactic.name: tactic for tactic in tactics}
