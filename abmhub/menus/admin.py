"""Tactics with their recipes, and the menus of the tiers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from abmhub.core.admin import SharedChoices, WritesOnlyChanges
from abmhub.core.refusals import Refused
from abmhub.menus import actions
from abmhub.menus.models import Category, MenuItem, RecipeStep, Tactic, TierMenu


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("orderable", "Can be ordered"), ("draft", "Not approved yet"), ("archived", "Archived")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Tactic]) -> QuerySet[Tactic]:
        match self.value():
            case "orderable":
                return queryset.filter(archived_at=None).exclude(approved_at=None)
            case "draft":
                return queryset.filter(archived_at=None, approved_at=None)
            case "archived":
                return queryset.exclude(archived_at=None)
        return queryset


class ItemsInline(SharedChoices[MenuItem]):
    model = MenuItem

    def get_queryset(self, request: HttpRequest) -> QuerySet[MenuItem]:
        return super().get_queryset(request).select_related("tier", "tactic")


class RecipeInline(admin.TabularInline[RecipeStep, Tactic]):
    model = RecipeStep
    extra = 1
    ordering = ("position",)
    verbose_name = "step"
    verbose_name_plural = "recipe: the work it takes"


class MenuInline(ItemsInline):
    extra = 0
    ordering = ("tier",)
    verbose_name = "menu"
    verbose_name_plural = "menus: which tiers may order it"


@admin.register(Tactic)
class TacticAdmin(WritesOnlyChanges[Tactic]):
    list_display = ("name", "category", "cost", "lead_time_days", "left", "state")
    list_filter = (StateFilter, "category", "menu_items__tier", "channel")
    list_select_related = ("category",)
    search_fields = ("name", "description")
    search_help_text = "Name or description"
    ordering = ("category__position", "name")
    actions = ("approve", "archive")
    inlines = (RecipeInline, MenuInline)
    filter_horizontal = ("suits_roles",)
    readonly_fields = ("stock_reserved", "state", "approved_at", "archived_at")
    save_on_top = True
    fieldsets = (
        (None, {"fields": ("name", "category", "channel", "description")}),
        ("Cost and time", {"fields": (("unit_cost", "currency"), "lead_time_days")}),
        ("Recipients", {"fields": (("minimum_recipients", "maximum_recipients"), "suits_roles")}),
        (
            "Store",
            {
                "fields": (("stock_on_hand", "stock_reserved"),),
                "description": "Orders reserve pieces when they are placed; deliveries take them out.",
            },
        ),
        (
            "State",
            {
                "fields": ("state", "approved_at", "archived_at"),
                "description": "Approve and archive in the list of tactics: tick tactics, then choose the action.",
            },
        ),
    )

    @admin.display(description="Cost", ordering="unit_cost")
    def cost(self, tactic: Tactic) -> str:
        return f"{tactic.unit_cost:,.2f} {tactic.currency}"

    @admin.display(description="Left in store", empty_value="Made to order")
    def left(self, tactic: Tactic) -> int | None:
        return tactic.stock_left

    @admin.display(description="State")
    def state(self, tactic: Tactic) -> str:
        if tactic.archived_at:
            return "Archived"
        return "Can be ordered" if tactic.approved_at else "Not approved yet"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"currency": settings.ABMHUB_BUSINESS_CURRENCY, **super().get_changeform_initial_data(request)}

    @admin.action(description="Approve: let people order them", permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Tactic]) -> None:
        self._each(request, queryset, lambda tactic: actions.approve(tactic=tactic, at=timezone.now()), "approved")

    @admin.action(description="Archive: take them off every menu", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Tactic]) -> None:
        self._each(request, queryset, lambda tactic: actions.archive(tactic=tactic, at=timezone.now()), "archived")

    def _each(self, request: HttpRequest, tactics: QuerySet[Tactic], act: Callable[[Tactic], None], done: str) -> None:
        count = 0
        for tactic in tactics:
            try:
                act(tactic)
            except Refused as refused:
                self.message_user(request, refused.message, messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, f"{count} {'tactic' if count == 1 else 'tactics'} {done}.", messages.SUCCESS)


@admin.register(Category)
class CategoryAdmin(WritesOnlyChanges[Category]):
    list_display = ("name", "position", "icon", "tactic_count")
    list_editable = ("position",)
    search_fields = ("name",)
    ordering = ("position", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(tactic_count=Count("tactics"))

    @admin.display(description="Tactics", ordering="tactic_count")
    def tactic_count(self, category: Any) -> int:
        count: int = category.tactic_count
        return count


class ItemInline(ItemsInline):
    extra = 1
    ordering = ("tactic__category__position", "tactic__name")


@admin.register(TierMenu)
class TierMenuAdmin(admin.ModelAdmin[TierMenu]):
    """One page per tier with everything that it may order; the tiers themselves are made elsewhere."""

    list_display = ("name", "motto", "treatment", "item_count")
    fields = ("name", "motto", "treatment")
    readonly_fields = ("name", "motto", "treatment")
    ordering = ("level",)
    inlines = (ItemInline,)
    save_on_top = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[TierMenu]:
        return super().get_queryset(request).annotate(item_count=Count("menu"))

    @admin.display(description="Tactics", ordering="item_count")
    def item_count(self, tier: Any) -> int:
        count: int = tier.item_count
        return count

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
