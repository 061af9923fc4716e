"""Accounts, and the menu of one account."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.accounts.models import Account, Segment
from abmhub.api.people import PersonSerializer, TierSerializer
from abmhub.api.requests import user_of
from abmhub.orders.menu import menu_for


class AccountSerializer(serializers.ModelSerializer[Account]):
    """An account with what the last night found. Scores are 0-100; null is unknown."""

    tier = TierSerializer(source="standing.tier", allow_null=True, default=None, read_only=True)
    tier_since_on = serializers.DateField(
        source="standing.tier_since_on", allow_null=True, default=None, read_only=True
    )
    reason = serializers.CharField(source="standing.summary", default="", read_only=True)
    fit = serializers.IntegerField(source="standing.fit", allow_null=True, default=None, read_only=True)
    intent = serializers.IntegerField(source="standing.intent", allow_null=True, default=None, read_only=True)
    engagement = serializers.IntegerField(source="standing.engagement", allow_null=True, default=None, read_only=True)
    owner = PersonSerializer(allow_null=True, read_only=True)
    territory = serializers.CharField(source="territory.name", allow_null=True, default=None, read_only=True)

    class Meta:
        model = Account
        fields = (
            "id",
            "name",
            "domain",
            "tier",
            "tier_since_on",
            "reason",
            "fit",
            "intent",
            "engagement",
            "owner",
            "territory",
            "parent",
            "industry",
            "country",
            "segment",
            "employees",
            "annual_revenue_amount",
            "acv_amount",
            "currency",
            "is_customer",
        )


class AccountFilter(django_filters.FilterSet):
    """`tier=0` asks for the accounts in no tier."""

    tier = django_filters.NumberFilter(method="in_tier", min_value=0, max_value=99)
    name = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
    segment = django_filters.ChoiceFilter(choices=Segment)
    owner = django_filters.NumberFilter(field_name="owner_id")

    class Meta:
        model = Account
        fields = ("domain", "industry", "country", "segment", "is_customer")

    def in_tier(self, accounts: Any, _name: str, level: int) -> Any:
        return accounts.in_tier(int(level))


class OfferSerializer(serializers.Serializer[Any]):
    """A tactic on the menu. `problem` says why it cannot be ordered now, `remedy` what would change that."""

    tactic = serializers.IntegerField(source="tactic.pk")
    name = serializers.CharField(source="tactic.name")
    category = serializers.CharField(source="tactic.category.name")
    unit_cost = serializers.DecimalField(max_digits=10, decimal_places=2)
    currency = serializers.CharField(source="tactic.currency")
    minimum_recipients = serializers.IntegerField(source="tactic.minimum_recipients")
    maximum_recipients = serializers.IntegerField(source="tactic.maximum_recipients")
    promise_on = serializers.DateField()
    stock_left = serializers.IntegerField(allow_null=True)
    quota_left = serializers.IntegerField()
    problem = serializers.CharField(allow_blank=True)
    remedy = serializers.CharField(allow_blank=True)


class MenuSerializer(serializers.Serializer[Any]):
    tier = TierSerializer(allow_null=True)
    free_amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, help_text="What the budget still holds."
    )
    offers = OfferSerializer(many=True)


class AccountPages(CursorPagination):
    ordering = "id"


class AccountViewSet(viewsets.ReadOnlyModelViewSet[Account]):
    """The accounts that you may see."""

    serializer_class = AccountSerializer
    pagination_class = AccountPages
    filterset_class = AccountFilter
    queryset = Account.objects.none()

    def get_queryset(self) -> QuerySet[Account]:
        return Account.objects.visible_to(user_of(self.request)).select_related("standing__tier", "owner", "territory")

    @extend_schema(responses=MenuSerializer, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def menu(self, request: Request, pk: str) -> Response:
        """What can be ordered for this account today, and why not where it cannot."""
        menu = menu_for(self.get_object(), by=user_of(request), at=timezone.now())
        return Response(MenuSerializer(menu).data)
