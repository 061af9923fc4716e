"""The trend of a metric as a file: a picture (SVG, PNG), or its numbers (CSV, XLSX)."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET
from vl_convert import svg_to_png

from abmhub.metrics.tiles import newest_night, tiles
from abmhub.web.export import table_response
from abmhub.web.metric_choices import metric_of
from abmhub.web.metric_trend import drawing_of
from abmhub.web.metrics import Asked
from abmhub.web.requests import Request

PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


@require_GET
def show_trend(request: Request, metric: str, kind: str) -> HttpResponseBase:
    """By our definition, in the window asked for."""
    found, asked = metric_of(metric, request.user), Asked.of(request)
    on = newest_night(until=asked.on) or newest_night()
    shown = tiles(on=on, window=asked.window) if on else []
    tile = next((each for each in shown if each.metric == found), None)
    if tile is None or len(tile.trend) < 2:
        raise Http404("There is no trend before the second night.")
    name = f"{found.value}-{on}"
    if kind not in PICTURES:
        return table_response(name, kind, ("Day", tile.ours.definition.name), tile.trend)
    drawn = render_to_string("metrics/trend.svg", drawing_of(tile, asked.window))
    return HttpResponse(
        svg_to_png(drawn, scale=2) if kind == "png" else drawn,
        content_type=PICTURES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )
