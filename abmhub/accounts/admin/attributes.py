"""Custom attributes: defined here, usable everywhere at once."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from abmhub.accounts.attributes import uses_of
from abmhub.accounts.models import Attribute
from abmhub.core.admin import WritesOnlyChanges


class AttributeForm(forms.ModelForm[Attribute]):
    """What an attribute is stays as it is once accounts have values of it."""

    is_archived = forms.BooleanField(
        label="Archived",
        required=False,
        help_text="Pages, files and rules no longer offer it. What accounts have of it is kept.",
    )

    class Meta:
        model = Attribute
        fields = ("label", "code", "kind", "choices", "unit", "help_text", "position", "is_filter")
        widgets = {name: forms.TextInput(attrs={"class": "vLargeTextField"}) for name in ("choices", "help_text")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What changed is told by the row, and not by what a hidden field says it was.
        self.fields["choices"].show_hidden_initial = False
        if self.instance.pk:
            self.initial["is_archived"] = self.instance.archived_at is not None

    def clean_choices(self) -> list[str]:
        choices = [" ".join(choice.split()) for choice in self.cleaned_data["choices"] if choice.strip()]
        if len({choice.casefold() for choice in choices}) < len(choices):
            raise forms.ValidationError("Two choices are the same.")
        if self.instance.pk and self.instance.kind == Attribute.Kind.CHOICE:
            for choice, accounts in uses_of(self.instance).items():
                if choice not in choices:
                    of_them = "1 account has" if accounts == 1 else f"{accounts:,} accounts have"
                    raise forms.ValidationError(f"{of_them} “{choice}”: it cannot be left out until none has.")
        return choices


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("in_use", "Offered"), ("archived", "Archived")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Attribute]) -> QuerySet[Attribute]:
        match self.value():
            case "in_use":
                return queryset.filter(archived_at=None)
            case "archived":
                return queryset.exclude(archived_at=None)
        return queryset


@admin.register(Attribute)
class AttributeAdmin(WritesOnlyChanges[Attribute]):
    form = AttributeForm
    list_display = ("label", "code", "kind", "values_are", "is_filter", "index", "state")
    list_filter = (StateFilter, "kind", "is_filter")
    search_fields = ("label", "code")
    search_help_text = "Label or code"
    ordering = ("position", "label", "pk")
    fieldsets = (
        (None, {"fields": ("label", "code", "help_text", "position")}),
        (
            "Values",
            {
                "fields": ("kind", "choices", "unit"),
                "description": "Code and kind are fixed once an account has a value. Choices may be added at any time.",
            },
        ),
        ("Use", {"fields": ("is_filter", "index", "is_archived")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Attribute | None = None) -> tuple[str, ...]:
        return ("index", "code", "kind") if obj and obj.is_known_of_accounts() else ("index",)

    def has_delete_permission(self, request: HttpRequest, obj: Attribute | None = None) -> bool:
        # Not of several at once: among them could be one that accounts have values of. Those are archived.
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.is_known_of_accounts()

    def save_model(self, request: HttpRequest, obj: Attribute, form: Any, change: bool) -> None:  # noqa: FBT001
        if "is_archived" in form.changed_data or not change:
            obj.archived_at = timezone.now() if form.cleaned_data["is_archived"] else None
            if change:
                obj.save(update_fields=["archived_at"])
        super().save_model(request, obj, form, change)

    @admin.display(description="Values")
    def values_are(self, attribute: Attribute) -> str:
        return ", ".join(attribute.choices) or attribute.unit

    @admin.display(description="Index")
    def index(self, attribute: Attribute) -> str:
        if attribute.pk is None or not attribute.is_filter or attribute.archived_at:
            return "Made within a minute after it becomes a filter" if attribute.pk is None else "None needed"
        return "Ready" if attribute.indexed_at else "Being made: until then the filter works, but slowly"

    @admin.display(description="State")
    def state(self, attribute: Attribute) -> str:
        return "Archived" if attribute.archived_at else "Offered"
