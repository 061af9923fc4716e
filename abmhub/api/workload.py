"""Who has promised how many hours, and what would level them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import ConflictSerializer, refuses_query
from abmhub.api.people import PersonSerializer
from abmhub.api.permissions import MayLevel
from abmhub.api.requests import user_of
from abmhub.core.days import business_day
from abmhub.orders.actions import accept_moves
from abmhub.orders.levelling import level
from abmhub.orders.workload import Workload, workload_on

BY = OpenApiParameter("by", str, enum=["week", "day"], default="week", description="How long a slot is.")
TEAM = OpenApiParameter("team", int, description="Only the people of this team.")


class AskedSerializer(serializers.Serializer[Any]):
    by = serializers.ChoiceField(choices=["week", "day"], default="week")
    team = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1)


class SlotLoadSerializer(serializers.Serializer[Any]):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    hours = serializers.DecimalField(max_digits=10, decimal_places=2, help_text="Promised.")
    capacity = serializers.DecimalField(max_digits=10, decimal_places=2, help_text="Hours that there are.")
    over = serializers.DecimalField(max_digits=10, decimal_places=2, help_text="Promised and not there.")
    tasks = serializers.IntegerField()


class LoadSerializer(serializers.Serializer[Any]):
    person = PersonSerializer()
    slots = SlotLoadSerializer(many=True)


class MoveSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Names the move when you accept it.")
    task = serializers.IntegerField(source="piece.task_id")
    from_person = serializers.IntegerField(source="piece.person_id")
    to_person = serializers.IntegerField(source="to_id")
    hours = serializers.DecimalField(max_digits=10, decimal_places=2)


@extend_schema_serializer(many=False)
class WorkloadSerializer(serializers.Serializer[Any]):
    people = LoadSerializer(many=True)
    moves = MoveSerializer(many=True, help_text="What would level it, as far as it can be.")


class AcceptSerializer(AskedSerializer):
    moves = serializers.ListField(
        child=serializers.CharField(max_length=80), min_length=1, max_length=100, help_text="Keys of proposed moves."
    )


@refuses_query(AskedSerializer)
class WorkloadViewSet(viewsets.ViewSet):
    """Hours promised and hours there are, for managers."""

    permission_classes = (*viewsets.GenericViewSet.permission_classes, MayLevel)

    @extend_schema(
        operation_id="workload_retrieve",
        parameters=[BY, TEAM],
        responses={200: WorkloadSerializer},
    )
    def list(self, request: Request) -> Response:
        """Each person's load in the next weeks or days, and what could go to whom."""
        asked = _asked(AskedSerializer(data=request.query_params))
        return Response(_told(workload_on(business_day(timezone.now()), by=asked["by"], team_id=asked["team"])))

    @extend_schema(
        request=AcceptSerializer,
        responses={200: WorkloadSerializer, 409: OpenApiResponse(ConflictSerializer)},
    )
    @action(detail=False, methods=["post"])
    def level(self, request: Request) -> Response:
        """Do these moves, all or none; 409 when they are no longer what would help."""
        asked, at = _asked(AcceptSerializer(data=request.data)), timezone.now()
        accept_moves(keys=asked["moves"], slots=asked["by"], team_id=asked["team"], by=user_of(request), at=at)
        return Response(_told(workload_on(business_day(at), by=asked["by"], team_id=asked["team"])))


def _asked(form: serializers.Serializer[Any]) -> dict[str, Any]:
    form.is_valid(raise_exception=True)
    asked: dict[str, Any] = form.validated_data
    return asked


def _told(workload: Workload) -> Any:
    people = [
        {
            "person": load.person,
            "slots": [
                {
                    "starts_on": slot.starts_on,
                    "ends_on": slot.ends_on,
                    "hours": load.hours[number],
                    "capacity": load.capacity[number],
                    "over": load.over(number),
                    "tasks": load.tasks[number],
                }
                for number, slot in enumerate(workload.slots)
            ],
        }
        for load in workload.loads.values()
    ]
    return WorkloadSerializer({"people": people, "moves": level(workload).moves}).data
