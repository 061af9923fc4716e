"""How much engagement counts, and whose intent may be used."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from abmhub.core.admin import ReadOnly, WritesOnlyChanges
from abmhub.core.days import business_day
from abmhub.signals.intent import accounts_surging_on
from abmhub.signals.models import (
    ContactFactor,
    EngagementEvent,
    EventType,
    IntentObservation,
    IntentProvider,
    Retention,
    Topic,
    TopicCluster,
    UnplacedEvent,
    UnplacedObservation,
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
    fieldsets = (
        (
            None,
            {
                "fields": (("seniority", "buying_role"), "percent"),
                "description": "Of a person's seniority and buying role the higher factor counts; without any 100. "
                "Changes take effect with the next night, for past events too.",
            },
        ),
    )


@admin.register(IntentProvider)
class IntentProviderAdmin(WritesOnlyChanges[IntentProvider]):
    list_display = ("name", "lawful_basis", "is_scored", "due_every_days")
    list_filter = ("lawful_basis", "is_scored")
    search_fields = ("name", "code")
    ordering = ("name",)
    prepopulated_fields = {"code": ("name",)}


@admin.register(TopicCluster)
class TopicClusterAdmin(WritesOnlyChanges[TopicCluster]):
    list_display = ("name", "topics")
    search_fields = ("name", "code")
    ordering = ("name",)
    prepopulated_fields = {"code": ("name",)}
    fields = ("name", "code", "accounts_that_surge")
    readonly_fields = ("accounts_that_surge",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TopicCluster]:
        return super().get_queryset(request).annotate(topic_count=Count("topics"))

    @admin.display(description="Topics", ordering="topic_count")
    def topics(self, cluster: Any) -> int:
        return int(cluster.topic_count)

    @admin.display(description="Accounts that surge today")
    def accounts_that_surge(self, cluster: TopicCluster) -> str:
        return _surging(list(cluster.topics.values_list("pk", flat=True)) if cluster.pk else [])


@admin.register(Topic)
class TopicAdmin(WritesOnlyChanges[Topic]):
    list_display = ("name", "cluster")
    list_editable = ("cluster",)
    list_filter = ("cluster",)
    list_select_related = ("cluster",)
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "cluster", "accounts_that_surge")
    readonly_fields = ("accounts_that_surge",)

    @admin.display(description="Accounts that surge today")
    def accounts_that_surge(self, topic: Topic) -> str:
        return _surging([topic.pk] if topic.pk else [])


def _surging(topics: list[int]) -> str:
    """Asked for one topic or cluster at a time: of all of them it would be the work of a night."""
    return f"{accounts_surging_on(topics, business_day(timezone.now())):,}"


@admin.register(Retention)
class RetentionAdmin(WritesOnlyChanges[Retention]):
    """The one row about how long signals are kept."""

    fields = ("event_months", "intent_months", "events_from_on", "intent_from_on")
    readonly_fields = ("events_from_on", "intent_from_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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


class UnplacedAdmin(SignalAdmin):
    """What waits for an account with its domain; the page Unknown domains makes accounts of the busiest."""

    search_help_text = "A domain, from its beginning"
    search_fields = ("domain__startswith",)
    ordering = ("-pk",)


@admin.register(UnplacedEvent)
class UnplacedEventAdmin(UnplacedAdmin):
    list_display = ("domain", "event_type", "occurred_at", "detail", "source", "came_at")
    list_filter = ("event_type",)
    list_select_related = ("event_type",)


@admin.register(UnplacedObservation)
class UnplacedObservationAdmin(UnplacedAdmin):
    list_display = ("domain", "provider", "topic", "week_on", "level", "came_at")
    list_filter = ("provider",)
    list_select_related = ("provider", "topic")
