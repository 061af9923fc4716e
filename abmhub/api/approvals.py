"""Approvals: which orders wait for a decision, and deciding."""

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
from abmhub.api.permissions import MayDecide
from abmhub.api.requests import user_of
from abmhub.core.days import business_day
from abmhub.orders.actions import approve, decline, request_changes
from abmhub.orders.approvals import Deciders
from abmhub.orders.models import Approval

CONFLICT = OpenApiResponse(ConflictSerializer)
ACTIONS = {"approve": approve, "decline": decline, "change": request_changes}


class ApprovalSerializer(serializers.ModelSerializer[Approval]):
    order_number = serializers.CharField(source="order.number", read_only=True)
    account = serializers.IntegerField(source="order.account_id", read_only=True)
    account_name = serializers.CharField(source="order.account.name", read_only=True)
    currency = serializers.CharField(source="order.currency", read_only=True)
    asked_by = PersonSerializer(read_only=True)
    decided_by = PersonSerializer(read_only=True, allow_null=True)
    waits_for = serializers.SerializerMethodField(help_text="Who may decide today; nobody once it is decided.")

    class Meta:
        model = Approval
        fields = (
            "id",
            "order",
            "order_number",
            "account",
            "account_name",
            "total_amount",
            "currency",
            "why",
            "state",
            "asked_by",
            "asked_at",
            "escalated_at",
            "waits_for",
            "decided_by",
            "decided_at",
            "reason",
        )

    def get_waits_for(self, approval: Approval) -> list[str]:
        if not approval.is_pending:
            return []
        return [user.name for user in self._deciders().of(approval)]

    def _deciders(self) -> Deciders:
        """Once for a whole page."""
        known: Any = self.context
        if "deciders" not in known:
            rows: Any = self.parent.instance if self.parent else [self.instance]
            known["deciders"] = Deciders(list(rows), day=business_day(timezone.now()))
        deciders: Deciders = known["deciders"]
        return deciders


class DecisionSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(
        choices=[("approve", "Approve"), ("decline", "Decline"), ("change", "Ask for changes")],
        help_text="change gives the order back to whoever placed it, who sends it again under the same number.",
    )
    reason = serializers.CharField(max_length=500, help_text="Whoever ordered reads it at once.")


class ApprovalFilter(django_filters.FilterSet):
    account = django_filters.NumberFilter(field_name="order__account_id")

    class Meta:
        model = Approval
        fields = ("state", "order")


class ApprovalPages(CursorPagination):
    ordering = "id"


class ApprovalViewSet(viewsets.ReadOnlyModelViewSet[Approval]):
    """Askings for approval of orders that you may see, the oldest first; `state=pending` are those that wait."""

    serializer_class = ApprovalSerializer
    pagination_class = ApprovalPages
    filterset_class = ApprovalFilter
    queryset = Approval.objects.none()
    permission_classes = (*viewsets.GenericViewSet.permission_classes, MayDecide)

    def get_queryset(self) -> QuerySet[Approval]:
        return Approval.objects.visible_to(user_of(self.request)).for_list()

    @extend_schema(request=DecisionSerializer, responses={200: ApprovalSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Approve, decline or ask for changes; 403 for anybody whom it does not wait for, 409 when it is decided."""
        approval = self.get_object()
        decision = DecisionSerializer(data=request.data)
        decision.is_valid(raise_exception=True)
        act, reason = ACTIONS[decision.validated_data["verdict"]], decision.validated_data["reason"]
        act(approval=approval, by=user_of(request), at=timezone.now(), reason=reason)
        return Response(self.get_serializer(self.get_object()).data)
