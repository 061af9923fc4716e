"""Files that came in, and what people said their words mean."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from abmhub.core.admin import ReadOnly, WritesOnlyChanges
from abmhub.imports.kinds import intake_of
from abmhub.imports.models import ImportRun, Kind, SavedMapping, Settlement, SurvivorRule


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly[ImportRun]):
    list_display = (
        "started_at",
        "kind",
        "file_name",
        "source",
        "status",
        "rows",
        "created",
        "updated",
        "rejected",
        "by",
    )
    list_filter = ("kind", "status", "source")
    list_select_related = ("by",)
    search_fields = ("file_name",)
    ordering = ("-pk",)


@admin.register(Settlement)
class SettlementAdmin(admin.ModelAdmin[Settlement]):
    """To look at and to delete: what was deleted is in doubt again in the next file. They are made on the pages."""

    list_display = ("value", "field", "means", "source", "by", "settled_at")
    list_filter = ("field", "source")
    list_select_related = ("account", "product", "by")
    search_fields = ("value",)
    ordering = ("source", "field", "value")

    @admin.display(description="Means")
    def means(self, settlement: Settlement) -> str:
        return str(settlement.account or settlement.product or settlement.meaning)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Settlement | None = None) -> bool:
        return False


class SurvivorRuleForm(forms.ModelForm[SurvivorRule]):
    """Fields are chosen by the names that people know them by."""

    field = forms.ChoiceField()

    class Meta:
        model = SurvivorRule
        fields = ("kind", "source", "field", "rule")
        help_texts = {
            "source": "As it is written on the page of an import, for example Salesforce.",
            "rule": "Without a rule the newest value survives. An empty cell never changes anything.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["field"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101
        chosen.choices = [(kind.label, fields_with_rules(kind)) for kind in (Kind.ACCOUNTS, Kind.CONTACTS)]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        kind, field = cleaned.get("kind"), cleaned.get("field")
        if kind and field and field not in dict(fields_with_rules(kind)):
            self.add_error("field", f"Files of {Kind(kind).label.lower()} have no such field.")
        return cleaned


def fields_with_rules(kind: str) -> list[tuple[str, str]]:
    """The fields of a kind whose values a rule can protect, by name: all but those that say which row it is."""
    intake = intake_of(kind)
    return [(known.name, known.label) for known in intake.fields if known.name in intake.survivors]


@admin.register(SavedMapping)
class SavedMappingAdmin(admin.ModelAdmin[SavedMapping]):
    """To name and to delete: a deleted one is not used for the next file. They are made as files are confirmed."""

    list_display = ("name", "kind", "source", "is_shipped", "used_at", "by")
    list_filter = ("kind", "is_shipped")
    list_select_related = ("by",)
    search_fields = ("name", "source")
    ordering = ("kind", "is_shipped", "name")
    readonly_fields = ("kind", "columns", "mapping", "is_shipped", "by", "used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(SurvivorRule)
class SurvivorRuleAdmin(WritesOnlyChanges[SurvivorRule]):
    """Which source is believed about which field."""

    form = SurvivorRuleForm
    list_display = ("source", "kind", "field_label", "rule")
    list_filter = ("kind", "source", "rule")
    ordering = ("source", "kind", "field")

    @admin.display(description="Field", ordering="field")
    def field_label(self, rule: SurvivorRule) -> str:
        return dict(fields_with_rules(rule.kind)).get(rule.field, rule.field)
