"""Channels, programs, campaigns with what they cost, and the touches they made."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from abmhub.campaigns.actions import freeze_program
from abmhub.campaigns.models import Campaign, Channel, NamingConvention, Program, Spend, Touch
from abmhub.core.admin import ReadOnly, WritesOnlyChanges
from abmhub.core.refusals import Refused
from abmhub.users.models import User


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
    list_display = ("name", "motion", "channel", "program", "started_on", "ended_on")
    list_filter = ("motion", "channel", "program")
    list_select_related = ("channel", "program")
    search_fields = ("name",)
    ordering = ("-started_on", "name")
    readonly_fields = ("source", "external_id")
    inlines = (SpendInline,)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs | {"initial": [{"currency": settings.ABMHUB_BUSINESS_CURRENCY}]}


@admin.register(NamingConvention)
class NamingConventionAdmin(WritesOnlyChanges[NamingConvention]):
    list_display = ("subject", "pattern", "example")
    ordering = ("subject",)


@admin.register(Program)
class ProgramAdmin(WritesOnlyChanges[Program]):
    """Who it is for is decided before its list is frozen, and not changed after."""

    list_display = ("name", "audience", "period", "starts_on", "budget_amount", "currency", "accounts", "frozen_at")
    list_filter = ("period",)
    search_fields = ("name", "audience")
    ordering = ("-starts_on", "name")
    filter_horizontal = ("tiers", "territories")
    readonly_fields = ("frozen_at", "frozen_by")
    actions = ("freeze",)
    fieldsets = (
        (None, {"fields": ("name", "audience", ("period", "starts_on"))}),
        ("Whom it is for", {"fields": ("tiers", "territories", "segment", ("frozen_at", "frozen_by"))}),
        ("What it may cost and shall bring", {"fields": (("budget_amount", "currency"), "objectives")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        return super().get_queryset(request).annotate(member_count=Count("members"))

    def get_readonly_fields(self, request: HttpRequest, obj: Program | None = None) -> tuple[str, ...]:
        fixed = ("period", "starts_on", "tiers", "territories", "segment") if obj and obj.is_frozen else ()
        return (*self.readonly_fields, *fixed)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"currency": settings.ABMHUB_BUSINESS_CURRENCY, **super().get_changeform_initial_data(request)}

    @admin.display(description="accounts", ordering="member_count")
    def accounts(self, program: Any) -> int:
        found: int = program.member_count
        return found

    @admin.action(description="Freeze the list of accounts", permissions=["change"])
    def freeze(self, request: HttpRequest, queryset: QuerySet[Program]) -> None:
        by = cast("User", request.user)
        for program in queryset:
            try:
                count = freeze_program(program=program, by=by, at=timezone.now())
            except Refused as refused:
                self.message_user(request, refused.message, messages.ERROR)
            else:
                self.message_user(
                    request,
                    f"The list of {program} holds {'1 account' if count == 1 else f'{count:,} accounts'}.",
                    messages.SUCCESS,
                )


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
