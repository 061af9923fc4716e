"""The double funnel for programs: the same answer as `manage.py metrics --json`."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import refuses_query
from abmhub.campaigns.models import Motion
from abmhub.core.days import business_day
from abmhub.funnel.answer import NotReported, answer, reported
from abmhub.funnel.cells import Question
from abmhub.funnel.figures import UnknownDimension, deal_figures, rolled_up


class AskedSerializer(serializers.Serializer[Any]):
    """As of which day, of which period and motion, and by what to cut."""

    as_of = serializers.DateField(required=False, help_text="Today if left out.")
    since = serializers.DateField(required=False, help_text="Only what closed, or entered a stage, on it or later.")
    until = serializers.DateField(required=False, help_text="Only what closed, or entered a stage, on it or earlier.")
    motion = serializers.ChoiceField(choices=Motion.choices, required=False)
    by = serializers.CharField(required=False, help_text="One or two dimensions, with a comma between them.")
    roll_up = serializers.BooleanField(
        required=False, help_text="Put the deals of subsidiaries under their topmost parent."
    )
    reported = serializers.BooleanField(
        required=False,
        help_text="As the night of that day told it, not as it is known today: of all time, deals by motion alone.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("reported") and any(attrs.get(name) for name in ("since", "until", "roll_up")):
            raise serializers.ValidationError({"reported": "Goes without since, until and roll_up."})
        return attrs


class CellSerializer(serializers.Serializer[Any]):
    """A stage. Conversion and the ends of its 95% interval are shares of the stage before, 0-1."""

    entered = serializers.IntegerField()
    conversion = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    median_days = serializers.FloatField(allow_null=True)
    value = serializers.FloatField()


class FiguresSerializer(serializers.Serializer[Any]):
    """What became of deals. Money is in the business currency; null where nothing is known."""

    won = serializers.IntegerField()
    lost = serializers.IntegerField()
    open = serializers.IntegerField()
    win_rate = serializers.FloatField(allow_null=True)
    won_amount = serializers.FloatField()
    open_amount = serializers.FloatField()
    mean_won = serializers.FloatField(allow_null=True)
    median_won = serializers.FloatField(allow_null=True)
    cycle_days_mean = serializers.FloatField(allow_null=True)
    cycle_days_median = serializers.FloatField(allow_null=True)
    cycle_left_out = serializers.IntegerField(
        help_text="Won deals that were closed before they began: they are not in the cycle."
    )


class RowSerializer(FiguresSerializer):
    key = serializers.JSONField(help_text="The key, or the pair of keys; null says nothing about it.")


class SliceSerializer(serializers.Serializer[Any]):
    key = serializers.JSONField(help_text="The name, or the pair of names.")
    stages = serializers.DictField(child=serializers.DictField(child=CellSerializer()))


@extend_schema_serializer(many=False)
class FunnelSerializer(FiguresSerializer):
    """Deals and stages, whole and cut."""

    rows = RowSerializer(many=True)
    stages = serializers.DictField(
        child=serializers.DictField(child=CellSerializer()), help_text="By motion, then by stage."
    )
    slices = SliceSerializer(many=True)


@refuses_query(AskedSerializer)
class FunnelViewSet(viewsets.ViewSet):
    """The figures of the whole company: everybody who may sign in may read them."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="funnel", summary="The double funnel", parameters=[AskedSerializer], responses=FunnelSerializer
    )
    def list(self, request: Request) -> Response:
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wish = asked.validated_data
        by = [name.strip() for name in wish.get("by", "").split(",") if name.strip()]
        by = rolled_up(by) if wish.get("roll_up") else by
        day = wish.get("as_of") or business_day(timezone.now())
        period = {"since": wish.get("since"), "until": wish.get("until")}
        motion = Motion(wish["motion"]) if wish.get("motion") else None
        try:
            if wish.get("reported"):
                return Response(reported(day, by, motion))
            report = deal_figures(as_of=day, by=by, motion=motion, **period)
            return Response(answer(report, Question(as_of=day, motion=motion, **period), by))
        except UnknownDimension as unknown:
            raise serializers.ValidationError({"by": str(unknown)}) from unknown
        except NotReported as nothing:
            raise serializers.ValidationError({"as_of": str(nothing)}) from nothing
