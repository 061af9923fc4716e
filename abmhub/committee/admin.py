"""Contacts, and the roles and personas they are taken for."""

from django.contrib import admin

from abmhub.committee.models import BuyingRole, Contact, Persona
from abmhub.core.admin import WritesOnlyChanges


@admin.register(BuyingRole)
class BuyingRoleAdmin(WritesOnlyChanges[BuyingRole]):
    list_display = ("name", "required", "position", "code")
    list_editable = ("required", "position")
    search_fields = ("name",)
    ordering = ("position", "name")
    prepopulated_fields = {"code": ("name",)}


@admin.register(Persona)
class PersonaAdmin(WritesOnlyChanges[Persona]):
    list_display = ("name", "buying_role", "goals")
    list_filter = ("buying_role",)
    list_select_related = ("buying_role",)
    search_fields = ("name",)
    ordering = ("buying_role__position", "name")
    fieldsets = (
        (None, {"fields": ("name", "buying_role")}),
        ("Who they are", {"fields": ("goals", "pains")}),
        (
            "What to tell them",
            {
                "fields": ("tofu_message", "mofu_message", "bofu_message"),
                "description": "Shown to the rep who orders and to the marketer who writes.",
            },
        ),
    )


@admin.register(Contact)
class ContactAdmin(WritesOnlyChanges[Contact]):
    list_display = ("name", "title", "account", "buying_role", "stance", "reachable")
    list_filter = ("buying_role", "persona", "seniority", "stance")
    list_select_related = ("account", "buying_role")
    search_fields = ("name__istartswith", "email__istartswith", "account__name__istartswith")
    search_help_text = "The beginning of a name, an email or an account"
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ("account", "persona", "buying_role")
    readonly_fields = ("source", "external_id", "created_at")
    fieldsets = (
        (None, {"fields": ("account", "name", "title", ("department", "seniority"))}),
        ("How to reach them", {"fields": (("email", "phone"), "opted_out_at")}),
        ("Their part", {"fields": (("buying_role", "persona"), ("stance", "stance_note"))}),
        ("Where they come from", {"fields": ("source", "external_id", "created_at"), "classes": ("collapse",)}),
    )

    @admin.display(description="Reachable")
    def reachable(self, contact: Contact) -> str:
        return contact.unreachable_reason or "Yes"
