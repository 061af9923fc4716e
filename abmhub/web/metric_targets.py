"""What the metrics shall become: targets that managers of marketing set, with a date."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abmhub.core.days import business_day
from abmhub.metrics import actions
from abmhub.metrics.aims import Aim, Objective, aims, objectives
from abmhub.metrics.definitions import Metric
from abmhub.metrics.models import Target
from abmhub.metrics.spans import Window
from abmhub.metrics.three_rs import Activity, activities, sums_of
from abmhub.metrics.tiles import newest_night
from abmhub.metrics.words import written
from abmhub.users.verbs import may
from abmhub.web.export import Table, asked_table
from abmhub.web.metric_tables import activity_table
from abmhub.web.metrics import SEE_SPEND
from abmhub.web.requests import Request, must_be_allowed

SET = "metrics.set_targets"


class AimField(forms.DecimalField):
    """A number as people write it: 30% is 0.3, 1,200,000 is a number too."""

    widget = forms.TextInput
    default_error_messages = {"invalid": "Write a number: 30%%, 20000 or 1,200,000."}

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace(",", "").replace(" ", "")
        number = super().to_python(text.removesuffix("%"))
        return number / 100 if number is not None and text.endswith("%") else number

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class TargetForm(forms.ModelForm[Target]):
    metric = forms.ChoiceField(choices=Metric.choices)
    value = AimField(max_digits=16, decimal_places=4, help_text="In the unit of the metric: 30%, or 20000 for money.")

    class Meta:
        model = Target
        fields = ("metric", "window", "value", "starts_on", "ends_on", "objective", "source")
        labels = {"window": "Over", "starts_on": "From", "ends_on": "To be reached by"}
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}),
            "ends_on": forms.DateInput(attrs={"type": "date"}),
        }


@require_GET
def list_targets(request: Request) -> HttpResponseBase:
    """Those that hold and those to come, then the past, each beside what the metric is now."""
    today = business_day(timezone.now())
    found = aims(sees_spend=may(request.user, SEE_SPEND))
    coming = [each for each in found if each.target.ends_on >= today]
    past = [each for each in found if each.target.ends_on < today]
    done = _activities()
    tables = {
        "targets": lambda: _table(coming),
        "activities": lambda: activity_table(each for each, _ in done),
        "past": lambda: _table(past),
    }
    if file := asked_table(request, f"goals-{today}", tables):
        return file
    context = {
        "objectives": [_objective(each) for each in objectives(coming)],
        "coming": [_shown(each) for each in coming],
        "past": [_shown(each) for each in past],
        "activities": done,
        "may_set": may(request.user, SET),
        "breadcrumbs": [("Metrics", reverse("metric-list"))],
    }
    return render(request, "metrics/targets.html", context)


def _activities() -> list[tuple[Activity, str]]:
    """What this month saw so far beside its goal, each with the path of its rows."""
    on = newest_night()
    done = activities(sums_of(on, Window.MONTH) if on else {}, Window.MONTH)
    return [(each, f"{reverse('metric-rows', args=[each.figure.code])}?window={Window.MONTH}") for each in done]


def _table(found: Iterable[Aim]) -> Table:
    header = ("Metric", "Definition", "Over", "Target", "Now", "From", "By", "Reached", "Objective", "Who set it")
    states = {True: "yes", False: "not yet", None: "not known"}
    return header, (
        (
            each.name, each.ours.name, each.target.get_window_display(), each.target.value, each.now,
            each.target.starts_on, each.target.ends_on, states[each.is_reached], each.target.objective,
            each.target.source,
        )
        for each in found
    )  # fmt: skip


def _shown(aim: Aim) -> dict[str, Any]:
    unit = aim.ours.unit
    return {
        "target": aim.target,
        "name": aim.name,
        "definition": aim.ours.name,
        "value": written(aim.target.value, unit),
        "now": written(aim.now, unit),
        "is_reached": aim.is_reached,
    }


def _objective(objective: Objective) -> dict[str, Any]:
    return {
        "name": objective.name,
        "results": [_shown(each) for each in objective.results],
        "reached": objective.reached,
        "number": len(objective.results),
    }


@require_http_methods(["GET", "POST"])
def set_target(request: Request, pk: int | None = None) -> HttpResponse:
    """Set a target, or change one."""
    must_be_allowed(request, SET)
    target = get_object_or_404(Target, pk=pk) if pk else None
    form = TargetForm(request.POST or None, instance=target, initial=None if target else _this_year())
    if request.method == "POST" and form.is_valid():
        actions.set_target(target=form.save(commit=False), by=request.user)
        messages.success(request, "The target is set: it stands beside its metric.")
        return redirect("metric-targets")
    context = {
        "form": form,
        "target": target,
        "breadcrumbs": [("Metrics", reverse("metric-list")), ("Targets", reverse("metric-targets"))],
    }
    return render(request, "metrics/target.html", context)


def _this_year() -> dict[str, Any]:
    today = business_day(timezone.now())
    return {
        "starts_on": today.replace(month=1, day=1),
        "ends_on": today.replace(month=12, day=31),
        "window": Window.YEAR,
    }


@require_POST
def remove_target(request: Request, pk: int) -> HttpResponse:
    """Take a target away; its metric stays as it is."""
    must_be_allowed(request, SET)
    actions.remove_target(target=get_object_or_404(Target, pk=pk), by=request.user)
    messages.success(request, "The target is gone.")
    return redirect("metric-targets")
