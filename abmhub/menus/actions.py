"""The store, and what a tactic goes through before and after it can be ordered."""

from datetime import datetime

from django.db.models import F, Q

from abmhub.core.refusals import Refused
from abmhub.menus.models import Tactic


class OutOfStock(Refused):
    """The store holds fewer pieces than were asked for."""


class NotReady(Refused):
    """The tactic lacks something that people who order it rely on."""


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


def approve(*, tactic: Tactic, at: datetime) -> None:
    """Let people order a tactic. Raises NotReady without a recipe: nobody would know what to do."""
    if not tactic.recipe.exists():
        raise NotReady(f"{tactic.name} has no recipe: add at least one step, then approve it.")
    Tactic.objects.filter(pk=tactic.pk, approved_at=None).update(approved_at=at)
    Tactic.objects.filter(pk=tactic.pk).update(archived_at=None)


def archive(*, tactic: Tactic, at: datetime) -> None:
    """Take a tactic off every menu. Orders that were placed are still delivered."""
    Tactic.objects.filter(pk=tactic.pk, archived_at=None).update(archived_at=at)
