"""What metrics shall become, and how much of an activity a month shall see."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import ConflictSerializer
from abmhub.api.permissions import MaySetTargets
from abmhub.api.requests import user_of
from abmhub.metrics import answers
from abmhub.metrics.actions import remove_target, set_goals, set_target
from abmhub.metrics.aims import aims
from abmhub.metrics.definitions import Metric
from abmhub.metrics.models import ActivityGoal, Target
from abmhub.metrics.spans import Window
from abmhub.metrics.three_rs import ACTIVITIES
from abmhub.users.verbs import may

CONFLICT = OpenApiResponse(ConflictSerializer)
MOST_A_MONTH = 2_147_483_647


class NewTargetSerializer(serializers.ModelSerializer[Target]):
    """`value` is in the unit of the metric: 30% is 0.3."""

    metric = serializers.ChoiceField(choices=Metric.choices)
    window = serializers.ChoiceField(choices=Window.choices, default=Window.YEAR)

    class Meta:
        model = Target
        fields = ("metric", "window", "value", "starts_on", "ends_on", "source", "objective")
        validators = ()  # the action asks, under its own name


class TargetSerializer(serializers.Serializer[Any]):
    """A target beside what its metric is now, by the definition that is ours; null where that is not known."""

    id = serializers.IntegerField()
    metric = serializers.CharField()
    window = serializers.CharField()
    value = serializers.FloatField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    # The name is ours; it hides what a serializer would tell of where its value lies.
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    objective = serializers.CharField(allow_blank=True, help_text="What it is a key result of.")
    definition = serializers.CharField()
    now = serializers.FloatField(allow_null=True)
    is_reached = serializers.BooleanField(allow_null=True)


class TargetViewSet(viewsets.GenericViewSet[Target]):
    """Targets of metrics; those of what is made of spend are not for sales reps."""

    permission_classes = (IsAuthenticated, MaySetTargets)
    pagination_class = None
    filter_backends = ()
    queryset = Target.objects.none()
    lookup_value_regex = r"\d{1,18}"
    serializer_class = NewTargetSerializer

    def get_queryset(self) -> QuerySet[Target]:
        return Target.objects.all()

    @extend_schema(operation_id="targets_list", summary="Targets", responses=TargetSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The last one to be reached first."""
        return Response([answers.target(each) for each in aims(sees_spend=may(user_of(request), "metrics.see_spend"))])

    @extend_schema(responses={201: TargetSerializer, 409: CONFLICT})
    def create(self, request: Request) -> Response:
        """Set a target; 409 is `already_a_target`."""
        return self._written(request, Target(), 201)

    @extend_schema(responses={200: TargetSerializer, 409: CONFLICT})
    def update(self, request: Request, pk: str) -> Response:
        """Change a target; 409 is `already_a_target`."""
        return self._written(request, self.get_object(), 200)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take a target away; its metric stays as it is."""
        remove_target(target=self.get_object(), by=user_of(request))
        return Response(status=204)

    def _written(self, request: Request, target: Target, status: int) -> Response:
        given = NewTargetSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        for name, value in given.validated_data.items():
            setattr(target, name, value)
        try:
            set_target(target=target, by=user_of(request))
        except ValidationError as problem:
            raise serializers.ValidationError({"non_field_errors": problem.messages}) from problem
        aim = next(each for each in aims(sees_spend=True) if each.target.pk == target.pk)
        return Response(answers.target(aim), status=status)


class GoalSerializer(serializers.Serializer[Any]):
    """`a_month` is how much of the activity a month shall see; null is no goal."""

    activity = serializers.ChoiceField(choices=[(each.code, each.name) for each in ACTIVITIES])
    a_month = serializers.IntegerField(allow_null=True, min_value=1, max_value=MOST_A_MONTH)


class GoalViewSet(viewsets.ViewSet):
    """Goals of activities. They stand beside what comes of it: much of it is no success."""

    permission_classes = (IsAuthenticated, MaySetTargets)

    @extend_schema(operation_id="goals_list", summary="Activity goals", responses=GoalSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every activity, with its goal or without."""
        goals = dict(ActivityGoal.objects.values_list("figure", "a_month"))
        return Response([{"activity": each.code, "a_month": goals.get(each.code)} for each in ACTIVITIES])

    @extend_schema(
        operation_id="goals_set",
        summary="Set activity goals",
        request=GoalSerializer,
        responses={200: GoalSerializer, 409: CONFLICT},
    )
    def create(self, request: Request) -> Response:
        """Set the goal of an activity, or with null take it away."""
        given = GoalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        goal = given.validated_data
        set_goals(goals={goal["activity"]: goal["a_month"]}, by=user_of(request))
        return Response(goal)
