"""How long what a source said may be believed."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from abmhub.accounts.models import FreshnessClock
from abmhub.core.admin import WritesOnlyChanges


@admin.register(FreshnessClock)
class FreshnessClockAdmin(WritesOnlyChanges[FreshnessClock]):
    """A clock comes with the first file of its source, so that none is added by hand."""

    list_display = ("source", "due_every_days", "last_file_on", "due_on")
    search_fields = ("source",)
    ordering = ("source",)
    fields = ("source", "due_every_days", "last_file_on", "due_on")
    readonly_fields = ("source", "last_file_on", "due_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Next file due", empty_value="After its first file")
    def due_on(self, clock: FreshnessClock) -> date | None:
        return clock.due_on
