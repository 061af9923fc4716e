"""Bulk orders: what each of many accounts can have, ordering it, and what became of it."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.accounts.models import Account
from abmhub.api.errors import ConflictSerializer
from abmhub.api.people import PersonSerializer
from abmhub.api.permissions import MayOrder
from abmhub.api.requests import IDEMPOTENCY_KEY, idempotency_key_of, user_of
from abmhub.orders.actions import confirm_bulk
from abmhub.orders.bulk import MOST_ACCOUNTS, BulkPlan, BulkWish, PlannedOrder, plan_for
from abmhub.orders.models import BulkOrder, BulkOrderRow


def _key() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class BulkWishSerializer(serializers.Serializer[Any]):
    """The same tactics for many accounts, and the rule by which recipients are found."""

    accounts = serializers.ListField(
        child=_key(), allow_empty=False, max_length=MOST_ACCOUNTS, help_text="The first ones are served first."
    )
    tactics = serializers.ListField(child=_key(), allow_empty=False, max_length=100)
    roles = serializers.ListField(
        child=_key(),
        default=list,
        max_length=100,
        help_text="People in these buying roles; with none, whom a tactic suits.",
    )
    personas = serializers.ListField(child=_key(), default=list, max_length=100, help_text="Or of these personas.")
    people = serializers.IntegerField(
        min_value=1, max_value=20, default=1, help_text="At most, per account and tactic; more where it takes more."
    )
    goal = serializers.CharField(max_length=200, allow_blank=True, default="")


class NewBulkOrderSerializer(BulkWishSerializer):
    """A wish, as its plan was shown."""

    seen = serializers.CharField(max_length=64, help_text="The fingerprint of the plan: another plan now is refused.")
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class PlannedLineSerializer(serializers.Serializer[Any]):
    tactic_id = serializers.IntegerField(source="request.tactic_id")
    contacts = serializers.ListField(child=serializers.IntegerField(), source="request.contact_ids")
    cost = serializers.DecimalField(max_digits=14, decimal_places=2)
    promise_on = serializers.DateField()


class LeftOutSerializer(serializers.Serializer[Any]):
    tactic_id = serializers.IntegerField(source="tactic.pk")
    problem = serializers.CharField()
    remedy = serializers.CharField()


class PlannedOrderSerializer(serializers.Serializer[PlannedOrder]):
    account = serializers.IntegerField(source="account.pk")
    tier = serializers.IntegerField(source="level", help_text="0 for none.")
    cost = serializers.DecimalField(max_digits=14, decimal_places=2)
    lines = PlannedLineSerializer(many=True)
    left_out = LeftOutSerializer(many=True)
    problem = serializers.CharField(help_text="Why it gets nothing; empty when it gets something.")


class DrawSerializer(serializers.Serializer[Any]):
    envelope = serializers.CharField(source="envelope.name")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    free_amount = serializers.DecimalField(max_digits=14, decimal_places=2, source="envelope.free_amount")


class BulkPlanSerializer(serializers.Serializer[BulkPlan]):
    fingerprint = serializers.CharField(help_text="Send it as `seen` to order just this.")
    total = serializers.DecimalField(max_digits=14, decimal_places=2)
    currency = serializers.CharField()
    draws = DrawSerializer(many=True, help_text="What it takes from each envelope.")
    rows = PlannedOrderSerializer(many=True)


class BulkOrderRowSerializer(serializers.ModelSerializer[BulkOrderRow]):
    class Meta:
        model = BulkOrderRow
        fields = ("account", "state", "order", "refusal", "left_out")


class BulkOrderSerializer(serializers.ModelSerializer[BulkOrder]):
    number = serializers.CharField(read_only=True)
    placed_by = PersonSerializer(read_only=True)
    rows = BulkOrderRowSerializer(many=True, read_only=True)

    class Meta:
        model = BulkOrder
        fields = ("id", "number", "placed_by", "placed_at", "finished_at", "total_amount", "currency", "note", "rows")


class BulkOrderPages(CursorPagination):
    ordering = "-id"
    page_size = 20


class BulkOrderViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[BulkOrder]):
    """Bulk orders of yours and of your teams, newest first. A worker orders; look again until `finished_at`."""

    serializer_class = BulkOrderSerializer
    pagination_class = BulkOrderPages
    filter_backends = ()
    queryset = BulkOrder.objects.none()
    permission_classes = (*viewsets.GenericViewSet.permission_classes, MayOrder)

    def get_queryset(self) -> QuerySet[BulkOrder]:
        orders = BulkOrder.objects.visible_to(user_of(self.request))
        return orders.select_related("placed_by").prefetch_related(
            Prefetch("rows", BulkOrderRow.objects.order_by("pk"))
        )

    @extend_schema(
        request=BulkWishSerializer, responses={200: BulkPlanSerializer, 409: OpenApiResponse(ConflictSerializer)}
    )
    @action(detail=False, methods=["post"])
    def plan(self, request: Request) -> Response:
        """What each account can have of it, with the reasons otherwise; nothing is ordered."""
        accounts, wish, _ = _wished(request, BulkWishSerializer)
        plan = plan_for(accounts, wish, by=user_of(request), at=timezone.now())
        return Response(BulkPlanSerializer(plan).data)

    @extend_schema(
        request=NewBulkOrderSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: BulkOrderSerializer, 409: OpenApiResponse(ConflictSerializer)},
    )
    def create(self, request: Request) -> Response:
        """Order for each account what the plan gives it: an order each, or the reason why there is none."""
        accounts, wish, asked = _wished(request, NewBulkOrderSerializer)
        bulk = confirm_bulk(
            accounts=accounts,
            wish=wish,
            seen=asked["seen"],
            by=user_of(request),
            at=timezone.now(),
            idempotency_key=idempotency_key_of(request),
            note=asked["note"],
        )
        return Response(self.get_serializer(self.get_queryset().get(pk=bulk.pk)).data, status=201)


def _wished(request: Request, serializer: type[BulkWishSerializer]) -> tuple[list[int], BulkWish, dict[str, Any]]:
    """The accounts and the wish. Raises NotFound when one of the accounts is not visible to whoever asks."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    asked = given.validated_data
    accounts = list(dict.fromkeys(asked["accounts"]))
    if Account.objects.visible_to(user_of(request)).filter(pk__in=accounts).count() != len(accounts):
        raise NotFound("Some of these accounts do not exist, or are not yours to order for.")
    wish = BulkWish(
        tactic_ids=tuple(dict.fromkeys(asked["tactics"])),
        roles=frozenset(asked["roles"]),
        personas=frozenset(asked["personas"]),
        people=asked["people"],
        goal=asked["goal"],
    )
    return accounts, wish, asked
