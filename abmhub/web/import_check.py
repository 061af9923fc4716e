"""What a draft would do, row by row, before anything of it comes in."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abmhub.core.refusals import Refused
from abmhub.imports import actions
from abmhub.imports.expectation import MOST_ROWS
from abmhub.imports.models import ExpectedRow, ImportRun
from abmhub.web.export import csv_response
from abmhub.web.import_draft import decide, run_of
from abmhub.web.paging import Page, page_of, path_with
from abmhub.web.requests import Request

# More than this takes longer than a page may, in the company of a million accounts: a worker checks it.
BYTES_TO_CHECK_HERE = 64 * 1024
DOUBTFUL = "doubtful"
# The figure of each tab, in the order in which somebody should look.
TABS = {
    ExpectedRow.Verdict.REJECTED: ("Rejected", "rejected"),
    DOUBTFUL: ("In doubt", "doubtful"),
    ExpectedRow.Verdict.UPDATE: ("Updated", "updated"),
    ExpectedRow.Verdict.CREATE: ("Created", "created"),
    ExpectedRow.Verdict.UNCHANGED: ("Unchanged", "unchanged"),
    ExpectedRow.Verdict.SKIPPED: ("Skipped", "skipped"),
}


@require_http_methods(["GET", "POST"])
def check_import(request: Request, pk: int) -> HttpResponse:
    """The rows of a draft by what would become of them. Asking for it decides how the file is read."""
    run = run_of(request, pk)
    if run.status != ImportRun.Status.DRAFT:
        return redirect("import-show", pk)
    if request.method == "POST":
        return decide(request, run) or _start(request, run)
    if request.htmx:
        response = render(request, "imports/check_progress.html", {"run": run})
        if run.checked_at or not run.check_asked_at:
            response["HX-Refresh"] = "true"
        return response
    return render(request, "imports/check.html", {"run": run} | (_found(request, run) if run.checked_at else {}))


def _start(request: Request, run: ImportRun) -> HttpResponse:
    actions.ask_check(run=run, at=timezone.now())
    if run.size_bytes <= BYTES_TO_CHECK_HERE:
        try:
            actions.check(run=run, at=timezone.now())
        except Refused as refusal:
            messages.info(request, refusal.message)
    return redirect("import-check", run.pk)


def _found(request: Request, run: ImportRun) -> dict[str, Any]:
    counts = {verdict: run.expected.get(name, 0) for verdict, (_, name) in TABS.items()}
    asked = request.GET.get("verdict", "")
    shown = asked if asked in TABS else next((verdict for verdict in TABS if counts[verdict]), DOUBTFUL)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    page: Page[ExpectedRow] = page_of(_rows(run, shown, words), request, by=("row_number", "pk"), size=50)
    return {
        "page": page,
        "verdict": shown,
        "words": words,
        "shows_some": counts[shown] > MOST_ROWS,
        "most_rows": MOST_ROWS,
        "tabs": [
            (label, counts[verdict], path_with(request, verdict=verdict), verdict == shown)
            for verdict, (label, _) in TABS.items()
            if counts[verdict]
        ],
    }


def _rows(run: ImportRun, verdict: str, words: str) -> QuerySet[ExpectedRow]:
    rows = run.expected_rows.exclude(doubts=[]) if verdict == DOUBTFUL else run.expected_rows.filter(verdict=verdict)
    return rows.filter(Q(label__icontains=words) | Q(reason__icontains=words)) if words else rows


@require_GET
def export_expected(request: Request, pk: int) -> StreamingHttpResponse:
    """The rows of one verdict as a file: a line for each field that would change."""
    run = run_of(request, pk)
    verdict = request.GET.get("verdict", "")
    rows = _rows(run, verdict if verdict in TABS else ExpectedRow.Verdict.UPDATE, "").order_by("row_number", "pk")
    header = ["import row", "what", "verdict", "reason", "field", "old", "new"]
    return csv_response(f"import-{run.pk}-check.csv", header, _lines(rows))


def _lines(rows: QuerySet[ExpectedRow]) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=1_000):
        reasons = [row.reason, *(f"{field}: {value}: {reason}" for field, value, reason, _ in row.doubts)]
        first = [row.row_number, row.label, row.get_verdict_display(), " ".join(filter(None, reasons))]
        for change in row.changes or [["", "", ""]]:
            yield [*first, *change]


@require_POST
def take_import_in(request: Request, pk: int) -> HttpResponse:
    """Let a draft come in as it was checked."""
    run = run_of(request, pk)
    try:
        actions.confirm(run=run, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("import-show", pk)
