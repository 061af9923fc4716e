"""The report of a month, to be printed or passed on."""

from datetime import date

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.metrics.report import NothingToReport, report_of
from abmhub.users.verbs import may
from abmhub.web.metrics import SEE_SPEND
from abmhub.web.requests import Request


@require_GET
def show_report(request: Request, year: int, month: int) -> HttpResponse:
    """The PDF of a month, with what this person may see."""
    from abmhub.metrics.paper import printed  # the library is slow to load

    try:
        report = report_of(date(year, month, 1), sees_spend=may(request.user, SEE_SPEND))
    except (ValueError, OverflowError, NothingToReport) as nothing:
        raise Http404("There is no report of this month.") from nothing
    name = f"report-{report.month:%Y-%m}.pdf"
    return HttpResponse(
        printed(report, at=timezone.now()),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
