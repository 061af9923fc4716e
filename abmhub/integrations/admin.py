"""The outbox, so that an administrator sees what could not be delivered and may try again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from abmhub.core.admin import ReadOnly
from abmhub.core.models import OutboxMessage


class DeliveryFilter(admin.SimpleListFilter):
    title = "delivery"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", "Not delivered yet"), ("failing", "Failing"), ("delivered", "Delivered")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        match self.value():
            case "due":
                return queryset.filter(delivered_at=None)
            case "failing":
                return queryset.filter(delivered_at=None, attempts__gt=0)
            case "delivered":
                return queryset.exclude(delivered_at=None)
        return queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnly[OutboxMessage]):
    list_display = ("key", "topic", "created_at", "delivered_at", "attempts", "next_attempt_at", "error")
    list_filter = (DeliveryFilter, "topic")
    search_fields = ("key",)
    ordering = ("-pk",)
    show_full_result_count = False
    actions = ("try_again",)

    @admin.action(description="Try again now", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """The next sweep takes them, in seconds; a message that was delivered is left alone."""
        count = queryset.filter(delivered_at=None).update(next_attempt_at=timezone.now())
        self.message_user(request, f"The next sweep tries {count} again.", messages.SUCCESS)
