"""Channels, campaigns with what they cost, and the touches they made."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest

from abmhub.campaigns.models import Campaign, Channel, Spend, Touch
from abmhub.core.admin import ReadOnly, WritesOnlyChanges


@admin.register(Channel)
class ChannelAdmin(WritesOnlyChanges[Channel]):
    list_display = ("name", "code")
    search_fields = ("name",)
    ordering = ("name",)
    prepopulated_fields = {"code": ("name",)}


class SpendInline(admin.TabularInline[Spend, Campaign]):
    model = Spend
    extra = 1
    ordering = ("-spent_on",)
    verbose_name_plural = "spend: what it cost on which day"


@admin.register(Campaign)
class CampaignAdmin(WritesOnlyChanges[Campaign]):
    list_display = ("name", "motion", "channel", "started_on", "ended_on")
    list_filter = ("motion", "channel")
    list_select_related = ("channel",)
    search_fields = ("name",)
    ordering = ("-started_on", "name")
    readonly_fields = ("source", "external_id")
    inlines = (SpendInline,)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs | {"initial": [{"currency": settings.ABMHUB_BUSINESS_CURRENCY}]}


@admin.register(Touch)
class TouchAdmin(ReadOnly[Touch]):
    """What was done to an account; written by deliveries and by imports."""

    list_display = ("occurred_at", "account", "contact", "channel", "summary")
    list_filter = ("channel",)
    list_select_related = ("account", "contact", "channel")
    search_fields = ("account__name__istartswith",)
    search_help_text = "The beginning of an account's name"
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50
