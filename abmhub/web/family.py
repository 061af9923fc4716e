"""The family of an account: who owns whom, and what they have bought together."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from abmhub.accounts.family import MOST_SHOWN, family_of
from abmhub.accounts.models import Account
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.web.requests import Request

IN_A_CARD = 8


@dataclass(frozen=True)
class Relative:
    """An account of the tree that one may see; `indent` are the levels above it, four of them at most."""

    account: Account
    depth: int

    @property
    def indent(self) -> range:
        return range(min(self.depth, 4))


@dataclass
class RollUp:
    """Deals of the whole family, each counted once, by currency and how they stand."""

    won: int = 0
    open: int = 0
    won_amounts: list[tuple[Decimal, str]] = field(default_factory=list)
    open_amounts: list[tuple[Decimal, str]] = field(default_factory=list)


@require_GET
def show_family(request: Request, pk: int) -> HttpResponse:
    """The tree with its roll-up: a page, and for HTMX a card of the account page, which shows only the nearest."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    tree = family_of(account)
    keys = [relative.account.pk for relative in tree]
    visible = Account.objects.visible_to(request.user).filter(pk__in=keys).select_related("standing__tier").in_bulk()
    seen = [Relative(visible[each.account.pk], each.depth) for each in tree if each.account.pk in visible]
    shown = _nearest(seen, pk) if request.htmx else seen
    crumbs = [("Accounts", reverse("account-list")), (account.name, reverse("account-show", args=[pk]))]
    context = {
        "account": account,
        "family": shown,
        "not_shown": len(seen) - len(shown),
        "size": len(seen),
        "is_cut_off": len(tree) == MOST_SHOWN,
        "roll_up": _roll_up(visible.keys()),
        "breadcrumbs": crumbs,
    }
    return render(request, "accounts/family.html" if request.htmx else "accounts/family_page.html", context)


def _nearest(seen: list[Relative], pk: int) -> list[Relative]:
    """The account with what stands around it in the tree, and always the topmost."""
    place = next(place for place, each in enumerate(seen) if each.account.pk == pk)
    start = max(1, min(place - 2, len(seen) - IN_A_CARD + 1))
    return [*seen[:1], *seen[start : start + IN_A_CARD - 1]]


def _roll_up(accounts: Collection[int]) -> RollUp:
    """Of accounts that are each named once, so that no deal is counted twice. What one may not see is not in it."""
    rows = (
        Opportunity.objects.filter(account__in=accounts, stage__kind__in=(Stage.Kind.WON, Stage.Kind.OPEN))
        .values_list("stage__kind", "currency")
        .annotate(count=Count("pk"), amount=Sum("amount"))
        .order_by("stage__kind", "currency")
    )
    found = RollUp()
    for kind, currency, count, amount in rows:
        amounts = found.won_amounts if kind == Stage.Kind.WON else found.open_amounts
        if amount:
            amounts.append((amount, currency))
        if kind == Stage.Kind.WON:
            found.won += count
        else:
            found.open += count
    return found
