"""The task queue."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import ConflictSerializer
from abmhub.api.people import PersonSerializer
from abmhub.api.permissions import MayComment, MayWorkTasks
from abmhub.api.requests import user_of
from abmhub.core.days import business_day
from abmhub.orders.actions import (
    ask_addresses,
    claim_next,
    claim_task,
    comment,
    deliver,
    hand_over,
    release_task,
    resume,
    tick_step,
    wait,
)
from abmhub.orders.models import Task, TaskStep
from abmhub.orders.queue import QueueView, tasks_in
from abmhub.orders.rules import MAKERS
from abmhub.users.models import User

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
    tracking_url = serializers.URLField(
        max_length=500, default="", allow_blank=True, help_text="Where the courier says how far it is; https."
    )


class CommentSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000, help_text="@ and a name tells that person, if they may see the task.")


class StepProofSerializer(serializers.Serializer[Any]):
    proof = serializers.CharField(
        max_length=500, default="", allow_blank=True, help_text="The note or link that the step's recipe asks for."
    )


class WaitSerializer(serializers.Serializer[Any]):
    on = serializers.ChoiceField(choices=Task.WaitingOn.choices, help_text="Who has to answer.")
    note = serializers.CharField(max_length=300, help_text="What you wait for.")


class HandOverSerializer(serializers.Serializer[Any]):
    to = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True, role__in=MAKERS),
        allow_null=True,
        help_text="Who shall have the task; null gives back to all a task that nobody has begun.",
    )
    seen = serializers.IntegerField(
        allow_null=True, help_text="Who had it when you decided. By now somebody else: 409, and nothing is changed."
    )


class TaskFilter(django_filters.FilterSet):
    assignee = django_filters.NumberFilter(field_name="assignee_id")
    unassigned = django_filters.BooleanFilter(field_name="assignee", lookup_expr="isnull")
    due_before = django_filters.DateFilter(field_name="due_on", lookup_expr="lt")
    account = django_filters.NumberFilter(field_name="line__order__account_id")
    tactic = django_filters.NumberFilter(field_name="line__tactic_id")
    category = django_filters.NumberFilter(field_name="line__tactic__category_id")
    tier = django_filters.NumberFilter(field_name="line__order__tier_id")
    play = django_filters.NumberFilter(field_name="line__order__play_id")
    program = django_filters.NumberFilter(
        field_name="line__order__account__programs__program_id", help_text="On whose frozen list the account is."
    )
    territory = django_filters.NumberFilter(field_name="line__order__account__territory_id")
    view = django_filters.ChoiceFilter(choices=QueueView.choices, method="in_view", help_text="As the queue has it.")

    class Meta:
        model = Task
        fields = ("state",)

    def in_view(self, tasks: Any, _name: str, view: str) -> Any:
        day = business_day(timezone.now())
        return tasks_in(tasks, QueueView(view), user=user_of(self.request), day=day)


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
            .prefetch_related(Prefetch("steps", TaskStep.objects.order_by("position")))
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

    @extend_schema(request=None, responses={200: TaskSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Give the task back to the queue; 409 unless it is yours and in progress."""
        return self._done(release_task)

    @extend_schema(request=WaitSerializer, responses={200: TaskSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def wait(self, request: Request, pk: str) -> Response:
        """Stop the clock until somebody has answered; the rep is told."""
        return self._done(wait, WaitSerializer)

    @extend_schema(request=None, responses={200: TaskSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Start the clock again; the task is due later by the working days that were waited."""
        return self._done(resume)

    @extend_schema(request=HandOverSerializer, responses={200: TaskSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        """Give the task to somebody else, for managers; both are told."""
        return self._done(hand_over, HandOverSerializer)

    @extend_schema(
        request=None,
        responses={200: TaskSerializer, 204: OpenApiResponse(description="Nothing is left."), 409: CONFLICT},
    )
    @action(detail=False, methods=["post"], url_path="claim-next")
    def claim_next(self, request: Request) -> Response:
        """Take the most urgent task that you were given or that nobody has; 204 when there is none."""
        task = claim_next(by=user_of(request), at=timezone.now())
        if task is None:
            return Response(status=204)
        return Response(self.get_serializer(self.get_queryset().get(pk=task.pk)).data)

    @extend_schema(request=CommentSerializer, responses={200: TaskSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated, MayComment])
    def comment(self, request: Request, pk: str) -> Response:
        """Say something; the rep, whoever works on it and whoever it mentions are told."""
        return self._done(comment, CommentSerializer)

    @extend_schema(request=StepProofSerializer, responses={200: TaskSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"], url_path="steps/(?P<position>[0-9]{1,4})/tick", url_name="tick")
    def tick(self, request: Request, pk: str, position: str) -> Response:
        """Tick the step of that position, with what its recipe asks for as proof."""
        step = get_object_or_404(self.get_object().steps, position=int(position))
        return self._done(lambda task, **wish: tick_step(step=step, **wish), StepProofSerializer)

    @extend_schema(request=None, responses={200: TaskSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"], url_path="ask-addresses", url_name="ask-addresses")
    def ask_addresses(self, request: Request, pk: str) -> Response:
        """Ask the recipients where to send it; the task waits until they have answered."""
        return self._done(ask_addresses)

    def _done(self, act: Callable[..., object], asked: type[serializers.Serializer[Any]] | None = None) -> Response:
        """Do it with what was asked for, and answer with the task as it is then."""
        task, wish = self.get_object(), {}
        if asked is not None:
            form = asked(data=self.request.data)
            form.is_valid(raise_exception=True)
            wish = form.validated_data
        act(task=task, by=user_of(self.request), at=timezone.now(), **wish)
        return Response(self.get_serializer(self.get_object()).data)
