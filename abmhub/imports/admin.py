"""Files that came in, and what people said their words mean."""

from django.contrib import admin
from django.http import HttpRequest

from abmhub.core.admin import ReadOnly
from abmhub.imports.models import ImportRun, Settlement


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
