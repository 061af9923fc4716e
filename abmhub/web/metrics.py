"""The metrics: are we winning? Rival definitions side by side, and the rows behind every figure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abmhub.core.days import business_day
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.metrics import actions
from abmhub.metrics.choosing import in_force, readings_of
from abmhub.metrics.definitions import Definition, Metric, rivals
from abmhub.metrics.models import Choice, FigureSnapshot, LockedMetric, PeriodLock
from abmhub.metrics.spans import WHOLE, By, Cut, Window, month_end
from abmhub.metrics.tiles import Reading, Tile, newest_night, slices, tiles
from abmhub.users.models import User
from abmhub.users.verbs import may, refusal_of
from abmhub.web.metric_trend import Spark, spark
from abmhub.web.metric_words import figure_written, key_names, unit_words, written
from abmhub.web.requests import Request, must_be_allowed

SEE_SPEND, CHOOSE, LOCK = "metrics.see_spend", "metrics.choose", "metrics.lock"
KEYED_BY_NUMBER = (By.TIER, By.TERRITORY)


class AskedForm(forms.Form):
    """Which night, over which days, in which slice. Nothing said is the newest night, twelve months, everything."""

    on = forms.DateField(required=False, label="As known on", widget=forms.DateInput(attrs={"type": "date"}))
    window = forms.ChoiceField(choices=Window, required=False)
    by = forms.ChoiceField(choices=[("", "Everything"), *By.choices], required=False)
    key = forms.CharField(required=False, max_length=100)
    cut = forms.ChoiceField(choices=By, required=False)


@dataclass(frozen=True)
class Asked:
    """What the address asks for, as far as it makes sense."""

    on: date | None
    window: Window
    cut: Cut
    rows_by: By

    @classmethod
    def of(cls, request: Request) -> "Asked":
        form = AskedForm(request.GET)
        if not form.is_valid():
            raise Http404("There is no such figure.")
        data = form.cleaned_data
        cut = Cut(data["by"], data["key"]) if data["by"] else WHOLE
        if cut.by in KEYED_BY_NUMBER and cut.key and not cut.key.isdecimal():
            raise Http404("There is no such slice.")
        return cls(data["on"], Window(data["window"] or Window.YEAR), cut, By(data["cut"] or By.TIER))

    def path(self, name: str, *args: str, **changes: str) -> str:
        """The address of a page about the same, with some of it changed."""
        query = {"on": self.on.isoformat() if self.on else "", "window": self.window.value}
        query |= {"by": self.cut.by, "key": self.cut.key} | changes
        kept = {key: value for key, value in query.items() if value and (key, value) != ("window", Window.YEAR.value)}
        return f"{reverse(name, args=args)}?{urlencode(kept)}" if kept else reverse(name, args=args)


@dataclass(frozen=True)
class ShownPart:
    name: str
    value: str
    path: str


@dataclass(frozen=True)
class ShownReading:
    definition: Definition
    value: str
    unit: str
    missing: str
    parts: list[ShownPart]


@dataclass(frozen=True)
class ShownTile:
    """A tile as it is drawn."""

    tile: Tile
    ours: ShownReading
    rivals: list[ShownReading]
    spark: Spark | None
    target: str
    path: str


@require_GET
def show_metrics(request: Request) -> HttpResponse:
    """Every metric as frozen in the night asked for, or in the last one before it."""
    asked = Asked.of(request)
    on = newest_night(until=asked.on) or newest_night()
    if on is None:
        return render(request, "metrics/empty.html")
    found = [each for each in tiles(on=on, window=asked.window, cut=asked.cut) if _is_open(each, request.user)]
    shown_on = Asked(on, asked.window, asked.cut, asked.rows_by)
    cut_name = key_names(By(asked.cut.by))(asked.cut.key) if asked.cut.by else ""
    context = {
        "on": on,
        "is_newest": asked.on is None,
        "is_other_day": asked.on is not None and asked.on != on,
        "asked": asked,
        "first_day": asked.window.first_day(on),
        "form": AskedForm(initial={"on": on}),
        "tiles": [_shown(each, shown_on) for each in found],
        "windows": [
            (each.label, each == asked.window, asked.path("metric-list", window=each.value)) for each in Window
        ],
        "cuts": [(each.label, each == asked.rows_by, asked.path("metric-list", cut=each.value)) for each in By],
        "cut_by": asked.rows_by,
        "cut_name": cut_name,
        "whole_path": asked.path("metric-list", by="", key=""),
        "table": _slice_table(on, asked, request.user),
        "lock": PeriodLock.objects.filter(month_on=on.replace(day=1)).select_related("locked_by").first(),
    }
    return render(request, "metrics/list.html", context)


def _is_open(tile: Tile, user: User) -> bool:
    """Who may not know what is spent sees no metric that is made of it."""
    return not tile.ours.definition.is_confidential or may(user, SEE_SPEND)


def _shown(tile: Tile, asked: Asked) -> ShownTile:
    target = tile.target
    return ShownTile(
        tile,
        _reading(tile.ours, asked),
        [_reading(each, asked) for each in tile.rivals],
        spark(tile.trend, target.value if target else None),
        written(target.value, tile.ours.definition.unit) if target else "",
        asked.path("metric-show", tile.metric.value),
    )


def _reading(reading: Reading, asked: Asked) -> ShownReading:
    unit = reading.definition.unit
    parts = [
        ShownPart(
            part.figure.name,
            figure_written(part.figure, part.sum),
            asked.path("metric-rows", part.figure.code),
        )
        for part in reading.parts
    ]
    needed = [part for part in reading.parts if part.figure not in reading.definition.optional]
    unknown = [part.figure.name for part in needed if reading.value is None and not part.sum.known]
    missing = ", ".join(name if name.startswith("ACV") else name[0].lower() + name[1:] for name in unknown)
    return ShownReading(reading.definition, written(reading.value, unit), unit_words(unit), missing, parts)


def _slice_table(on: date, asked: Asked, user: User) -> dict[str, Any]:
    """Our metrics in every slice, with the path that shows one of them alone."""
    by = asked.rows_by
    ours = [each for each in in_force(on).values() if by in each.cuts and not each.is_confidential]
    name = key_names(by)
    rows = [
        {
            "name": name(row.key),
            "path": asked.path("metric-list", by=by.value, key=row.key, cut=by.value),
            "cells": [written(row.values[each.metric], each.unit) for each in ours],
        }
        for row in slices(on=on, window=asked.window, by=by)
    ]
    return {"metrics": [Metric(each.metric).label for each in ours], "rows": rows}


# --- Definitions ------------------------------------------------------------------------------------


class ProposalForm(forms.Form):
    definition = forms.CharField(max_length=30)
    reason = forms.CharField(max_length=300, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "POST"])
def show_metric(request: Request, metric: str) -> HttpResponse:
    """The rival definitions of one metric; POST proposes another one to be ours."""
    found = _metric(metric, request.user)
    form = ProposalForm(request.POST or None)
    if request.method == "POST":
        must_be_allowed(request, CHOOSE)
        if form.is_valid() and _did(
            request,
            lambda: actions.propose(
                metric=found,
                code=_known(found, form.cleaned_data["definition"]).code,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            ),
            "Proposed. A second person has to sign before it is ours.",
        ):
            return redirect("metric-show", metric=found)
    asked = Asked.of(request)
    on = newest_night(until=asked.on) or newest_night()
    tile = next((each for each in tiles(on=on, window=asked.window) if each.metric == found), None) if on else None
    waiting = Choice.objects.waiting().filter(metric=found).select_related("proposed_by").first()
    signed = Choice.objects.signed().filter(metric=found).select_related("proposed_by", "confirmed_by")
    context = {
        "metric": found,
        "on": on,
        "ours": in_force()[found],
        "shown": _shown(tile, Asked(on, asked.window, WHOLE, asked.rows_by)) if tile else None,
        "rivals": rivals(found),
        "waiting": waiting,
        "would_change": _would_change(found, waiting) if waiting else [],
        "waiting_name": _known(found, waiting.definition).name if waiting else "",
        "history": [(each, _known(found, each.definition).name) for each in signed.order_by("-confirmed_at")],
        "form": form,
        "may_choose": may(request.user, CHOOSE),
        "is_mine": waiting is not None and waiting.proposed_by_id == request.user.pk,
        "breadcrumbs": [("Metrics", reverse("metric-list"))],
    }
    return render(request, "metrics/show.html", context)


def _metric(code: str, user: User) -> Metric:
    if code not in Metric.values:
        raise Http404("There is no such metric.")
    if any(each.is_confidential for each in rivals(Metric(code))) and not may(user, SEE_SPEND):
        raise PermissionDenied(refusal_of(SEE_SPEND))
    return Metric(code)


def _known(metric: Metric, code: str) -> Definition:
    found = next((each for each in rivals(metric) if each.code == code), None)
    if found is None:
        raise Http404("There is no such definition.")
    return found


def _would_change(metric: Metric, waiting: Choice) -> list[dict[str, Any]]:
    """What each month would say under the proposed definition, beside what it says; locked ones stay as they are."""
    ours, wanted = in_force()[metric], _known(metric, waiting.definition)
    newest = newest_night()
    if newest is None:
        return []
    locked = {each.lock.month_on: each for each in LockedMetric.objects.filter(metric=metric).select_related("lock")}
    found = []
    for day in reversed(Window.MONTH.marks(newest)):
        values = readings_of(day, Window.MONTH)
        before, after = values[metric, ours.code], values[metric, wanted.code]
        if before is None and after is None:
            continue
        lock = locked.get(day.replace(day=1))
        found.append(
            {
                "day": day,
                "before": written(before, ours.unit),
                "after": written(after, wanted.unit),
                "is_locked": lock is not None,
            }
        )
    return found


@require_POST
def confirm_choice(request: Request, pk: int) -> HttpResponse:
    """The second signature."""
    choice = get_object_or_404(Choice, pk=pk)
    must_be_allowed(request, CHOOSE)
    _did(
        request,
        lambda: actions.confirm(choice=choice, by=request.user, at=timezone.now()),
        "Signed by two: it is our definition from now on.",
    )
    return redirect("metric-show", metric=choice.metric)


@require_POST
def end_choice(request: Request, pk: int) -> HttpResponse:
    """Turn a proposal down, or take one's own back."""
    choice = get_object_or_404(Choice, pk=pk)
    must_be_allowed(request, CHOOSE)
    _did(
        request,
        lambda: actions.take_back(choice=choice, by=request.user, at=timezone.now()),
        "The proposal is off the table; our definition stays.",
    )
    return redirect("metric-show", metric=choice.metric)


