"""The pictures of the double funnel as files that show the same everywhere: SVG and PNG."""

from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET
from vl_convert import svg_to_png

from abmhub.funnel.balance import balances
from abmhub.funnel.trend import trend
from abmhub.web.balance_picture import BalancePicture, balance_picture
from abmhub.web.funnel_choice import Choice, choice_of
from abmhub.web.funnel_trend import MEASURES, Chart, line_chart
from abmhub.web.requests import Request, must_be_allowed

KINDS = {"svg": "image/svg+xml", "png": "image/png"}
TITLE_HEIGHT = 44
"""What the finding takes above a chart, as templates/funnel/chart_file.svg has it."""


def picture_response(drawn: str, name: str, kind: str) -> HttpResponse:
    """A drawing as a download. Raises Http404 for a kind that is neither svg nor png."""
    if kind not in KINDS:
        raise Http404("Pictures are SVG and PNG.")
    return HttpResponse(
        svg_to_png(drawn, scale=2) if kind == "png" else drawn,
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


@require_GET
def show_chart(request: Request, what: str, kind: str) -> HttpResponse:
    """A line of the trend up to a night."""
    choice = _choice(request)
    points = trend(until=choice.day)
    if what not in MEASURES or len(points) < 2:
        raise Http404("There is no such trend.")
    chart = line_chart(points, what)
    return _file(chart, chart.title, "funnel/chart_drawing.html", {"chart": chart}, f"{what}-{choice.day}", kind)


@require_GET
def show_balance_picture(request: Request, what: str, kind: str) -> HttpResponse:
    """ABM's share of one measure with its control limits."""
    must_be_allowed(request, "funnel.plan")
    choice = _choice(request)
    found = next((each for each in balances(until=choice.day) if each.measure == what), None)
    if found is None or len(found.months) < 2:
        raise Http404("There is no such balance.")
    picture = balance_picture(found)
    drawing = "funnel/balance_drawing.html"
    return _file(picture, found.finding, drawing, {"picture": picture}, f"balance-{what}-{choice.day}", kind)


def _choice(request: Request) -> Choice:
    choice = choice_of(request)
    if choice is None:
        raise Http404("There is no picture before the first night.")
    return choice


def _file(
    shape: Chart | BalancePicture, title: str, drawing: str, context: dict[str, Any], name: str, kind: str
) -> HttpResponse:
    size = {"width": shape.width, "height": shape.height + TITLE_HEIGHT, "title": title, "drawing": drawing}
    return picture_response(render_to_string("funnel/chart_file.svg", size | context), name, kind)
