"""Sources: which of them keep their word, and how many accounts grow stale because one does not?"""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.accounts.models import FreshnessClock
from abmhub.core.days import business_day
from abmhub.core.models import Run
from abmhub.imports.models import ImportRun, Kind
from abmhub.signals.providers import provider_clocks
from abmhub.users.verbs import may
from abmhub.web.requests import Request, must_be_allowed

SEE, IMPORT = "accounts.see_sources", "imports.import_files"
MOST_SOURCES = 200


@dataclass(frozen=True)
class Source:
    """A clock as a row of the page; `file` is its last import, where the reader may open it."""

    clock: FreshnessClock
    is_overdue: bool
    file: ImportRun | None


@require_GET
def list_sources(request: Request) -> HttpResponse:
    """Every source with its clock; those that are late first, and the one that is late the longest before all."""
    must_be_allowed(request, SEE)
    may_import = may(request.user, IMPORT)
    clocks = list(FreshnessClock.objects.order_by("source")[:MOST_SOURCES])
    clocks.sort(key=lambda clock: clock.due_on or date.max)
    files = _last_files() if may_import else {}
    today = business_day(timezone.now())
    sources = [Source(clock, clock.is_overdue(today), files.get(clock.source)) for clock in clocks]
    night = Run.objects.last_finished("nightly")
    context = {
        "sources": sources,
        "late": sum(source.is_overdue for source in sources),
        "counted_on": _day_of(night),
        "may_import": may_import,
        "providers": provider_clocks(),
    }
    return render(request, "sources/list.html", context)


def _day_of(night: Run | None) -> date | None:
    return night.business_day if night else None


def _last_files() -> dict[str, ImportRun]:
    runs = ImportRun.objects.filter(kind=Kind.ACCOUNTS, status=ImportRun.Status.DONE)
    return {run.source: run for run in runs.order_by("source", "-pk").distinct("source")}
