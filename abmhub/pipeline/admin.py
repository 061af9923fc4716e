"""Products, the stages of a deal, deals and leads."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest

from abmhub.core.admin import ReadOnly, SharedChoices, WritesOnlyChanges
from abmhub.pipeline.models import CampaignMember, Contract, Lead, Opportunity, Product, Stage, StageChange


@admin.register(Product)
class ProductAdmin(WritesOnlyChanges[Product]):
    list_display = ("name", "series", "list_price_amount", "currency")
    list_filter = ("series",)
    search_fields = ("name",)
    ordering = ("series", "name")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"currency": settings.ABMHUB_BUSINESS_CURRENCY, **super().get_changeform_initial_data(request)}


@admin.register(Stage)
class StageAdmin(WritesOnlyChanges[Stage]):
    """A stage that an import brought is taken for open, won or lost by its name: put it right here."""

    list_display = ("name", "kind", "position", "is_qualified")
    list_editable = ("kind", "position", "is_qualified")
    search_fields = ("name",)
    ordering = ("position", "name")


class StageChangeInline(SharedChoices[StageChange]):
    model = StageChange
    extra = 0
    ordering = ("entered_on", "pk")
    verbose_name_plural = "stage history"


@admin.register(Opportunity)
class OpportunityAdmin(WritesOnlyChanges[Opportunity]):
    list_display = ("__str__", "account", "product", "owner", "stage", "amount", "currency", "engaged_on", "closed_on")
    list_filter = ("stage", "motion", "territory", "source")
    list_select_related = ("account", "product", "owner", "stage")
    search_fields = ("external_id", "name__istartswith", "account__name__istartswith")
    search_help_text = "The key, or the beginning of the deal's or the account's name"
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ("account", "product", "owner", "territory", "campaign", "stage")
    readonly_fields = ("account_name", "product_name", "owner_name", "source", "external_id", "created_at")
    inlines = (StageChangeInline,)
    fieldsets = (
        (None, {"fields": ("name", ("account", "account_name"), ("product", "product_name"))}),
        ("Who works it", {"fields": (("owner", "owner_name", "territory"),)}),
        ("How far it is", {"fields": ("stage", ("engaged_on", "closed_on"), ("amount", "currency"))}),
        ("Where it comes from", {"fields": ("motion", "campaign", ("source", "external_id"), "created_at")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A deal has a key in the system that it lives in: it comes from there."""
        return False


@admin.register(Contract)
class ContractAdmin(WritesOnlyChanges[Contract]):
    list_display = (
        "external_id", "account", "kind", "value_amount", "currency", "acv_amount", "starts_on", "ends_on",
        "churned_on",
    )  # fmt: skip
    list_filter = ("kind", "source")
    list_select_related = ("account",)
    search_fields = ("external_id", "account__name__istartswith")
    search_help_text = "The number of a contract, or the beginning of the account's name"
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ("account",)
    raw_id_fields = ("opportunity", "follows")
    readonly_fields = ("ends_on",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = {"currency": settings.ABMHUB_BUSINESS_CURRENCY, "source": "manual"}
        return {**initial, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Contract, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if change and {"starts_on", "term_months"}.intersection(form.changed_data):
            obj.save(update_fields=["ends_on"])


@admin.register(Lead)
class LeadAdmin(WritesOnlyChanges[Lead]):
    list_display = ("name", "company_name", "account", "campaign", "created_on", "mql_on", "sql_on")
    list_filter = ("campaign",)
    list_select_related = ("account", "campaign")
    search_fields = ("name__istartswith", "company_name__istartswith", "email__istartswith")
    search_help_text = "The beginning of a name, a company or an email"
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ("account", "campaign")
    raw_id_fields = ("opportunity",)
    readonly_fields = ("source", "external_id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A lead has a key in the system that it came through: it comes from there."""
        return False


@admin.register(CampaignMember)
class CampaignMemberAdmin(ReadOnly[CampaignMember]):
    """Who was in which campaign; written by imports."""

    list_display = ("campaign", "contact", "lead", "status", "responded_on")
    list_filter = ("campaign",)
    list_select_related = ("campaign", "contact", "lead")
    search_fields = ("contact__name__istartswith", "lead__name__istartswith")
    search_help_text = "The beginning of somebody's name"
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50
