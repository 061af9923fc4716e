"""Files in: did my file get in right? Choose it, look at what was understood, confirm, see what became of each row."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.core.refusals import Refused
from abmhub.imports import actions
from abmhub.imports.kinds import INTAKES
from abmhub.imports.models import ImportRemark, ImportRun, Kind, Settlement
from abmhub.pipeline.models import Opportunity
from abmhub.web.export import csv_response
from abmhub.web.import_draft import BYTES_FOR_A_PAGE, VERB, Step, guide, run_of, show_draft
from abmhub.web.paging import Page, capped_count, page_of, path_with
from abmhub.web.requests import Request, must_be_allowed

# After this long without a worker somebody should be told.
PATIENCE = timedelta(seconds=20)
READABLE = {Settlement.Field.INDUSTRY, Settlement.Field.COUNTRY, Settlement.Field.PRODUCT, Settlement.Field.ACCOUNT}


@require_GET
def list_imports(request: Request) -> HttpResponse:
    """The files that came in, newest first; before the first, how to begin."""
    must_be_allowed(request, VERB)
    page = page_of(ImportRun.objects.select_related("by"), request, by=("-pk",), size=25)
    context = {"page": page, "guide": guide(), "unsettled": capped_count(Opportunity.objects.unsettled())}
    return render(request, "imports/list.html", context)


@require_GET
def show_import(request: Request, pk: int) -> HttpResponse:
    """A file as far as it has come: to be confirmed, on its way, in, or refused."""
    run = run_of(request, pk)
    if run.status == ImportRun.Status.DRAFT:
        return show_draft(request, run)
    if request.htmx:
        response = render(request, "imports/progress.html", _progress(run))
        if run.is_over:
            response["HX-Refresh"] = "true"
        return response
    return render(request, "imports/show.html", _progress(run) | _result(request, run))


def _progress(run: ImportRun) -> dict[str, Any]:
    waits_long = (
        run.status == ImportRun.Status.WAITING and timezone.now() - (run.confirmed_at or run.started_at) > PATIENCE
    )
    return {"run": run, "waits_long": waits_long, "may_apply_here": waits_long and run.size_bytes <= BYTES_FOR_A_PAGE}


def _result(request: Request, run: ImportRun) -> dict[str, Any]:
    if run.status != ImportRun.Status.DONE:
        return {}
    outcome = request.GET.get("outcome", "")
    remarks = run.remarks.all()
    counts = dict(remarks.values_list("outcome").annotate(Count("pk")))
    shown = outcome if outcome in counts else next((each for each in ImportRemark.Outcome.values if each in counts), "")
    page: Page[ImportRemark] = page_of(remarks.filter(outcome=shown), request, by=("row_number", "pk"), size=50)
    return {
        "page": page,
        "outcome": shown,
        "tabs": [
            (ImportRemark.Outcome(each).label, counts[each], path_with(request, outcome=each), each == shown)
            for each in ImportRemark.Outcome.values
            if each in counts
        ],
        "doubts": _doubts(run),
        "next_kind": _next_kind(run),
    }


def _doubts(run: ImportRun) -> list[dict[str, Any]]:
    """What is in doubt, word by word, the most frequent first; without those that somebody has settled since."""
    settled = set(Settlement.objects.filter(source=run.source).values_list("field", "value"))
    found = (
        run.remarks.filter(outcome=ImportRemark.Outcome.DOUBTFUL, field__in=READABLE)
        .exclude(value="")
        .values("field", "value", "suggestion", "reason")
        .annotate(rows=Count("pk"))
        .order_by("-rows", "field", "value")[:50]
    )
    return [dict(doubt) for doubt in found if (doubt["field"], doubt["value"]) not in settled]


def _next_kind(run: ImportRun) -> Step | None:
    """The kind of file that is best imported after this one, when none of it came yet."""
    position = list(INTAKES).index(run.kind)
    return next((step for step in guide()[position + 1 :] if not step.is_done), None)


@require_GET
def preview_import(request: Request, pk: int) -> HttpResponse:
    """What would become of the rows of a draft: everything is done, counted, and taken back."""
    run = run_of(request, pk)
    if run.status != ImportRun.Status.DRAFT or run.size_bytes > BYTES_FOR_A_PAGE:
        return redirect("import-show", pk)
    context: dict[str, Any] = {"run": run}
    try:
        context["figures"] = actions.preview(run=run, at=timezone.now())
    except Refused as refusal:
        context["refusal"] = refusal.message
    return render(request, "imports/preview.html" if request.htmx else "imports/preview_page.html", context)


@require_POST
def apply_import(request: Request, pk: int) -> HttpResponse:
    """Take a confirmed file in here and now, because no worker does."""
    run = run_of(request, pk)
    try:
        if run.size_bytes <= BYTES_FOR_A_PAGE:
            actions.apply(run=run, at=timezone.now())
    except Refused as refusal:
        messages.info(request, refusal.message)
    return redirect("import-show", pk)


@require_GET
def export_remarks(request: Request, pk: int) -> StreamingHttpResponse:
    """The rows of one outcome with their reasons, as a file that can be mended and imported again."""
    run = run_of(request, pk)
    outcome = request.GET.get("outcome", ImportRemark.Outcome.REJECTED)
    remarks = run.remarks.filter(outcome=outcome).order_by("row_number", "pk").iterator(chunk_size=1_000)
    width = len(run.columns)
    rows = (
        [*remark.cells[:width], *[""] * (width - len(remark.cells)), remark.row_number, remark.reason]
        for remark in remarks
    )
    return csv_response(f"import-{run.pk}-{outcome}.csv", [*run.columns, "import row", "import reason"], rows)


@require_GET
def show_sample(request: Request) -> StreamingHttpResponse:
    """A few lines of a file of a kind, to begin from."""
    must_be_allowed(request, VERB)
    kind = request.GET.get("kind", Kind.ACCOUNTS)
    if kind not in INTAKES:
        raise Http404
    header, *rows = INTAKES[kind].sample
    return csv_response(f"sample-{kind}.csv", header, rows)
