"""Who agrees on what a metric means, and which months are locked."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.metrics import actions
from abmhub.metrics.choosing import in_force, readings_of
from abmhub.metrics.definitions import Definition, Metric, rivals
from abmhub.metrics.models import Choice, FigureSnapshot, LockedMetric, PeriodLock
from abmhub.metrics.spans import WHOLE, Window, month_end
from abmhub.metrics.tiles import newest_night, tiles
from abmhub.metrics.words import written
from abmhub.users.models import User
from abmhub.users.verbs import may, require
from abmhub.web.export import Table, asked_table, exports_of
from abmhub.web.metric_trend import drawing_of
from abmhub.web.metrics import SEE_SPEND, Asked, shown
from abmhub.web.requests import Request, must_be_allowed

TREND_FILES = ("svg", "png", "csv", "xlsx")
CHOOSE, LOCK = "metrics.choose", "metrics.lock"


class ProposalForm(forms.Form):
    definition = forms.CharField(max_length=30)
    reason = forms.CharField(max_length=300, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "POST"])
def show_metric(request: Request, metric: str) -> HttpResponseBase:
    """The rival definitions of one metric; POST proposes another one to be ours."""
    found = metric_of(metric, request.user)
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
    would_change = _would_change(found, waiting) if waiting else []
    if file := asked_table(request, found.value, {"change": lambda: _change_table(would_change)}):
        return file
    context = {
        "metric": found,
        "on": on,
        "ours": in_force()[found],
        "shown": shown(tile, Asked(on, asked.window, WHOLE, asked.rows_by)) if tile else None,
        "points": [(day, written(value, in_force()[found].unit)) for day, value in tile.trend] if tile else [],
        "drawing": drawing_of(tile, asked.window) if tile else None,
        "exports": [(each.upper(), asked.path("metric-trend", found.value, each)) for each in TREND_FILES],
        "rivals": rivals(found),
        "waiting": waiting,
        "would_change": would_change,
        "waiting_name": _known(found, waiting.definition).name if waiting else "",
        "history": [(each, _known(found, each.definition).name) for each in signed.order_by("-confirmed_at")],
        "form": form,
        "may_choose": may(request.user, CHOOSE),
        "is_mine": waiting is not None and waiting.proposed_by_id == request.user.pk,
        "breadcrumbs": [("Metrics", reverse("metric-list"))],
    }
    return render(request, "metrics/show.html", context)


def metric_of(code: str, user: User) -> Metric:
    """The metric of an address. Raises Http404, and NotAllowed where it tells what is spent."""
    if code not in Metric.values:
        raise Http404("There is no such metric.")
    if any(each.is_confidential for each in rivals(Metric(code))):
        require(user, SEE_SPEND)
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
                "values": (before, after),
                "before": written(before, ours.unit),
                "after": written(after, wanted.unit),
                "is_locked": lock is not None,
            }
        )
    return found


def _change_table(would_change: list[dict[str, Any]]) -> Table:
    rows = ((f"{row['day']:%Y-%m}", *row["values"], "stays" if row["is_locked"] else "changes") for row in would_change)
    return ("Month", "Ours", "As proposed", "What happens"), rows


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


class MonthForm(forms.Form):
    month = forms.DateField()


@require_http_methods(["GET", "POST"])
def list_months(request: Request) -> HttpResponseBase:
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
    if file := asked_table(request, "months", {"": lambda: _month_table(months, locks)}):
        return file
    context = {
        "months": [
            {"month": month, "night": night, "lock": locks.get(month), "is_over": month_end(month) < today}
            for month, night in months.items()
        ],
        "exports": exports_of(request) if months else [],
        "may_lock": may(request.user, LOCK),
        "breadcrumbs": [("Metrics", reverse("metric-list"))],
    }
    return render(request, "metrics/months.html", context)


def _month_table(months: dict[date, date], locks: dict[date, PeriodLock]) -> Table:
    rows = (
        (f"{month:%Y-%m}", night, lock.locked_by.name if lock else "", lock.locked_at.date() if lock else "")
        for month, night in months.items()
        for lock in [locks.get(month)]
    )
    return ("Month", "Last night", "Locked by", "Locked on"), rows


def _did(request: Request, action: Any, done: str) -> bool:
    """Whether it was done; says so, or why not."""
    try:
        action()
    except Refused as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, done)
    return True
