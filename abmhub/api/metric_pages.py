"""What the pages beside the metrics show: returns, stages, content, the scorecard of tactics and the monthly report."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import refuses_query
from abmhub.api.requests import user_of
from abmhub.core.days import business_day
from abmhub.metrics import answers
from abmhub.metrics.attribution import Model
from abmhub.metrics.models.returns import ReturnKind
from abmhub.metrics.report import NothingToReport, report_of
from abmhub.metrics.scorecard import Verdict
from abmhub.metrics.spans import Window
from abmhub.users.verbs import may, require

SEE_SPEND = "metrics.see_spend"
MONTH = OpenApiParameter(
    "month", str, OpenApiParameter.PATH, pattern=r"^\d{4}-\d{2}$", description="For example 2026-10."
)


class AskedReturnsSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ReturnKind.choices, required=False, default=ReturnKind.TACTIC)
    model = serializers.ChoiceField(
        choices=Model.choices, required=False, default=Model.EVEN, help_text="How won money is shared among touches."
    )


class ReturnSerializer(serializers.Serializer[Any]):
    """A tactic or a program in the year before that night. `times` is won money for each unit of spend, `low` and
    `high` the ends of its 95% interval; null where there was no spend, or too few deals were won to say."""

    key = serializers.IntegerField(help_text="The id of the tactic or program.")
    name = serializers.CharField()
    spend_amount = serializers.FloatField()
    won_deals = serializers.IntegerField()
    won_amount = serializers.FloatField()
    times = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    open_deals = serializers.IntegerField()
    open_amount = serializers.FloatField()
    open_times = serializers.FloatField(allow_null=True)


@extend_schema_serializer(many=False)
class ReturnsSerializer(serializers.Serializer[Any]):
    on = serializers.DateField(allow_null=True, help_text="The night; null before the first.")
    kind = serializers.CharField()
    model = serializers.CharField()
    rows = ReturnSerializer(many=True)


@refuses_query(AskedReturnsSerializer)
class ReturnViewSet(viewsets.ViewSet):
    """What tactics and programs brought for what they cost: not for sales reps."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="metrics_returns",
        summary="Returns on tactics and programs",
        parameters=[AskedReturnsSerializer],
        responses=ReturnsSerializer,
    )
    def list(self, request: Request) -> Response:
        require(user_of(request), SEE_SPEND)
        asked = AskedReturnsSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wish = asked.validated_data
        return Response(answers.returns(kind=ReturnKind(wish["kind"]), model=Model(wish["model"])))


class StageTimeSerializer(serializers.Serializer[Any]):
    stage = serializers.CharField()
    passed = serializers.IntegerField(help_text="Times that a deal left it in a year.")
    median_days = serializers.FloatField(allow_null=True)
    staying = serializers.IntegerField(help_text="Deals that are in it.")
    median_so_far = serializers.FloatField(allow_null=True)


class LadderStepSerializer(serializers.Serializer[Any]):
    stage = serializers.CharField()
    accounts = serializers.IntegerField()
    wanted = serializers.IntegerField(help_text="Channels that the ladder asks for.")
    mean = serializers.FloatField(help_text="Channels that reached an account in 90 days.")
    reached = serializers.IntegerField(help_text="Accounts that were reached through so many or more.")


@extend_schema_serializer(many=False)
class StagesSerializer(serializers.Serializer[Any]):
    on = serializers.DateField(allow_null=True, help_text="The night; null before the first.")
    stages = StageTimeSerializer(many=True)
    channels = LadderStepSerializer(many=True)


class StageViewSet(viewsets.ViewSet):
    """How long deals stay in a stage, and through how many channels accounts of each stage are reached."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="metrics_stages", summary="Days in stage, channels", responses=StagesSerializer)
    def list(self, request: Request) -> Response:
        return Response(answers.stages())


class AskedContentSerializer(serializers.Serializer[Any]):
    on = serializers.DateField(required=False, help_text="The newest night up to this day; the newest if left out.")
    window = serializers.ChoiceField(choices=Window.choices, required=False, default=Window.YEAR)


class TakenKindSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    events = serializers.IntegerField()
    last_at = serializers.DateTimeField(allow_null=True, help_text="Of one account alone.")


class TakenSerializer(serializers.Serializer[Any]):
    """What was taken up of the content of a stage."""

    stage = serializers.CharField(help_text="tofu, mofu or bofu: from the first look to the purchase.")
    events = serializers.IntegerField()
    kinds = TakenKindSerializer(many=True)


@extend_schema_serializer(many=False)
class ContentSerializer(serializers.Serializer[Any]):
    on = serializers.DateField(allow_null=True, help_text="The night; null before the first.")
    since = serializers.DateField(allow_null=True)
    stages = TakenSerializer(many=True)


@refuses_query(AskedContentSerializer)
class ContentViewSet(viewsets.ViewSet):
    """What content all accounts together take up; `accounts/{id}/content/` tells it of one."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="metrics_content",
        summary="Content engagement",
        parameters=[AskedContentSerializer],
        responses=ContentSerializer,
    )
    def list(self, request: Request) -> Response:
        asked = AskedContentSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wish = asked.validated_data
        return Response(answers.content(window=Window(wish["window"]), until=wish.get("on")))


class TacticScoreSerializer(serializers.Serializer[Any]):
    """A tactic over a year. `lift` is by how much the share of its deliveries after which a deal began is larger than
    after other tactics, `low` and `high` the ends of its 95% interval; null until there is enough of both."""

    tactic = serializers.IntegerField()
    name = serializers.CharField()
    ordered = serializers.IntegerField()
    delivered = serializers.IntegerField()
    cost_each = serializers.FloatField(allow_null=True, help_text="Null for sales reps.")
    kept = serializers.FloatField(allow_null=True, help_text="Delivered as promised.")
    followed_up = serializers.FloatField(allow_null=True, help_text="Followed up in time.")
    outcome = serializers.FloatField(allow_null=True)
    lift = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    verdict = serializers.ChoiceField(choices=[each.value for each in Verdict])


class TacticScoreViewSet(viewsets.ViewSet):
    """Which tactics to keep, to watch, to retire."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="metrics_tactics", summary="Scorecard of tactics", responses=TacticScoreSerializer(many=True)
    )
    def list(self, request: Request) -> Response:
        sees_spend = may(user_of(request), SEE_SPEND)
        return Response(answers.tactics(on=business_day(timezone.now()), sees_spend=sees_spend))


class ReportViewSet(viewsets.ViewSet):
    """The report of a month."""

    permission_classes = (IsAuthenticated,)
    lookup_field = "month"
    lookup_value_regex = r"\d{4}-\d{2}"

    @extend_schema(
        operation_id="metrics_report",
        summary="The monthly report as PDF",
        parameters=[MONTH],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def retrieve(self, request: Request, month: str) -> HttpResponse:
        """With what you may see: no spend for sales reps. 404 for a month of which no night froze anything."""
        from abmhub.metrics.paper import printed  # the library is slow to load

        try:
            report = report_of(date.fromisoformat(f"{month}-01"), sees_spend=may(user_of(request), SEE_SPEND))
        except (ValueError, OverflowError, NothingToReport) as nothing:
            raise Http404 from nothing
        name = f"report-{report.month:%Y-%m}.pdf"
        return HttpResponse(
            printed(report, at=timezone.now()),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
