"""Buying roles with what is required of them and what others call them; personas and what speaks to them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from abmhub.committee.models import BuyingRole, Content, Persona, RoleRequirement, RoleWord
from abmhub.core.admin import SharedChoices, WritesOnlyChanges


class RequirementInline(SharedChoices[RoleRequirement]):
    model = RoleRequirement
    extra = 0
    ordering = ("tier", "segment")
    verbose_name = "other number"
    verbose_name_plural = "required by tier and segment, instead of the usual number"


class WordInline(SharedChoices[RoleWord]):
    model = RoleWord
    extra = 0
    ordering = ("source", "word")
    verbose_name = "word"
    verbose_name_plural = "what other systems call it"


@admin.register(BuyingRole)
class BuyingRoleAdmin(WritesOnlyChanges[BuyingRole]):
    list_display = ("name", "required", "position", "code")
    list_editable = ("required", "position")
    search_fields = ("name",)
    ordering = ("position", "name")
    prepopulated_fields = {"code": ("name",)}
    inlines = (RequirementInline, WordInline)


@admin.register(RoleWord)
class RoleWordAdmin(WritesOnlyChanges[RoleWord]):
    """Also the words that say where somebody stands, and those that mean nothing to us."""

    list_display = ("word", "buying_role", "stance", "from_source")
    list_filter = ("buying_role", "stance", "source")
    list_select_related = ("buying_role",)
    search_fields = ("word",)
    ordering = ("word", "source")

    @admin.display(description="Source", ordering="source")
    def from_source(self, word: RoleWord) -> str:
        return word.source or "Any"


class ContentInline(admin.TabularInline[Any, Any]):
    model = Content.personas.through
    extra = 0
    autocomplete_fields = ("content",)
    verbose_name = "piece of content"
    verbose_name_plural = "content that speaks to them"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("content", "persona")


@admin.register(Persona)
class PersonaAdmin(WritesOnlyChanges[Persona]):
    list_display = ("name", "buying_role", "goals")
    list_filter = ("buying_role",)
    list_select_related = ("buying_role",)
    search_fields = ("name",)
    ordering = ("buying_role__position", "name")
    inlines = (ContentInline,)
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


class ContentForm(forms.ModelForm[Content]):
    url = forms.URLField(required=False, assume_scheme="https", label="Address", help_text="Where it is found.")


@admin.register(Content)
class ContentAdmin(WritesOnlyChanges[Content]):
    form = ContentForm
    list_display = ("title", "stage", "url")
    list_filter = ("stage", "personas")
    search_fields = ("title",)
    ordering = ("title", "pk")
    filter_horizontal = ("personas",)
