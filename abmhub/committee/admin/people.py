"""Contacts as an administrator mends them, and who asked to be forgotten."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from abmhub.committee.models import Contact, OptOut, StanceChange, Suppression
from abmhub.core.admin import ReadOnly, ReadOnlyInline, WritesOnlyChanges


class ContactForm(forms.ModelForm[Contact]):
    """A stance needs evidence, here as elsewhere."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("stance") and not cleaned.get("stance_note"):
            self.add_error("stance_note", "Say what shows it: a sentence they said, or something they did.")
        return cleaned


class OptOutInline(admin.TabularInline[OptOut, Contact]):
    model = OptOut
    extra = 0
    ordering = ("channel",)
    verbose_name_plural = "opted out of single channels"


class StanceInline(ReadOnlyInline[StanceChange]):
    model = StanceChange
    fields = ("changed_at", "stance", "note", "by")
    readonly_fields = fields
    ordering = ("-changed_at", "-pk")
    verbose_name_plural = "where they stood before"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")


@admin.register(Contact)
class ContactAdmin(WritesOnlyChanges[Contact]):
    form = ContactForm
    list_display = ("name", "title", "account", "buying_role", "stance", "reachable")
    list_filter = ("buying_role", "persona", "seniority", "stance")
    list_select_related = ("account", "buying_role")
    search_fields = ("name__istartswith", "email__istartswith", "account__name__istartswith")
    search_help_text = "The beginning of a name, an email or an account"
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ("account", "persona", "buying_role")
    readonly_fields = ("suggested", "source", "external_id", "created_at", "updated_at", "refreshed_at", "erased_at")
    inlines = (OptOutInline, StanceInline)
    fieldsets = (
        (None, {"fields": ("account", "name", "title")}),
        (
            "What the title suggests",
            {
                "fields": (("department", "seniority"), ("buying_role", "persona"), "suggested"),
                "description": "What is changed here is decided: title rules never change it again.",
            },
        ),
        (
            "How to reach them",
            {"fields": (("email", "phone"), ("locale", "time_zone"), ("opted_out_at", "opted_out_source"))},
        ),
        ("Where they stand", {"fields": (("stance", "stance_note"),)}),
        (
            "Where they come from",
            {
                "fields": ("source", "external_id", "created_at", "updated_at", "refreshed_at", "erased_at"),
                "classes": ("collapse",),
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: Contact, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.updated_at = timezone.now()
        form.changed_data.append("updated_at")
        super().save_model(request, obj, form, change)
        if {"stance", "stance_note"} & set(form.changed_data):
            StanceChange.objects.create(
                contact=obj, stance=obj.stance, note=obj.stance_note, by_id=request.user.pk, changed_at=obj.updated_at
            )

    @admin.display(description="Reachable")
    def reachable(self, contact: Contact) -> str:
        return contact.unreachable_reason or "Yes"

    @admin.display(description="Only suggested")
    def suggested(self, contact: Contact) -> str:
        return ", ".join(field.replace("_", " ") for field in contact.suggested_fields) or "Nothing"


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly[Suppression]):
    """Who erased somebody, and when; of whom, only a keyed hash is left."""

    list_display = ("suppressed_at", "by", "digest")
    list_select_related = ("by",)
    date_hierarchy = "suppressed_at"
    ordering = ("-suppressed_at", "-pk")
