"""What other packages bring into the admin, cut down to what an administrator needs."""

from typing import Any

import django_celery_beat.admin
import rest_framework.authtoken.admin
from allauth.account.admin import EmailAddress
from axes.admin import AccessFailureLog
from celery.schedules import ParseException
from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, PeriodicTask, SolarSchedule
from rest_framework.authtoken.models import TokenProxy

# An email belongs to the page of the person; nothing here runs once at a moment, or by the sun; and
# failed sign-ins are under attempts, the separate log of them is switched off.
REPLACED = (PeriodicTask, CrontabSchedule, TokenProxy)
for model in (EmailAddress, ClockedSchedule, SolarSchedule, AccessFailureLog, *REPLACED):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(PeriodicTask)
class ScheduleAdmin(django_celery_beat.admin.PeriodicTaskAdmin):  # type: ignore[misc]
    """When each job runs. The jobs themselves are code: none can be added, renamed or removed here."""

    form = ModelForm
    change_form_template = None
    list_display = ("name", "enabled", "scheduler", "last_run_at")
    list_filter = ("enabled",)
    date_hierarchy = None
    search_fields = ("name",)
    ordering = ("name",)
    actions = ("enable_tasks", "disable_tasks", "run_tasks")
    readonly_fields = ("name", "description", "last_run_at")
    fieldsets = (
        (None, {"fields": ("name", "description", "enabled", "last_run_at")}),
        (
            "When",
            {
                "fields": ("interval", "crontab"),
                "description": "One of the two: every so often, or at set times. Crontabs say their own time zone.",
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(CrontabSchedule)
class CrontabAdmin(django_celery_beat.admin.CrontabScheduleAdmin):  # type: ignore[misc]
    """Set times, in words too, unless no times can be read from what somebody typed."""

    list_display = ("__str__", "in_words")
    fields = ("in_words", "minute", "hour", "day_of_month", "month_of_year", "day_of_week", "timezone")
    readonly_fields = ("in_words",)

    @admin.display(description="In words")
    def in_words(self, crontab: CrontabSchedule) -> str | None:
        try:
            return str(crontab.human_readable)
        except ParseException:
            return None


@admin.register(TokenProxy)
class TokenAdmin(rest_framework.authtoken.admin.TokenAdmin):
    """One token a person: a program that has it sees and does what the person may."""

    list_display = ("user", "role", "created")
    list_filter = ()
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    search_help_text = "Name or email"
    ordering = ("user__name",)
    autocomplete_fields = ("user",)
    fields = ("user", "header")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user", "header") if obj else ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user", "header") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if not change:
            self.message_user(request, format_html("The program sends: {}", self.header(obj)), messages.SUCCESS)

    @admin.display(description="Role")
    def role(self, token: Any) -> str:
        return str(token.user.get_role_display())

    @admin.display(description="The program sends")
    def header(self, token: Any) -> str:
        return format_html("<code>Authorization: Bearer {}</code>", token.key)
