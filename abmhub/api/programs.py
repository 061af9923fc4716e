"""Programs: whom they are for, what they cost, and freezing their lists."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.accounts.models import Account
from abmhub.api.errors import ConflictSerializer
from abmhub.api.permissions import MayEditPrograms
from abmhub.api.requests import user_of
from abmhub.campaigns.actions import freeze_program, write_program
from abmhub.campaigns.models import Program, ProgramAccount
from abmhub.users.verbs import may

CONFLICT = OpenApiResponse(ConflictSerializer)
MONEY = ("budget_amount", "spent_amount")


class ProgramSerializer(serializers.ModelSerializer[Program]):
    """Once the list is frozen its period, first day, tiers, territories and account group stay as they are."""

    ends_on = serializers.DateField(read_only=True)
    accounts = serializers.IntegerField(source="account_count", read_only=True, help_text="On the frozen list.")
    spent_amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, read_only=True, allow_null=True, help_text="What its campaigns cost."
    )

    class Meta:
        model = Program
        fields = (
            "id",
            "name",
            "audience",
            "period",
            "starts_on",
            "ends_on",
            "tiers",
            "territories",
            "segment",
            "budget_amount",
            "spent_amount",
            "currency",
            "objectives",
            "accounts",
            "frozen_at",
        )
        read_only_fields = ("frozen_at",)
        extra_kwargs = {"budget_amount": {"min_value": 0}}

    def to_representation(self, instance: Program) -> dict[str, Any]:
        """What it costs is not for everybody: null for them."""
        shown: dict[str, Any] = super().to_representation(instance)
        if not may(user_of(self.context["request"]), "campaigns.see_money"):
            shown |= dict.fromkeys(MONEY)
        return shown

    def save(self, **kwargs: Any) -> Program:
        """Raises NotAllowed, ListIsFixed and, for a name or a first day that will not do, a ValidationError."""
        values = {**self.validated_data, **kwargs}
        program = self.instance or Program()
        tiers = values.pop("tiers", list(program.tiers.all()) if program.pk else [])
        territories = values.pop("territories", list(program.territories.all()) if program.pk else [])
        for name, value in values.items():
            setattr(program, name, value)
        try:
            self.instance = write_program(
                program=program, tiers=tiers, territories=territories, by=user_of(self.context["request"])
            )
        except ValidationError as problem:
            told = {
                "non_field_errors" if name == "__all__" else name: words for name, words in problem.message_dict.items()
            }
            raise serializers.ValidationError(told) from problem
        return self.instance


class ProgramAccountSerializer(serializers.ModelSerializer[ProgramAccount]):
    name = serializers.CharField(source="account.name", read_only=True)
    tier_then = serializers.IntegerField(source="tier_id", allow_null=True, help_text="When the list was frozen.")

    class Meta:
        model = ProgramAccount
        fields = ("account", "name", "tier_then")


class FrozenSerializer(serializers.Serializer[Any]):
    accounts = serializers.IntegerField(help_text="How many the list holds.")


class ProgramFilter(django_filters.FilterSet):
    class Meta:
        model = Program
        fields = ("period", "starts_on", "audience")


class ProgramPages(CursorPagination):
    ordering = ("-starts_on", "-id")


class ProgramAccountPages(CursorPagination):
    ordering = "id"


class ProgramViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[Program],
):
    """Named runs of the menu over a frozen list of accounts, the newest first."""

    http_method_names = ("get", "post", "patch", "head", "options")
    serializer_class = ProgramSerializer
    pagination_class = ProgramPages
    filterset_class = ProgramFilter
    queryset = Program.objects.none()
    permission_classes = (*viewsets.GenericViewSet.permission_classes, MayEditPrograms)

    def get_queryset(self) -> QuerySet[Program]:
        return Program.objects.with_sums().prefetch_related("tiers", "territories")

    @extend_schema(responses={201: ProgramSerializer, 409: CONFLICT})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Start a program. The name of its audience has to follow the convention."""
        return self._written(self.get_serializer(data=request.data), 201)

    @extend_schema(responses={200: ProgramSerializer, 409: CONFLICT})
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a program; 409 for what is fixed with its list."""
        return self._written(self.get_serializer(self.get_object(), data=request.data, partial=True), 200)

    def _written(self, given: Any, status: int) -> Response:
        given.is_valid(raise_exception=True)
        program = given.save()
        return Response(self.get_serializer(self.get_queryset().get(pk=program.pk)).data, status=status)

    @extend_schema(request=None, responses={200: FrozenSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def freeze(self, request: Request, pk: str) -> Response:
        """Fix the list of accounts by tiers, territories and account group as they are now; it changes no more."""
        count = freeze_program(program=self.get_object(), by=user_of(request), at=timezone.now())
        return Response({"accounts": count})

    @extend_schema(responses=ProgramAccountSerializer(many=True))
    @action(detail=True, pagination_class=ProgramAccountPages, filterset_class=None)
    def accounts(self, request: Request, pk: str) -> Response:
        """The accounts on the frozen list that you may see."""
        found = ProgramAccount.objects.filter(
            program=self.get_object(), account__in=Account.objects.visible_to(user_of(request))
        ).select_related("account")
        page: Any = self.paginate_queryset(found)  # type: ignore[arg-type]
        return self.get_paginated_response(ProgramAccountSerializer(page, many=True).data)
