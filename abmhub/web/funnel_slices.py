"""The double funnel cut: slices by one or two dimensions, cohorts by month of entry, and the rows behind a cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from abmhub.campaigns.models import Motion
from abmhub.funnel import cells
from abmhub.funnel.cell import Cell, Cells, Key
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.cohorts import DEEPER, cohorts
from abmhub.funnel.double import stage_names
from abmhub.funnel.figures import UnknownDimension
from abmhub.funnel.models import FunnelStage
from abmhub.funnel.rows import rows
from abmhub.funnel.verdicts import Benchmarks, Tone, Verdict, history, judge, table
from abmhub.web.export import table_response
from abmhub.web.funnel_choice import Choice, choice_of, require_cut, tabs
from abmhub.web.requests import Request

MOST_SLICES = 100
ROWS_AT_ONCE = 100
ROW_COLUMNS = ("What", "Kind", "Number", "Account", "Reached on", "Days", "Money")
MEASURES = ("Entered", "Conversion", "Low", "High", "Median days", "Value", "Verdict")


@dataclass(frozen=True)
class Judged:
    """A cell, what may be said of it, and the address of its rows."""

    cell: Cell
    verdict: Verdict
    path: str = ""


@dataclass(frozen=True)
class SliceLine:
    """One slice of a motion, stage by stage."""

    names: tuple[str, ...]
    judged: tuple[Judged, ...]


def judged(cell: Cell, benchmarks: Benchmarks, path: str = "") -> Judged:
    return Judged(cell, judge(cell, benchmarks.get((cell.motion, cell.stage))), path)


@require_GET
def show_slices(request: Request) -> HttpResponseBase:
    """Each slice of a motion: what entered, converted, how fast and for how much."""
    choice = choice_of(request)
    if choice is None:
        return render(request, "funnel/empty.html", {"funnel": None})
    form, by, motion = require_cut(request)
    question = Question(**{**vars(choice.question), "motion": motion})
    wish = request.GET.get("as")
    found, number = cells.largest(question, motion, by, most=None if wish else MOST_SLICES)
    benchmarks, held = _benchmarks(choice, motion, question)
    lines = [_line(key, name, found[key], motion, benchmarks, choice, by) for key, name in _in_order(found, by)]
    if wish:
        return table_response(f"funnel-by-{'-and-'.join(by)}", wish, _header(by), _flat(lines))
    context = {
        "choice": choice,
        "tabs": tabs(request, "funnel-slices"),
        "cut": form,
        "labels": [DIMENSIONS[name].label for name in by],
        "lines": lines,
        "left_out": number - len(lines),
        "stages": [name for (its, _), name in stage_names().items() if its == motion],
        "motion": motion,
        "held": held,
        "counts": _counted(lines),
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "exports": exports(request),
    }
    return render(request, "funnel/slices.html", context)


def exports(request: Request) -> list[tuple[str, str]]:
    """The same table as files."""
    return [(kind.upper(), f"?{urlencode({**request.GET.dict(), 'as': kind})}") for kind in ("csv", "xlsx")]


def _benchmarks(choice: Choice, motion: Motion, question: Question) -> tuple[Benchmarks, str]:
    if choice.against_table:
        return table(), "the benchmark table"
    whole = cells.count(question).get((None, None), {})
    source = f"all of {motion.label} in the same time"
    return history(whole, source), source


def _in_order(found: Mapping[Key, Cells], by: tuple[str, ...]) -> Iterable[tuple[Key, Key]]:
    """Each key with its name, those that hold most first."""
    names = cells.names_of(found, by)
    return sorted(names.items(), key=lambda each: (-sum(cell.volume for cell in found[each[0]].values()), str(each[1])))


def _line(
    key: Key,
    name: Key,
    found: Cells,
    motion: Motion,
    benchmarks: Benchmarks,
    choice: Choice,
    by: tuple[str, ...],
) -> SliceLine:
    return SliceLine(
        tuple(each or "(none)" for each in name[: len(by)]),
        tuple(
            judged(
                found.get((motion, stage)) or Cell(motion, stage), benchmarks, rows_path(choice, motion, stage, by, key)
            )
            for stage in FunnelStage
        ),
    )


def rows_path(
    choice: Choice, motion: Motion, stage: FunnelStage, by: tuple[str, ...] = (), key: Key = (None, None)
) -> str:
    """The address of the rows behind a cell. An empty key is one too, so that it is named."""
    question = choice.question
    asked: dict[str, Any] = {
        "motion": motion.value,
        "stage": stage.value,
        "on": choice.day,
        "view": "restated" if choice.is_restated else "",
        "since": question.since or "",
        "until": question.until or "",
    }
    for place, name in enumerate(by):
        asked[f"by{place + 1}"] = name
        asked[f"key{place + 1}"] = key[place] or ""
    said = {name: value for name, value in asked.items() if value or name.startswith("key")}
    return f"{reverse('funnel-rows')}?{urlencode(said)}"


def _counted(lines: list[SliceLine]) -> dict[str, int]:
    tones = [each.verdict.tone for line in lines for each in line.judged]
    return {tone.value: tones.count(tone) for tone in Tone}


def _header(by: tuple[str, ...]) -> list[str]:
    stages = [stage.label for stage in FunnelStage]
    return [
        *(DIMENSIONS[name].label for name in by),
        *(f"{stage}: {measure.lower()}" for stage in stages for measure in MEASURES),
    ]


def _flat(lines: list[SliceLine]) -> Iterable[list[Any]]:
    for line in lines:
        yield [*line.names, *(value for each in line.judged for value in flat(each))]


def flat(each: Judged) -> tuple[Any, ...]:
    """A cell as the columns of a file."""
    low, high = each.cell.interval or (None, None)
    cell = each.cell
    return cell.volume, cell.conversion, low, high, cell.median_days, cell.value_amount, each.verdict.word


@require_GET
def show_cohorts(request: Request) -> HttpResponseBase:
    """Whoever entered in a month, and how far they have come."""
    choice = choice_of(request)
    if choice is None:
        return render(request, "funnel/empty.html", {"funnel": None})
    found = cohorts(choice.question)
    if wish := request.GET.get("as"):
        stages = [stage.label for stage in DEEPER]
        header = ["Motion", "Month of entry", "Entered", *stages, "Value", "Still open"]
        lines = (
            [
                each.motion.label,
                each.month_on,
                each.size,
                *(one.count for one in each.reached),
                each.value_amount,
                each.is_censored,
            ]
            for each in found
        )
        return table_response("funnel-cohorts", wish, header, lines)
    names = stage_names()
    context = {
        "choice": choice,
        "tabs": tabs(request, "funnel-cohorts"),
        "motions": [
            (
                motion,
                [names.get((motion, stage), stage.label) for stage in FunnelStage],
                [each for each in found if each.motion == motion],
            )
            for motion in (Motion.ABM, Motion.DEMAND_GEN)
        ],
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "exports": exports(request),
    }
    return render(request, "funnel/cohorts.html", context)


@require_GET
def list_rows(request: Request) -> HttpResponseBase:
    """The units behind a cell; they are as many as it says."""
    choice = choice_of(request)
    try:
        motion, stage = Motion(request.GET.get("motion", "")), FunnelStage(request.GET.get("stage", ""))
    except ValueError as unknown:
        raise Http404("There is no such cell.") from unknown
    if choice is None:
        raise Http404("No night has run yet.")
    by = tuple(name for name in (request.GET.get("by1"), request.GET.get("by2")) if name)
    key1, key2 = (request.GET.get(f"key{place}") or None if len(by) >= place else None for place in (1, 2))
    key = (key1, key2)
    try:
        cell = cells.one(choice.question, motion, stage, by, key)
    except UnknownDimension as unknown:
        raise Http404(str(unknown)) from unknown
    if wish := request.GET.get("as"):
        every = rows(choice.question, motion, stage, by=by, key=key, user=request.user, limit=cell.volume)
        lines = (
            (each.name, each.kind, each.key, each.account_name, each.reached_on, each.days, each.amount)
            for each in every
        )
        return table_response(f"funnel-{motion.value}-{stage.value}", wish, ROW_COLUMNS, lines)
    start = int(request.GET["from"]) if request.GET.get("from", "").isdecimal() else 0
    found = rows(choice.question, motion, stage, by=by, key=key, user=request.user, limit=ROWS_AT_ONCE, offset=start)
    here: dict[str, str] = {name: str(value) for name, value in request.GET.items()}
    context = {
        "choice": choice,
        "cell": cell,
        "rows": found,
        "motion": motion,
        "stage": stage_names().get((motion, stage), stage.label),
        "cut": list(zip((DIMENSIONS[name].label for name in by), cells.name_of(key, by), strict=False)),
        "start": start,
        "end": start + len(found),
        "next_url": f"?{urlencode(here | {'from': str(start + ROWS_AT_ONCE)})}"
        if start + len(found) < cell.volume
        else "",
        "previous_url": f"?{urlencode(here | {'from': str(max(start - ROWS_AT_ONCE, 0))})}" if start else "",
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "exports": exports(request) if found else [],
        "breadcrumbs": [("Double funnel", reverse("funnel-show"))],
    }
    return render(request, "funnel/rows.html", context)
