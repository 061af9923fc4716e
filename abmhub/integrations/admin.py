"""The outbox, so that an administrator sees what could not be delivered and may try again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from abmhub.core.admin import ReadOnly, WritesOnlyChanges
from abmhub.core.models import OutboxMessage
from abmhub.integrations.models import SlackWebhook
from abmhub.integrations.outbox import GIVEN_UP_AFTER


class DeliveryFilter(admin.SimpleListFilter):
    title = "delivery"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("due", "Not delivered yet"),
            ("failing", "Failing"),
            ("given_up", "Given up"),
            ("delivered", "Delivered"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        match self.value():
            case "due":
                return queryset.filter(delivered_at=None)
            case "failing":
                return queryset.filter(delivered_at=None, attempts__gt=0)
            case "given_up":
                return queryset.filter(delivered_at=None, attempts__gte=GIVEN_UP_AFTER)
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


class SlackWebhookForm(forms.ModelForm[SlackWebhook]):
    """The address is a secret: it is not written on the page again, and kept when nothing is typed."""

    url = forms.CharField(
        label="Address",
        max_length=300,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="https://hooks.slack.com/services/... Leave it empty to keep the present one.",
    )
    topics = forms.MultipleChoiceField(
        label="What the channel is told", choices=SlackWebhook.Topic, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = SlackWebhook
        fields = ("name", "url", "topics", "is_active")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"] or self.instance.url
        return url


@admin.register(SlackWebhook)
class SlackWebhookAdmin(WritesOnlyChanges[SlackWebhook]):
    list_display = ("name", "is_active", "told")
    search_fields = ("name",)
    ordering = ("name",)
    form = SlackWebhookForm

    @admin.display(description="Told when")
    def told(self, webhook: SlackWebhook) -> str:
        return "; ".join(str(SlackWebhook.Topic(topic).label) for topic in webhook.topics)
