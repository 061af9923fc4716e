"""The catalogue: everything that marketing can do for an account, and how well it keeps its promises."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django import forms
from django.db.models import F, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Tier
from abmhub.core.days import business_day
from abmhub.menus.models import Category, MenuItem, RecipeStep, Tactic, TacticPicture
from abmhub.orders.models import OrderLine
from abmhub.orders.models.order import Promises
from abmhub.orders.promises import Promise, promises_for
from abmhub.web.requests import Request

DAYS_OF_PROMISES = 365
"""A promise kept two years ago says little about the next one."""
YEAR = 365 * 24 * 60 * 60


class CatalogueFilter(forms.Form):
    """What narrows the catalogue; what makes no sense is ignored."""

    q = forms.CharField(
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "class": "input",
                "type": "search",
                "autocomplete": "off",
                "placeholder": "Search tactics",
                "data-shortcut": "/",
            }
        ),
    )
    category = forms.ModelChoiceField(Category.objects.order_by("position"), required=False, empty_label="Any category")
    tier = forms.ModelChoiceField(Tier.objects.order_by("level"), required=False, empty_label="Any tier")
    in_stock = forms.BooleanField(required=False, label="In stock")

    def condition(self) -> Q:
        """What a tactic must be to pass."""
        self.is_valid()
        chosen, found = self.cleaned_data, Q()
        if words := chosen.get("q"):
            found &= Q(name__icontains=words) | Q(description__icontains=words)
        if category := chosen.get("category"):
            found &= Q(category=category)
        if tier := chosen.get("tier"):
            found &= Q(menu_items__tier=tier, menu_items__draft=None)
        if chosen.get("in_stock"):
            found &= Q(stock_on_hand=None) | Q(stock_on_hand__gt=F("stock_reserved"))
        return found

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.values())


@dataclass(frozen=True)
class Entry:
    """A tactic with what would be promised now, and its record of promises; None before its first delivery."""

    tactic: Tactic
    promise: Promise
    promises: Promises | None


@dataclass(frozen=True)
class Shelf:
    category: Category
    entries: list[Entry]


@require_GET
def list_tactics(request: Request) -> HttpResponse:
    now = timezone.now()
    day = business_day(now)
    form = CatalogueFilter(request.GET)
    on_menus = MenuItem.objects.on(day).select_related("tier").order_by("tier")
    found = (
        Tactic.objects.orderable()
        .on(day)
        .filter(form.condition())
        .select_related("category", "version")
        .annotate(picture_digest=F("picture__digest"))
        .prefetch_related(
            Prefetch("recipe", RecipeStep.objects.order_by("position")),
            Prefetch("menu_items", on_menus),
            "suits_roles",
        )
        .order_by("category__position", "category", "name")
    )
    tactics = list(found)
    promised = promises_for(tactics, at=now)
    promises = OrderLine.objects.promises_by_tactic(since=now - timedelta(days=DAYS_OF_PROMISES))
    shelves = [
        Shelf(category, [Entry(tactic, promised[tactic.pk], promises.get(tactic.pk)) for tactic in group])
        for category, group in groupby(tactics, key=lambda tactic: tactic.category)
    ]
    context = {"shelves": shelves, "form": form, "count": len(tactics), "days": DAYS_OF_PROMISES}
    return render(request, "catalogue/list.html", context)


@require_GET
@cache_control(private=True, max_age=YEAR, immutable=True)
def show_picture(request: Request, pk: int, digest: str) -> HttpResponse:
    """An uploaded picture, handed out so that a browser takes it for a picture and for nothing else."""
    picture = get_object_or_404(TacticPicture, tactic=pk, digest=digest)
    response = HttpResponse(bytes(picture.content), content_type=picture.kind)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
