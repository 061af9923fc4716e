"""Working calendars: by which days, and until which hour, promises count."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import ConflictSerializer, as_invalid
from abmhub.api.permissions import MaySetCalendars
from abmhub.api.requests import user_of
from abmhub.core.models import CalendarDay, WorkingCalendar
from abmhub.core.workdays import wrong_with
from abmhub.users.actions import remove_calendar, write_calendar
from abmhub.users.models import Team

CONFLICT = OpenApiResponse(ConflictSerializer)


class CalendarDaySerializer(serializers.ModelSerializer[CalendarDay]):
    class Meta:
        model = CalendarDay
        fields = ("day_on", "is_worked", "name")


class WorkingCalendarSerializer(serializers.ModelSerializer[WorkingCalendar]):
    """`days` and `teams` are given whole: those that are not named are so no more."""

    days = CalendarDaySerializer(many=True, required=False)
    teams = serializers.PrimaryKeyRelatedField(many=True, queryset=Team.objects.all(), required=False)
    is_everybodys = serializers.SerializerMethodField(help_text="Whether teams without one of their own go by it.")

    class Meta:
        model = WorkingCalendar
        fields = (
            "id", "name", "is_everybodys", "country", "region", "weekend", "time_zone", "cut_off_hour", "days", "teams",
        )  # fmt: skip
        extra_kwargs = {"cut_off_hour": {"max_value": 24}, "weekend": {"max_length": 6}}

    def get_is_everybodys(self, calendar: WorkingCalendar) -> bool:
        return calendar.pk == WorkingCalendar.DEFAULT

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A country, a region of it and a clock that are known, and each day once."""
        attrs |= {name: attrs[name].upper() for name in ("country", "region") if name in attrs}
        known = {name: attrs.get(name, getattr(self.instance, name, "")) for name in ("country", "region", "time_zone")}
        days = [day["day_on"] for day in attrs.get("days", ())]
        problems = list(wrong_with(**known).values())
        if problems or len(days) > len(set(days)):
            raise serializers.ValidationError(problems or "Name each day once.")
        return attrs

    def save(self, **kwargs: Any) -> WorkingCalendar:
        values = {**self.validated_data, **kwargs}
        days, teams = values.pop("days", None), values.pop("teams", None)
        calendar = self.instance or WorkingCalendar()
        for name, value in values.items():
            setattr(calendar, name, value)
        written = None if days is None else [CalendarDay(calendar=calendar, **day) for day in days]
        try:
            write_calendar(calendar=calendar, days=written, teams=teams, by=user_of(self.context["request"]))
        except ValidationError as problem:
            raise as_invalid(problem) from problem
        self.instance = calendar
        return calendar


class WorkingCalendarPages(CursorPagination):
    ordering = "name"


class WorkingCalendarViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Everybody's calendar, and those of teams that work by another one."""

    http_method_names = ("get", "post", "patch", "delete", "head", "options")
    serializer_class = WorkingCalendarSerializer
    pagination_class = WorkingCalendarPages
    queryset = WorkingCalendar.objects.none()
    permission_classes = (*viewsets.GenericViewSet.permission_classes, MaySetCalendars)

    def get_queryset(self) -> QuerySet[WorkingCalendar]:
        return WorkingCalendar.objects.prefetch_related(
            Prefetch("days", CalendarDay.objects.order_by("day_on")), "teams"
        )

    @extend_schema(responses={201: WorkingCalendarSerializer, 409: CONFLICT})
    def create(self, request: Request) -> Response:
        """Add a calendar for teams that work by another one than everybody."""
        return self._written(self.get_serializer(data=request.data), 201)

    @extend_schema(responses={200: WorkingCalendarSerializer, 409: CONFLICT})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a calendar. What was promised before stays."""
        return self._written(self.get_serializer(self.get_object(), data=request.data, partial=True), 200)

    @extend_schema(responses={204: None, 409: CONFLICT})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a calendar; 409 for everybody's, and for one that is in use."""
        remove_calendar(calendar=self.get_object(), by=user_of(request))
        return Response(status=204)

    def _written(self, given: Any, status: int) -> Response:
        given.is_valid(raise_exception=True)
        calendar = given.save()
        return Response(self.get_serializer(self.get_queryset().get(pk=calendar.pk)).data, status=status)
