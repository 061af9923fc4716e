"""What is drafted, published once as a version, and copied to be changed."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from abmhub.core.admin import WritesOnlyChanges
from abmhub.core.refusals import Refused
from abmhub.scoring.models import IcpProfile, TierPolicy, TierRule
from abmhub.users.models import User


def is_draft(row: Model | None) -> bool:
    """Whether it may still be edited; what was once published explains figures of the past."""
    match row:
        case TierPolicy():
            return row.is_draft
        case TierRule():
            return is_draft(row.policy)
        case IcpProfile():
            return row.is_draft
    return True


class DraftPage(WritesOnlyChanges[Any]):
    """The page of a version, or of a part of one: once published it is only read."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Not of several at once either: among them could be one that was published.
        return obj is not None and is_draft(obj) and super().has_delete_permission(request, obj)


class DraftRows(admin.TabularInline[Any, Any]):
    """Rows on such a page; `obj` is what the page is about."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_delete_permission(request, obj)


class VersionAdmin(DraftPage):
    """What is drafted, published once, and copied to be changed."""

    actions: tuple[str, ...] = ("publish", "copy")
    save_on_top = True

    def publish_one(self, row: Any, by: User) -> object:
        raise NotImplementedError

    def copy_one(self, row: Any) -> object:
        raise NotImplementedError

    @admin.action(description="Publish: in force from the next night on", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        by = cast(User, request.user)
        self._one(request, queryset, lambda row: self.publish_one(row, by), "{} is in force from the next night on.")

    @admin.action(description="Copy to a new draft", permissions=["add"])
    def copy(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._one(request, queryset, self.copy_one, "{} is a draft now.")

    def _one(self, request: HttpRequest, queryset: QuerySet[Any], act: Callable[[Any], object], done: str) -> None:
        if queryset.count() != 1:
            self.message_user(request, "Choose one.", messages.ERROR)
            return
        try:
            row = act(queryset.get())
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
        else:
            self.message_user(request, done.format(row), messages.SUCCESS)
