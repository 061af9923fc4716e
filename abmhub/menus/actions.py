"""The store, and what a tactic goes through before and after it can be ordered."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import router, transaction
from django.db.models import F, ProtectedError, Q
from django.db.models.deletion import Collector

from abmhub.core.refusals import Refused
from abmhub.menus import recipes
from abmhub.menus.models import RecipeStep, Tactic, TacticVersion
from abmhub.users.models import User


class OutOfStock(Refused):
    """The store holds fewer pieces than were asked for."""


class NotReady(Refused):
    """The tactic lacks something that people who order it rely on."""


class InUse(Refused):
    """Orders or menus refer to it: it can be archived, and never deleted."""


def reserve_stock(*, tactic: Tactic, pieces: int) -> None:
    """Promise pieces from the store, for a tactic that is kept in stock.

    One conditional UPDATE: two orders at once never get the same piece. Raises OutOfStock.
    """
    reserved = (
        Tactic.objects.filter(pk=tactic.pk)
        .filter(Q(stock_on_hand=None) | Q(stock_on_hand__gte=F("stock_reserved") + pieces))
        .update(stock_reserved=F("stock_reserved") + pieces)
    )
    if not reserved:
        tactic.refresh_from_db(fields=["stock_on_hand", "stock_reserved"])
        message = f"{tactic.name}: {pieces} asked for, {tactic.stock_left} left in the store."
        raise OutOfStock(message, problems={tactic.pk: message})


def release_stock(*, tactic_id: int, pieces: int) -> None:
    """Put promised pieces back on offer."""
    Tactic.objects.filter(pk=tactic_id).update(stock_reserved=F("stock_reserved") - pieces)


def consume_stock(*, tactic_id: int, pieces: int) -> None:
    """Take promised pieces out of the store; they have left the house.

    A tactic that is no longer kept in stock has no pieces to count down, only a promise to end.
    """
    Tactic.objects.filter(pk=tactic_id).update(
        stock_on_hand=F("stock_on_hand") - pieces, stock_reserved=F("stock_reserved") - pieces
    )


@transaction.atomic
def approve(*, tactic: Tactic, at: datetime, by: User | None = None) -> None:
    """Let people order a tactic, on the terms that it has now. Raises NotReady when nobody could make it in time."""
    publish(tactic=tactic, at=at, by=by)
    Tactic.objects.filter(pk=tactic.pk, approved_at=None).update(approved_at=at)
    Tactic.objects.filter(pk=tactic.pk).update(archived_at=None)


def archive(*, tactic: Tactic, at: datetime) -> None:
    """Take a tactic off every menu. Orders that were placed are still delivered."""
    Tactic.objects.filter(pk=tactic.pk, archived_at=None).update(archived_at=at)


def delete(*, tactic: Tactic) -> None:
    """Remove a tactic that nothing refers to. Raises InUse."""
    if problem := why_not_deleted(tactic):
        raise InUse(problem)
    tactic.delete()


def why_not_deleted(tactic: Tactic) -> str:
    """What still refers to the tactic, and what to do instead; empty when nothing does."""
    try:
        Collector(using=router.db_for_write(Tactic), origin=tactic).collect([tactic])
    except ProtectedError as refused:
        kinds = {type(each)._meta for each in refused.protected_objects}
        names = " and ".join(sorted(str(kind.verbose_name_plural) for kind in kinds))
        return f"{tactic.name} is in use by {names}: archive it, and it leaves every menu while its past stays."
    return ""


@transaction.atomic
def publish(*, tactic: Tactic, at: datetime, by: User | None = None) -> TacticVersion:
    """Put price, lead time and recipe in force as they are now: a new version if they differ from the last.

    Orders that were placed keep theirs. Raises NotReady, with a sentence for everything wrong with the recipe.
    """
    tactic.refresh_from_db(fields=["lead_time_days"])
    steps = [recipes.Step.of(row) for row in tactic.recipe.all()]
    if not steps:
        raise NotReady(f"{tactic.name} has no recipe: add at least one step, then approve it.")
    if found := recipes.problems(steps, lead_time_days=tactic.lead_time_days):
        raise NotReady(f"{tactic.name}: {' '.join(found)}")
    return versions_of([tactic], at=at, by=by)[tactic.pk]


@transaction.atomic
def versions_of(tactics: Collection[Tactic], *, at: datetime, by: User | None = None) -> dict[int, TacticVersion]:
    """The version in force of each tactic, by its id; a tactic that was changed since its last gets the next one."""
    found = {
        version.tactic_id: version
        for version in TacticVersion.objects.filter(
            pk__in=Tactic.objects.filter(pk__in=[t.pk for t in tactics]).values("version")
        )
    }
    missing = [tactic.pk for tactic in tactics if tactic.pk not in found]
    locked = Tactic.objects.filter(pk__in=missing).select_for_update(no_key=True).order_by("pk")
    return found | {tactic.pk: _next_version(tactic, at, by) for tactic in locked}


def _next_version(tactic: Tactic, at: datetime, by: User | None) -> TacticVersion:
    """The last version if it says the same, else one more; the tactic is locked."""
    rows = RecipeStep.objects.filter(tactic=tactic).order_by("position")
    terms: dict[str, Any] = {
        "unit_cost": tactic.unit_cost,
        "currency": tactic.currency,
        "lead_time_days": tactic.lead_time_days,
        "recipe": [recipes.Step.of(row).as_data() for row in rows],
    }
    last = TacticVersion.objects.filter(tactic=tactic).order_by("-number").first()
    if last and all(getattr(last, name) == value for name, value in terms.items()):
        version = last
    else:
        number = last.number + 1 if last else 1
        version = TacticVersion.objects.create(tactic=tactic, number=number, published_at=at, published_by=by, **terms)
    Tactic.objects.filter(pk=tactic.pk).update(version=version)
    return version
