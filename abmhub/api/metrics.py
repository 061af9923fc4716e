"""The metrics for programs: what the page shows, of any night."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import refuses_query
from abmhub.api.requests import user_of
from abmhub.core.days import business_day
from abmhub.metrics.spans import WHOLE, By, Cut, Window
from abmhub.metrics.tiles import Reading, Tile, newest_night, tiles
from abmhub.users.verbs import may

SEE_SPEND = "metrics.see_spend"


class AskedMetricsSerializer(serializers.Serializer[Any]):
    """Of which night, over which days, in which slice."""

    on = serializers.DateField(required=False, help_text="The newest night up to this day; today if left out.")
    window = serializers.ChoiceField(choices=Window.choices, required=False, default=Window.YEAR)
    by = serializers.ChoiceField(choices=By.choices, required=False, help_text="With `key`: one slice alone.")
    key = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["key"] and not attrs.get("by"):
            raise serializers.ValidationError({"key": "Say with `by` what it is a key of."})
        return attrs


class FigureSerializer(serializers.Serializer[Any]):
    """A figure in a definition: how many rows, and their sum where it is known."""

    code = serializers.CharField()
    rows = serializers.IntegerField()
    amount = serializers.FloatField()


class DefinitionSerializer(serializers.Serializer[Any]):
    """One definition; null where something it needs is not known. Shares are 0-1, money is in the business currency."""

    code = serializers.CharField()
    formula = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    is_ours = serializers.BooleanField()
    figures = FigureSerializer(many=True)


class TrendPointSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    value = serializers.FloatField()


class MetricSerializer(serializers.Serializer[Any]):
    """A metric with its rival definitions, and its trend by ours."""

    metric = serializers.CharField()
    name = serializers.CharField()
    on = serializers.DateField()
    target = serializers.FloatField(allow_null=True)
    definitions = DefinitionSerializer(many=True)
    trend = TrendPointSerializer(many=True)


@refuses_query(AskedMetricsSerializer)
class MetricViewSet(viewsets.ViewSet):
    """The metrics of the whole company; those made of spend are not for sales reps."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="metrics",
        summary="The metrics",
        parameters=[AskedMetricsSerializer],
        responses=MetricSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        asked = AskedMetricsSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wish = asked.validated_data
        on = newest_night(until=wish.get("on") or business_day(timezone.now()))
        if on is None:
            return Response([])
        cut = Cut(wish["by"], wish["key"]) if wish.get("by") else WHOLE
        sees_spend = may(user_of(request), SEE_SPEND)
        found = tiles(on=on, window=Window(wish["window"]), cut=cut)
        shown = [each for each in found if sees_spend or not each.ours.definition.is_confidential]
        return Response([_metric(each, on.isoformat()) for each in shown])


def _metric(tile: Tile, on: str) -> dict[str, Any]:
    return {
        "metric": tile.metric.value,
        "name": str(tile.metric.label),
        "on": on,
        "target": float(tile.target.value) if tile.target else None,
        "definitions": [_definition(each) for each in tile.readings],
        "trend": [{"on": day.isoformat(), "value": float(value)} for day, value in tile.trend],
    }


def _definition(reading: Reading) -> dict[str, Any]:
    return {
        "code": reading.definition.code,
        "formula": reading.definition.formula,
        "unit": reading.definition.unit.value,
        "value": None if reading.value is None else float(reading.value),
        "is_ours": reading.is_ours,
        "figures": [
            {"code": part.figure.code, "rows": part.sum.rows, "amount": float(part.sum.amount)}
            for part in reading.parts
        ],
    }
