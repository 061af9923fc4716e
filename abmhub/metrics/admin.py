"""What people enter beside the figures; snapshots, signatures and locks are only ever read here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from abmhub.core.admin import ReadOnly, ReadOnlyInline, WritesOnlyChanges
from abmhub.metrics.definitions import Metric
from abmhub.metrics.figures import FIGURES, Of
from abmhub.metrics.models import (
    ActivityGoal,
    Choice,
    Entry,
    FigureSnapshot,
    LockedMetric,
    MetricNote,
    PeriodLock,
    ReportMailing,
    TacticScore,
    Target,
)
from abmhub.users.models import User

ACTIVITIES = [
    (each.code, each.name) for each in FIGURES.values() if each.of in (Of.TOUCH, Of.LINE) and each.unit == "count"
]


@admin.register(Entry)
class EntryAdmin(WritesOnlyChanges[Entry]):
    list_display = ("month_on", "kind", "value", "basis", "source", "entered_by", "updated_at")
    list_filter = ("kind", "basis")
    list_select_related = ("entered_by",)
    date_hierarchy = "month_on"
    ordering = ("-month_on", "kind")

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if isinstance(request.user, User):
            obj.entered_by, obj.updated_at = request.user, timezone.now()
            obj.save(update_fields=["entered_by", "updated_at"])


class TargetForm(forms.ModelForm[Target]):
    metric = forms.ChoiceField(choices=Metric.choices)


@admin.register(Target)
class TargetAdmin(WritesOnlyChanges[Target]):
    form = TargetForm
    list_display = ("metric", "window", "value", "starts_on", "ends_on", "source")
    list_filter = ("metric", "window")
    ordering = ("-ends_on", "metric")


class ActivityGoalForm(forms.ModelForm[ActivityGoal]):
    figure = forms.ChoiceField(choices=ACTIVITIES, label="Activity")


@admin.register(ActivityGoal)
class ActivityGoalAdmin(WritesOnlyChanges[ActivityGoal]):
    form = ActivityGoalForm
    list_display = ("figure", "a_month")
    ordering = ("figure",)


@admin.register(MetricNote)
class MetricNoteAdmin(WritesOnlyChanges[MetricNote]):
    list_display = ("on", "about", "text", "by")
    list_select_related = ("by",)
    autocomplete_fields = ("by",)
    ordering = ("-on", "-pk")


@admin.register(ReportMailing)
class ReportMailingAdmin(WritesOnlyChanges[ReportMailing]):
    list_display = ("name", "day", "hour", "waits_for_lock", "is_active")
    autocomplete_fields = ("recipients",)
    ordering = ("name",)


@admin.register(FigureSnapshot)
class FigureSnapshotAdmin(ReadOnly[FigureSnapshot]):
    list_display = ("snapshot_on", "window", "figure", "by", "key", "rows", "amount")
    list_filter = ("window", "by")
    date_hierarchy = "snapshot_on"
    ordering = ("-snapshot_on", "pk")
    show_full_result_count = False


@admin.register(Choice)
class ChoiceAdmin(ReadOnly[Choice]):
    list_display = ("proposed_at", "metric", "definition", "proposed_by", "confirmed_by", "confirmed_at", "ended_at")
    list_select_related = ("proposed_by", "confirmed_by")
    ordering = ("-proposed_at",)


class LockedMetricInline(ReadOnlyInline[LockedMetric]):
    model = LockedMetric
    ordering = ("pk",)


@admin.register(PeriodLock)
class PeriodLockAdmin(ReadOnly[PeriodLock]):
    list_display = ("month_on", "locked_by", "locked_at")
    list_select_related = ("locked_by",)
    ordering = ("-month_on",)
    inlines = (LockedMetricInline,)


@admin.register(TacticScore)
class TacticScoreAdmin(ReadOnly[TacticScore]):
    list_display = ("snapshot_on", "tactic", "ordered", "delivered", "kept", "followed_up", "judged", "began")
    list_select_related = ("tactic",)
    date_hierarchy = "snapshot_on"
    ordering = ("-snapshot_on", "pk")
