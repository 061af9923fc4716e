"""The registers of tiers given by hand and of appeals: to read, to end an override, to go and answer an appeal."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from abmhub.core.admin import ReadOnly
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.scoring import actions
from abmhub.scoring.models import TierAppeal, TierOverride
from abmhub.users.models import User


class Holds(admin.SimpleListFilter):
    """Overrides that hold today, and those that are over."""

    title = "state"
    parameter_name = "holds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Holds"), ("no", "Over")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TierOverride]) -> QuerySet[TierOverride]:
        holding = TierOverride.objects.in_force_on(business_day(timezone.now())).values("pk")
        match self.value():
            case "yes":
                return queryset.filter(pk__in=holding)
            case "no":
                return queryset.exclude(pk__in=holding)
        return queryset


class Answered(admin.SimpleListFilter):
    """Appeals that wait, and what became of the others."""

    title = "answer"
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Waits for an answer"), ("granted", "Granted"), ("declined", "Declined")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TierAppeal]) -> QuerySet[TierAppeal]:
        match self.value():
            case "no":
                return queryset.filter(decided_at=None)
            case "granted" | "declined":
                return queryset.filter(granted=self.value() == "granted")
        return queryset


@admin.register(TierOverride)
class TierOverrideAdmin(ReadOnly[TierOverride]):
    actions = ("end",)
    list_display = ("account", "given", "state", "reason", "expires_on", "made_by", "made_at")
    list_filter = (Holds, "tier")
    list_select_related = ("account", "tier", "made_by", "ended_by")
    search_fields = ("account__name", "reason", "made_by__name")
    search_help_text = "Account, reason or person"
    ordering = ("-made_at", "-pk")
    show_full_result_count = False
    fields = ("account", "given", "state", "reason", "expires_on", "made_by", "made_at", "ended_by", "ended_at")

    def view_on_site(self, override: TierOverride) -> str:
        return reverse("account-show", args=[override.account_id])

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Named by the action; the action of the room asks for the verb itself."""
        return request.user.is_active and request.user.is_staff

    @admin.action(description="End: give the accounts back to the rules", permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[TierOverride]) -> None:
        by, ended = cast(User, request.user), 0
        for override in queryset.select_related("account"):
            try:
                actions.end_override(override=override, by=by, at=timezone.now())
                ended += 1
            except Refused as refused:
                self.message_user(request, f"{override.account}: {refused.message}", messages.WARNING)
        if ended:
            self.message_user(request, f"Given back to the rules: {ended}.", messages.SUCCESS)

    @admin.display(description="Tier", ordering="tier")
    def given(self, override: TierOverride) -> str:
        return str(override.tier or "No tier")

    @admin.display(description="State")
    def state(self, override: TierOverride) -> str:
        if override.is_in_force_on(business_day(timezone.now())):
            return "Holds"
        return f"Ended by {override.ended_by}" if override.ended_by else "Over"


@admin.register(TierAppeal)
class TierAppealAdmin(ReadOnly[TierAppeal]):
    list_display = ("account", "wanted", "reason", "made_by", "made_at", "decision", "answer")
    list_filter = (Answered,)
    list_select_related = ("account", "tier", "made_by", "decided_by")
    search_fields = ("account__name", "reason", "made_by__name")
    search_help_text = "Account, reason or person"
    ordering = ("-made_at", "-pk")
    show_full_result_count = False
    fields = ("account", "wanted", "reason", "made_by", "made_at", "decision", "answer", "decided_at", "override")

    def view_on_site(self, appeal: TierAppeal) -> str:
        return reverse("account-show", args=[appeal.account_id])

    @admin.display(description="Wanted", ordering="tier")
    def wanted(self, appeal: TierAppeal) -> str:
        return str(appeal.tier or "No tier")

    @admin.display(description="Decision")
    def decision(self, appeal: TierAppeal) -> str | SafeString:
        if appeal.decided_at is None:
            return format_html('<a href="{}">Answer it</a>', reverse("appeal-list"))
        return f"{'Granted' if appeal.granted else 'Declined'} by {appeal.decided_by or 'somebody'}"
