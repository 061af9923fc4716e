"""How every room's admin behaves: it writes what was changed, and shows what nobody may change."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

Row = TypeVar("Row", bound=models.Model)


class WritesOnlyChanges(admin.ModelAdmin[Row]):
    """Saves the fields that the form changed and no other.

    Between opening and saving a form others move money and stock in the same row; writing back what the
    form once read would undo them.
    """

    def save_model(self, request: HttpRequest, obj: Row, form: ModelForm[Row], change: bool) -> None:  # noqa: FBT001
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields}  # noqa: SLF001 - Django documents it
        if changed := columns.intersection(form.changed_data):
            obj.save(update_fields=changed)


class ReadOnly(admin.ModelAdmin[Row]):
    """A record of what happened: to look at, never to touch."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline[Row, models.Model]):
    """Rows of a record beside the thing they belong to."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
