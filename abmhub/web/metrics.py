"""The metrics: are we winning? Rival definitions side by side, and the rows behind every figure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from abmhub.core.days import business_day
from abmhub.metrics import three_rs
from abmhub.metrics.choosing import in_force
from abmhub.metrics.definitions import Definition, Metric
from abmhub.metrics.models import MetricNote, PeriodLock
from abmhub.metrics.spans import WHOLE, By, Cut, Window
from abmhub.metrics.three_rs import Measure
from abmhub.metrics.tiles import Reading, Tile, newest_night, slices, tiles
from abmhub.metrics.words import figure_written, key_names, unit_words, written
from abmhub.users.models import User
from abmhub.users.verbs import may
from abmhub.web.export import Table, asked_table
from abmhub.web.metric_tables import activity_table, measure_table, metric_table, slice_table
from abmhub.web.metric_trend import Spark, spark
from abmhub.web.requests import Request, must_be_allowed

SEE_SPEND, NOTE = "metrics.see_spend", "metrics.note"
NOTES = 6
KEYED_BY_NUMBER = (By.TIER,)


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
def show_metrics(request: Request) -> HttpResponseBase:
    """Every metric as frozen in the night asked for, or in the last one before it."""
    asked = Asked.of(request)
    on = newest_night(until=asked.on) or newest_night()
    if on is None:
        return render(request, "metrics/empty.html")
    found = [each for each in tiles(on=on, window=asked.window, cut=asked.cut) if _is_open(each, request.user)]
    if file := asked_table(request, f"metrics-{on}", _tables(on, asked, found)):
        return file
    shown_on = Asked(on, asked.window, asked.cut, asked.rows_by)
    cut_name = key_names(By(asked.cut.by))(asked.cut.key) if asked.cut.by else ""
    context = {
        "on": on,
        "is_newest": asked.on is None,
        "is_other_day": asked.on is not None and asked.on != on,
        "asked": asked,
        "first_day": asked.window.first_day(on),
        "form": AskedForm(initial={"on": on}),
        "tiles": [shown(each, shown_on) for each in found],
        "windows": [
            (each.label, each == asked.window, asked.path("metric-list", window=each.value)) for each in Window
        ],
        "cuts": [(each.label, each == asked.rows_by, asked.path("metric-list", cut=each.value)) for each in By],
        "cut_by": asked.rows_by,
        "cut_name": cut_name,
        "whole_path": asked.path("metric-list", by="", key=""),
        "may_note": may(request.user, NOTE),
        "sees_spend": may(request.user, SEE_SPEND),
        **_three_rs(on, asked),
        "table": _slice_table(on, asked),
        "lock": PeriodLock.objects.filter(month_on=on.replace(day=1)).select_related("locked_by").first(),
    }
    return render(request, "metrics/list.html", context)


def _tables(on: date, asked: Asked, found: list[Tile]) -> dict[str, Callable[[], Table]]:
    """What the page can be taken along as."""

    def measures() -> Table:
        standings = () if asked.cut.by else three_rs.reputation(on=on)
        return measure_table(three_rs.sums_of(on, asked.window, asked.cut), standings)

    def activities() -> Table:
        sums = three_rs.sums_of(on, asked.window, asked.cut)
        return activity_table(three_rs.activities(sums, asked.window))

    def sliced() -> Table:
        by, ours = asked.rows_by, _ours_by(asked.rows_by, on)
        return slice_table(by.label, ours, slices(on=on, window=asked.window, by=by), key_names(by))

    return {"metrics": lambda: metric_table(found), "three-rs": measures, "activities": activities, "slices": sliced}


def _three_rs(on: date, asked: Asked) -> dict[str, Any]:
    """Reputation, relationships and the rest of revenue; activities and notes are of the whole company."""
    sums = three_rs.sums_of(on, asked.window, asked.cut)
    return {
        "revenue": [_measure(each, asked) for each in three_rs.revenue(sums)],
        "relationships": [_measure(each, asked) for each in three_rs.relationships(sums)],
        "reputation": [
            {
                "standing": each,
                "value": written(each.entry.value, each.unit),
                "before": written(each.before.value, each.unit) if each.before else "",
                "path": asked.path("metric-rows", each.kind.value),
            }
            for each in (() if asked.cut.by else three_rs.reputation(on=on))
        ],
        "activities": [
            (each, asked.path("metric-rows", each.figure.code)) for each in three_rs.activities(sums, asked.window)
        ],
        "notes": MetricNote.objects.filter(on__lte=on).select_related("by").order_by("-on", "-pk")[:NOTES],
    }


def _measure(measure: Measure, asked: Asked) -> dict[str, str]:
    return {
        "name": measure.name,
        "value": written(measure.value, measure.unit),
        "note": measure.note,
        "path": asked.path("metric-rows", measure.figure.code),
    }


def _is_open(tile: Tile, user: User) -> bool:
    """Who may not know what is spent sees no metric that is made of it."""
    return not tile.ours.definition.is_confidential or may(user, SEE_SPEND)


def shown(tile: Tile, asked: Asked) -> ShownTile:
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


def _slice_table(on: date, asked: Asked) -> dict[str, Any]:
    """Our metrics in every slice, with the path that shows one of them alone."""
    by = asked.rows_by
    ours = _ours_by(by, on)
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


def _ours_by(by: By, on: date) -> list[Definition]:
    """Our definitions that can be cut so; spend can not."""
    return [each for each in in_force(on).values() if by in each.cuts and not each.is_confidential]


class NoteForm(forms.ModelForm[MetricNote]):
    class Meta:
        model = MetricNote
        fields = ("about", "text")
        labels = {"about": "What it is about", "text": "What happened"}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


@require_http_methods(["GET", "POST"])
def write_note(request: Request) -> HttpResponse:
    """Write down what no figure tells."""
    must_be_allowed(request, NOTE)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.by = request.user
        form.instance.on = business_day(timezone.now())
        form.save()
        messages.success(request, "Written down beside the numbers.")
        return redirect(f"{reverse('metric-list')}#notes-title")
    return render(request, "metrics/note.html", {"form": form, "breadcrumbs": [("Metrics", reverse("metric-list"))]})
