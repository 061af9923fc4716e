"""Search: the one box for accounts, people, orders and pages. The command palette asks here too."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Account, AccountQuerySet
from abmhub.accounts.scope import Scope
from abmhub.committee.models import Contact
from abmhub.orders.models import Order
from abmhub.users.models import User
from abmhub.web import navigation
from abmhub.web.requests import Request

FEW, MANY = 5, 20
MAX_LENGTH = 100
ORDER_PREFIX = "O-"


@dataclass(frozen=True)
class Found:
    """What somebody may see of what they look for."""

    accounts: list[Account]
    contacts: list[Contact]
    orders: list[Order]
    pages: list[navigation.Link]

    @property
    def is_empty(self) -> bool:
        return not (self.accounts or self.contacts or self.orders or self.pages)


@require_GET
def show_search(request: Request) -> HttpResponse:
    """The whole page; for HTMX (the palette) the first few lines."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:MAX_LENGTH]
    is_palette = bool(request.htmx)
    found = _find(request, words, FEW if is_palette else MANY) if words else None
    template = "search/palette.html" if is_palette else "search/show.html"
    return render(request, template, {"words": words, "found": found, "limit": MANY})


def _find(request: Request, words: str, limit: int) -> Found:
    wanted, visible = words.casefold(), Scope.of(request.user).accounts()
    return Found(
        accounts=list(_accounts(visible, words)[:limit]),
        contacts=list(_contacts(visible, words)[:limit]),
        orders=list(_orders(request.user, words)),
        pages=[link for link in navigation.for_request(request).links if wanted in link.entry.label.casefold()],
    )


def _accounts(visible: AccountQuerySet, words: str) -> QuerySet[Account]:
    keys = visible.keys_matching(words)
    found = Account.objects.filter(pk__in=keys, standing__priority__gte=0)
    return found.select_related("standing__tier").order_by("-standing__priority", "-pk")


def _contacts(visible: AccountQuerySet, words: str) -> QuerySet[Contact]:
    found = Contact.objects.filter(account__in=visible, erased_at=None).matching(words)
    return found.select_related("account", "buying_role").order_by("name", "pk")


def _orders(user: User, words: str) -> QuerySet[Order]:
    """The order of that number, written as "O-00012", "o-12" or "12"."""
    number = words.upper().removeprefix(ORDER_PREFIX)
    if not (number.isdecimal() and len(number) < 19):
        return Order.objects.none()
    return Order.objects.visible_to(user).filter(pk=int(number)).select_related("account")
