"""Orders: what was ordered for accounts that you may see, and placing one."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.accounts.models import Account
from abmhub.api.errors import ConflictSerializer
from abmhub.api.people import PersonSerializer, TierSerializer
from abmhub.api.permissions import MayOrder
from abmhub.api.requests import IDEMPOTENCY_KEY, idempotency_key_of, user_of
from abmhub.orders.actions import LineRequest, place_order
from abmhub.orders.models import Order, OrderLine, Task


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    tactic = serializers.CharField(source="tactic.name", read_only=True)
    tactic_id = serializers.IntegerField(read_only=True)
    task_id = serializers.IntegerField(source="task.pk", read_only=True)
    task_state = serializers.ChoiceField(
        source="task.state", choices=Task.State.choices, read_only=True, help_text="held: the order waits for approval."
    )

    class Meta:
        model = OrderLine
        fields = (
            "id",
            "tactic_id",
            "tactic",
            "task_id",
            "task_state",
            "quantity",
            "unit_cost",
            "line_cost",
            "actual_cost",
            "goal",
            "promised_on",
            "state",
            "delivered_at",
            "cancelled_at",
        )


class OrderSerializer(serializers.ModelSerializer[Order]):
    number = serializers.CharField(read_only=True)
    account_name = serializers.CharField(source="account.name", read_only=True)
    tier = TierSerializer(read_only=True)
    placed_by = PersonSerializer(read_only=True)
    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = (
            "id",
            "number",
            "account",
            "account_name",
            "tier",
            "placed_by",
            "placed_at",
            "total_amount",
            "currency",
            "note",
            "lines",
        )


class NewLineSerializer(serializers.Serializer[Any]):
    tactic = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    contacts = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=500,
        help_text="The recipients: contacts of the account.",
    )
    goal = serializers.CharField(max_length=200, allow_blank=True, default="")
    seen_cost = serializers.DecimalField(
        max_digits=10,
        decimal_places=2,
        min_value=0,
        allow_null=True,
        default=None,
        help_text="What one piece cost when it was shown. Another price now is refused with 409, and the difference.",
    )


class NewOrderSerializer(serializers.Serializer[Any]):
    account = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    note = serializers.CharField(max_length=500, allow_blank=True, default="")
    seen_tier = serializers.IntegerField(
        min_value=0,
        max_value=9,
        allow_null=True,
        default=None,
        help_text="The level of the tier whose menu was shown, 0 for none. Another tier now is refused with 409.",
    )
    lines = serializers.ListField(child=NewLineSerializer(), allow_empty=False, max_length=100)


class OrderFilter(django_filters.FilterSet):
    placed_by = django_filters.NumberFilter(field_name="placed_by_id")
    account = django_filters.NumberFilter(field_name="account_id")
    state = django_filters.ChoiceFilter(
        choices=OrderLine.State,
        method="with_a_line_in",
        label="Orders with a line in this state",
    )

    class Meta:
        model = Order
        fields = ()

    @extend_schema_field(serializers.ChoiceField(choices=OrderLine.State.choices))
    def with_a_line_in(self, orders: Any, _name: str, state: str) -> Any:
        return orders.filter(pk__in=OrderLine.objects.filter(state=state).values("order"))


class OrderPages(CursorPagination):
    ordering = "-id"


class OrderViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Order]):
    """Orders for the accounts that you may see, newest first."""

    serializer_class = OrderSerializer
    pagination_class = OrderPages
    filterset_class = OrderFilter
    queryset = Order.objects.none()
    permission_classes = (*viewsets.GenericViewSet.permission_classes, MayOrder)

    def get_queryset(self) -> QuerySet[Order]:
        return Order.objects.visible_to(user_of(self.request)).with_lines()

    @extend_schema(
        request=NewOrderSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: OrderSerializer, 409: OpenApiResponse(ConflictSerializer)},
    )
    def create(self, request: Request) -> Response:
        """Place an order: all of its lines, or none and the reason."""
        wish = NewOrderSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        key = idempotency_key_of(request)
        user = user_of(request)
        order = place_order(
            account=get_object_or_404(Account.objects.visible_to(user), pk=wish.validated_data["account"]),
            by=user,
            at=timezone.now(),
            lines=[
                LineRequest(
                    tactic_id=line["tactic"],
                    contact_ids=tuple(line["contacts"]),
                    goal=line["goal"],
                    seen_cost=line["seen_cost"],
                )
                for line in wish.validated_data["lines"]
            ],
            idempotency_key=key,
            note=wish.validated_data["note"],
            seen_tier=wish.validated_data["seen_tier"],
        )
        return Response(self.get_serializer(self.get_queryset().get(pk=order.pk)).data, status=201)
