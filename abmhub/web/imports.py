"""Files in: did my file get in right? Choose it, look at what was understood, confirm, see what became of each row."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abmhub.accounts.models import Duplicate
from abmhub.core.refusals import Refused
from abmhub.imports import actions
from abmhub.imports.journal import table_called
from abmhub.imports.kinds import INTAKES
from abmhub.imports.models import ImportChange, ImportRemark, ImportRun, Kind, Settlement
from abmhub.pipeline.models import Opportunity
from abmhub.web.export import csv_response
from abmhub.web.import_draft import BYTES_TO_COUNT, VERB, Step, guide, run_of, show_draft
from abmhub.web.paging import Page, capped_count, page_of, path_with
from abmhub.web.requests import Request, must_be_allowed

# After this long without a worker somebody should be told.
PATIENCE = timedelta(seconds=20)
# So much a page takes in itself, when somebody asks because no worker does.
BYTES_FOR_A_PAGE = 20 * 1024 * 1024
READABLE = {Settlement.Field.INDUSTRY, Settlement.Field.COUNTRY, Settlement.Field.PRODUCT, Settlement.Field.ACCOUNT}


@require_GET
def list_imports(request: Request) -> HttpResponse:
    """The files that came in, newest first; before the first, how to begin."""
    must_be_allowed(request, VERB)
    page = page_of(ImportRun.objects.select_related("by"), request, by=("-pk",), size=25)
    context = {
        "page": page,
        "guide": guide(),
        "unsettled": capped_count(Opportunity.objects.unsettled()),
        "duplicates": capped_count(Duplicate.objects.visible_to(request.user).open()),
    }
    return render(request, "imports/list.html", context)


@require_GET
def show_import(request: Request, pk: int) -> HttpResponse:
    """A file as far as it has come: to be confirmed, on its way, in, or refused."""
    run = run_of(request, pk)
    if run.status == ImportRun.Status.DRAFT:
        return show_draft(request, run)
    progress = _progress(run)
    if request.htmx:
        response = render(request, "imports/progress.html", progress)
        if not progress["is_busy"]:
            response["HX-Refresh"] = "true"
        return response
    return render(request, "imports/show.html", progress | _result(request, run) | _undone(request, run))


def _progress(run: ImportRun) -> dict[str, Any]:
    waits_long = (
        run.status == ImportRun.Status.WAITING and timezone.now() - (run.confirmed_at or run.started_at) > PATIENCE
    )
    return {
        "run": run,
        "is_busy": not run.is_over or run.waits_for_undo,
        "waits_long": waits_long,
        "may_apply_here": waits_long and run.size_bytes <= BYTES_FOR_A_PAGE,
    }


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
        "can_be_undone": actions.can_be_undone(run, at=timezone.now()),
    }


def _undone(request: Request, run: ImportRun) -> dict[str, Any]:
    """What could not be taken back, and why."""
    if run.status != ImportRun.Status.UNDONE:
        return {}
    page: Page[ImportChange] = page_of(run.changes.exclude(refusal=""), request, by=("pk",), size=50)
    return {"page": page, "stays": _named(page.rows)}


def _named(changes: Sequence[ImportChange]) -> list[tuple[ImportChange, str, str]]:
    """Each change with what its row is and what it is called; a row that is gone has only its key."""
    keys: dict[str, list[int]] = defaultdict(list)
    for change in changes:
        keys[change.table].append(change.key)
    tables = {name: table_called(name) for name in keys}
    found = {name: tables[name]._default_manager.select_related().in_bulk(of) for name, of in keys.items()}
    return [
        (change, str(tables[change.table]._meta.verbose_name), str(found[change.table].get(change.key, change.key)))
        for change in changes
    ]


@require_http_methods(["GET", "POST"])
def undo_import(request: Request, pk: int) -> HttpResponse:
    """Take an import back: what that means first, then a worker does it."""
    run = run_of(request, pk)
    if request.method == "POST":
        try:
            actions.ask_undo(run=run, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        return redirect("import-show", pk)
    if not actions.can_be_undone(run, at=timezone.now()):
        return redirect("import-show", pk)
    return render(request, "imports/undo.html", {"run": run, "until": run.undo_until})


@require_GET
def export_stays(request: Request, pk: int) -> StreamingHttpResponse:
    """What an undone import left, and why, as a file."""
    run = run_of(request, pk)
    changes = run.changes.exclude(refusal="").order_by("pk").iterator(chunk_size=1_000)

    def lines() -> Iterator[list[Any]]:
        while some := list(islice(changes, 1_000)):
            for change, kind, name in _named(some):
                yield [change.row_number or "", kind, name, change.refusal]

    return csv_response(f"import-{run.pk}-stays.csv", ["import row", "what", "name", "reason"], lines())


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
    steps = guide()
    number = next(step.number for step in steps if step.kind == run.kind)
    return next((step for step in steps[number:] if not step.is_done), None)


@require_GET
def preview_import(request: Request, pk: int) -> HttpResponse:
    """What would become of the rows of a draft: everything is done, counted, and taken back."""
    run = run_of(request, pk)
    if run.status != ImportRun.Status.DRAFT or run.size_bytes > BYTES_TO_COUNT:
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
