"""The task queue."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import ConflictSerializer
from abmhub.api.people import PersonSerializer
from abmhub.api.permissions import MayWorkTasks
from abmhub.api.requests import user_of
from abmhub.orders.actions import claim_task, deliver
from abmhub.orders.models import Task, TaskStep

CONFLICT = OpenApiResponse(ConflictSerializer)


class TaskStepSerializer(serializers.ModelSerializer[TaskStep]):
    class Meta:
        model = TaskStep
        fields = ("id", "position", "name", "due_on", "done_at")


class TaskSerializer(serializers.ModelSerializer[Task]):
    account = serializers.IntegerField(source="line.order.account_id", read_only=True)
    account_name = serializers.CharField(source="line.order.account.name", read_only=True)
    order = serializers.IntegerField(source="line.order_id", read_only=True)
    order_line = serializers.IntegerField(source="line_id", read_only=True)
    assignee = PersonSerializer(allow_null=True, read_only=True)
    steps = TaskStepSerializer(many=True, read_only=True)

    class Meta:
        model = Task
        fields = (
            "id",
            "name",
            "account",
            "account_name",
            "order",
            "order_line",
            "state",
            "waiting_on",
            "due_on",
            "assignee",
            "claimed_at",
            "finished_at",
            "steps",
        )


class DeliverySerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=500, help_text="What was delivered, for the rep to read.")
    actual_cost = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=0,
        allow_null=True,
        default=None,
        help_text="Left out: what was reserved.",
    )


class TaskFilter(django_filters.FilterSet):
    assignee = django_filters.NumberFilter(field_name="assignee_id")
    unassigned = django_filters.BooleanFilter(field_name="assignee", lookup_expr="isnull")
    due_before = django_filters.DateFilter(field_name="due_on", lookup_expr="lt")
    account = django_filters.NumberFilter(field_name="line__order__account_id")

    class Meta:
        model = Task
        fields = ("state",)


class TaskPages(CursorPagination):
    ordering = "id"


class TaskViewSet(viewsets.ReadOnlyModelViewSet[Task]):
    """Marketing work for the accounts that you may see."""

    serializer_class = TaskSerializer
    pagination_class = TaskPages
    filterset_class = TaskFilter
    queryset = Task.objects.none()
    permission_classes = (*viewsets.GenericViewSet.permission_classes, MayWorkTasks)

    def get_queryset(self) -> QuerySet[Task]:
        return (
            Task.objects.visible_to(user_of(self.request))
            .select_related("line__order__account", "assignee")
            .prefetch_related("steps")
        )

    @extend_schema(request=None, responses={200: TaskSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        """Take the task; 409 when somebody else has it."""
        claim_task(task=self.get_object(), by=user_of(request), at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=DeliverySerializer, responses={200: TaskSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def deliver(self, request: Request, pk: str) -> Response:
        """Finish the task: the money is spent, the touch is on the timeline, the rep is told."""
        task = self.get_object()
        delivery = DeliverySerializer(data=request.data)
        delivery.is_valid(raise_exception=True)
        deliver(task=task, by=user_of(request), at=timezone.now(), **delivery.validated_data)
        return Response(self.get_serializer(self.get_object()).data)
