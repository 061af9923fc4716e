"""The menus: what each tier may order, on one page."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from abmhub.core.admin import SharedChoices
from abmhub.menus.models import MenuItem, TierMenu


class ItemsInline(SharedChoices[MenuItem]):
    model = MenuItem

    def get_queryset(self, request: HttpRequest) -> QuerySet[MenuItem]:
        return super().get_queryset(request).select_related("tier", "tactic")


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