# --- Locked months ----------------------------------------------------------------------------------


class MonthForm(forms.Form):
    month = forms.DateField()


@require_http_methods(["GET", "POST"])
def list_months(request: Request) -> HttpResponse:
    """The months that nights know, and which are locked; POST locks one."""
    today = business_day(timezone.now())
    if request.method == "POST":
        must_be_allowed(request, LOCK)
        form = MonthForm(request.POST)
        if not form.is_valid():
            raise Http404("There is no such month.")
        month = form.cleaned_data["month"]
        _did(
            request,
            lambda: actions.lock_month(month=month, today=today, by=request.user, at=timezone.now()),
            f"{month:%B %Y} is locked: its figures and definitions stay.",
        )
        return redirect("metric-months")
    nights = FigureSnapshot.objects.filter(by="", window=Window.YEAR).order_by("-snapshot_on").distinct()
    months: dict[date, date] = {}
    for night in nights.values_list("snapshot_on", flat=True)[:800]:
        months.setdefault(night.replace(day=1), night)
    locks = {each.month_on: each for each in PeriodLock.objects.select_related("locked_by")}
    context = {
        "months": [
            {"month": month, "night": night, "lock": locks.get(month), "is_over": month_end(month) < today}
            for month, night in months.items()
        ],
        "may_lock": may(request.user, LOCK),
        "breadcrumbs": [("Metrics", reverse("metric-list"))],
    }
    return render(request, "metrics/months.html", context)


def _did(request: Request, action: Any, done: str) -> bool:
    """Whether it was done; says so, or why not. Raises PermissionDenied where this person may not."""
    try:
        action()
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except Refused as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, done)
    return True
