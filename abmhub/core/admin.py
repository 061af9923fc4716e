"""How every room's admin behaves: it writes what was changed, and shows what nobody may change."""

from functools import cache, partial
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from abmhub.core.models import CalendarDay, Installation, Run, RunStep, WorkingCalendar
from abmhub.core.workdays import wrong_with

Row = TypeVar("Row", bound=models.Model)


class WritesOnlyChanges(admin.ModelAdmin[Row]):
    """Saves the fields that the form changed and no other.

    Between opening and saving a form others move money and stock in the same row; writing back what the
    form once read would undo them. While it is saved the row is locked, so that what was found valid still is.
    """

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Row | None:
        found: Row | None = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        return self.model._default_manager.select_for_update(no_key=True).filter(pk=found.pk).first()

    def save_model(self, request: HttpRequest, obj: Row, form: ModelForm[Row], change: bool) -> None:  # noqa: FBT001
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields}
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


class SharedChoices(admin.TabularInline[Row, models.Model]):
    """Reads the choices of its foreign keys once for all of its rows, and not once for each."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name not in self.get_autocomplete_fields(request):
            field.choices = cache(partial(list, field.choices))
        return field


class ReadOnlyInline(admin.TabularInline[Row, models.Model]):
    """Rows of a record beside the thing they belong to."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StepInline(ReadOnlyInline[RunStep]):
    model = RunStep
    template = "admin/core/run/steps.html"
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[RunStep]:
        before = RunStep.objects.filter(
            name=models.OuterRef("name"),
            run__job=models.OuterRef("run__job"),
            run__business_day__lt=models.OuterRef("run__business_day"),
            run__published_at__isnull=False,
        ).order_by("-run__business_day")
        steps = super().get_queryset(request).select_related("run")
        return steps.annotate(before=models.Subquery(before.values("seconds")[:1]))


@admin.register(Run)
class RunAdmin(ReadOnly[Run]):
    """The run ledger; steps appear while they run."""

    list_display = ("business_day", "job", "status", "progress", "published_at", "attempts", "seconds_taken", "error")
    list_filter = ("job", "status")
    date_hierarchy = "business_day"
    ordering = ("-business_day", "job")
    fields = (
        "job",
        "business_day",
        "status",
        "progress",
        "seconds_taken",
        "started_at",
        "finished_at",
        "published_at",
        "attempts",
        "error",
    )
    readonly_fields = ("progress", "seconds_taken")
    inlines = (StepInline,)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Run]:
        done = models.Count("steps", models.Q(steps__finished_at__isnull=False))
        last = Run.objects.filter(
            job=models.OuterRef("job"),
            business_day__lt=models.OuterRef("business_day"),
            published_at__isnull=False,
            steps__isnull=False,
        ).order_by("-business_day")
        return (
            super()
            .get_queryset(request)
            .annotate(done=done, usual=models.Subquery(last.annotate(all=models.Count("steps")).values("all")[:1]))
        )

    @admin.display(description="Steps done")
    def progress(self, run: Run) -> str:
        done, usual = run.__dict__["done"], run.__dict__["usual"]
        if run.is_running:
            return f"{done} of {usual}" if usual and usual >= done else f"{done}"
        return f"{done}" if done else "–"

    @admin.display(description="Seconds")
    def seconds_taken(self, run: Run) -> str:
        until = timezone.now() if run.is_running else run.finished_at
        return f"{(until - run.started_at).total_seconds():.1f}" if until else "–"


@admin.register(Installation)
class InstallationAdmin(WritesOnlyChanges[Installation]):
    """The one row about this installation."""

    fields = ("company_name", "demo_seed")
    readonly_fields = ("demo_seed",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Installation.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Installation, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.pk = 1
        super().save_model(request, obj, form, change)


class WorkingCalendarForm(ModelForm[WorkingCalendar]):
    weekend = forms.TypedMultipleChoiceField(
        choices=WorkingCalendar.Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: the weekend of the country.",
    )

    class Meta:
        model = WorkingCalendar
        fields = ("name", "country", "region", "weekend", "time_zone", "cut_off_hour")

    def clean(self) -> dict[str, Any]:
        """A country and a region whose holidays are known, and a clock."""
        written: dict[str, Any] = super().clean() or self.cleaned_data
        written |= {name: written.get(name, "").upper() for name in ("country", "region")}
        for name, problem in wrong_with(written["country"], written["region"], written.get("time_zone", "")).items():
            self.add_error(name, problem)
        if self.instance.pk != WorkingCalendar.DEFAULT and not written.get("name"):
            self.add_error("name", "Give it a name: teams choose it by that.")
        return written


class CalendarDayInline(admin.TabularInline[CalendarDay, WorkingCalendar]):
    model = CalendarDay
    extra = 1
    ordering = ("-day_on",)
    verbose_name = "day that differs"
    verbose_name_plural = "days that differ"


@admin.register(WorkingCalendar)
class WorkingCalendarAdmin(WritesOnlyChanges[WorkingCalendar]):
    """When people work: promise dates and due dates count its days. What was promised before stays.

    Everybody's calendar is there for good; others are for teams, which choose theirs on their own page.
    """

    form = WorkingCalendarForm
    inlines = (CalendarDayInline,)
    list_display = ("__str__", "country_in_force", "region", "clock", "cut_off_hour", "used_by")
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[WorkingCalendar]:
        return super().get_queryset(request).prefetch_related("teams")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.pk != WorkingCalendar.DEFAULT)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One is deleted on its page, where it is seen whether it may be."""
        return {}

    @admin.display(description="Time zone")
    def clock(self, calendar: WorkingCalendar) -> str:
        return calendar.time_zone or settings.TIME_ZONE

    @admin.display(description="Teams")
    def used_by(self, calendar: Any) -> str:
        if calendar.pk == WorkingCalendar.DEFAULT:
            return "All without one of their own"
        return ", ".join(sorted(team.name for team in calendar.teams.all())) or "–"

    @admin.display(description="Country")
    def country_in_force(self, calendar: WorkingCalendar) -> str:
        return calendar.country or settings.ABMHUB_COUNTRY
