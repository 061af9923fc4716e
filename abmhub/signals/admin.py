"""How much engagement counts, and whose intent may be used."""

from django.contrib import admin
from django.http import HttpRequest

from abmhub.core.admin import ReadOnly, WritesOnlyChanges
from abmhub.signals.models import (
    ContactFactor,
    EngagementEvent,
    EventType,
    IntentObservation,
    IntentProvider,
    Topic,
    TopicCluster,
)


@admin.register(EventType)
class EventTypeAdmin(WritesOnlyChanges[EventType]):
    list_display = ("name", "weight", "half_life_days", "daily_cap", "content_stage", "is_meaningful")
    list_editable = ("weight", "half_life_days", "daily_cap")
    list_filter = ("content_stage", "is_meaningful")
    search_fields = ("name", "code")
    ordering = ("-weight", "name")
    prepopulated_fields = {"code": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "code"), "content_stage", "is_meaningful")}),
        (
            "How much it counts",
            {
                "fields": (("weight", "half_life_days", "daily_cap"),),
                "description": "Points = weight × contact factor × 0.5 ^ (age in whole days ÷ half-life). "
                "Changes take effect with the next night, for past events too.",
            },
        ),
    )


@admin.register(ContactFactor)
class ContactFactorAdmin(WritesOnlyChanges[ContactFactor]):
    list_display = ("__str__", "seniority", "buying_role", "percent")
    list_editable = ("percent",)
    list_select_related = ("buying_role",)
    ordering = ("-percent", "seniority", "buying_role")


@admin.register(IntentProvider)
class IntentProviderAdmin(WritesOnlyChanges[IntentProvider]):
    list_display = ("name", "lawful_basis", "is_scored", "due_every_days")
    list_filter = ("lawful_basis", "is_scored")
    search_fields = ("name", "code")
    ordering = ("name",)
    prepopulated_fields = {"code": ("name",)}


@admin.register(TopicCluster)
class TopicClusterAdmin(WritesOnlyChanges[TopicCluster]):
    search_fields = ("name", "code")
    ordering = ("name",)
    prepopulated_fields = {"code": ("name",)}


@admin.register(Topic)
class TopicAdmin(WritesOnlyChanges[Topic]):
    list_display = ("name", "cluster")
    list_editable = ("cluster",)
    list_filter = ("cluster",)
    list_select_related = ("cluster",)
    search_fields = ("name",)
    ordering = ("name",)


class SignalAdmin(ReadOnly):  # type: ignore[type-arg]
    """Signals come from sources by the million: they are looked up by account, never counted or edited."""

    show_full_result_count = False
    list_per_page = 50
    search_help_text = "Name of an account, from its beginning"


@admin.register(EngagementEvent)
class EngagementEventAdmin(SignalAdmin):
    list_display = ("occurred_at", "event_type", "account", "contact", "detail", "source")
    list_filter = ("event_type",)
    list_select_related = ("event_type", "account", "contact")
    search_fields = ("account__normalized_name__startswith", "=external_id")
    ordering = ("-occurred_at",)

    def has_delete_permission(self, request: HttpRequest, obj: EngagementEvent | None = None) -> bool:
        """One at a time, for what should never have been recorded."""
        return obj is not None and request.user.has_perm("signals.delete_engagementevent")


@admin.register(IntentObservation)
class IntentObservationAdmin(SignalAdmin):
    list_display = ("week_on", "provider", "topic", "account", "level")
    list_filter = ("provider",)
    list_select_related = ("provider", "topic", "account")
    search_fields = ("account__normalized_name__startswith",)
    ordering = ("-week_on", "-pk")
