"""How long deals stay in a stage, and through how many channels accounts of each stage were reached."""

from datetime import date

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Account
from abmhub.menus.stages import FunnelStage
from abmhub.metrics.models import LadderStep, StageTime
from abmhub.metrics.stages import on_ladder, staying_in, wanted_channels
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.web.export import table_response
from abmhub.web.paging import page_of
from abmhub.web.requests import Request

ROWS = 100


@require_GET
def show_stages(request: Request) -> HttpResponseBase:
    """The last night that reckoned them."""
    on = _newest()
    if on is None:
        return render(request, "metrics/stages.html", {"breadcrumbs": _crumbs()})
    times = list(
        StageTime.objects.filter(snapshot_on=on).select_related("stage").order_by("stage__position", "stage_id")
    )
    places = list(FunnelStage)
    steps = sorted(LadderStep.objects.filter(snapshot_on=on), key=lambda each: places.index(FunnelStage(each.stage)))
    if wish := request.GET.get("as"):
        return _export(request.GET.get("table", ""), wish, times, steps)
    longest = max((max(each.median_days or 0, each.median_so_far or 0) for each in times), default=0)
    context = {
        "on": on,
        "times": times,
        "longest": longest,
        "steps": steps,
        "files": ("csv", "xlsx"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "metrics/stages.html", context)


def _export(table: str, kind: str, times: list[StageTime], steps: list[LadderStep]) -> HttpResponseBase:
    if table == "channels":
        lines = [(each.get_stage_display(), each.accounts, each.wanted, each.mean, each.reached) for each in steps]
        return table_response(
            "channels-by-stage", kind, ("Stage", "Accounts", "Wanted", "Mean channels", "Reached"), lines
        )
    days = [(each.stage.name, each.passed, each.median_days, each.staying, each.median_so_far) for each in times]
    header = ("Stage", "Left it", "Median days", "In it now", "Median days so far")
    return table_response("days-in-stage", kind, header, days)


@require_GET
def list_staying(request: Request, pk: int) -> HttpResponse:
    """The deals that are in a stage; those of one's own accounts alone for who sells."""
    stage, on = get_object_or_404(Stage, pk=pk), _reckoned()
    page = page_of(
        staying_in(stage, on).filter(pk__in=Opportunity.objects.visible_to(request.user)).select_related("account"),
        request,
        by=("-days", "-pk"),
        size=ROWS,
    )
    frozen = StageTime.objects.filter(snapshot_on=on, stage=stage).first()
    context = {
        "stage": stage,
        "on": on,
        "page": page,
        "reported": frozen.staying if frozen else 0,
        "sees_all": request.user.sees_every_account,
        "breadcrumbs": [*_crumbs(), ("Stages", reverse("metric-stages"))],
    }
    return render(request, "metrics/staying.html", context)


@require_GET
def list_below(request: Request, stage: str) -> HttpResponse:
    """The accounts of a stage that were reached through fewer channels than the ladder asks for."""
    if stage not in FunnelStage.values:
        raise Http404("There is no such stage.")
    on = _reckoned()
    below = on_ladder(on).filter(funnel_stage=stage, is_reached=False)
    page = page_of(
        below.filter(pk__in=Account.objects.visible_to(request.user)).select_related("standing__tier"),
        request,
        by=("pk",),
        size=ROWS,
    )
    frozen = LadderStep.objects.filter(snapshot_on=on, stage=stage).first()
    context = {
        "stage": FunnelStage(stage),
        "on": on,
        "page": page,
        "wanted": wanted_channels().get(stage, 0),
        "reported": frozen.below if frozen else 0,
        "sees_all": request.user.sees_every_account,
        "breadcrumbs": [*_crumbs(), ("Stages", reverse("metric-stages"))],
    }
    return render(request, "metrics/below.html", context)


def _newest() -> date | None:
    nights = (
        model._default_manager.order_by("-snapshot_on").values_list("snapshot_on", flat=True).first()
        for model in (StageTime, LadderStep)
    )
    return max((night for night in nights if night), default=None)


def _reckoned() -> date:
    on = _newest()
    if on is None:
        raise Http404("No night has reckoned the stages.")
    return on


def _crumbs() -> list[tuple[str, str]]:
    return [("Metrics", reverse("metric-list"))]
