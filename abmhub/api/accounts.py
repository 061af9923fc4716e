"""Accounts, their facts, and the menu of one account."""

from typing import Any

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.accounts.editing import edit_field
from abmhub.accounts.models import Account
from abmhub.api.errors import ConflictSerializer
from abmhub.api.facts import EditSerializer, OwnAttributes
from abmhub.api.metric_pages import TakenSerializer
from abmhub.api.people import PersonSerializer, TierSerializer
from abmhub.api.permissions import MayEditAccounts, MayOverride
from abmhub.api.requests import user_of
from abmhub.api.why import NewOverrideSerializer, WhySerializer, why
from abmhub.core.days import business_day
from abmhub.core.models import Run
from abmhub.metrics import answers
from abmhub.metrics.content import taken_by
from abmhub.metrics.spans import Window
from abmhub.orders.menu import menu_for
from abmhub.scoring import filters
from abmhub.scoring.actions import end_override, override_of, override_tier
from abmhub.scoring.explanation import explained_on


class AccountSerializer(serializers.ModelSerializer[Account]):
    """An account with what the last night found. Scores are 0-100; null is unknown."""

    tier = TierSerializer(source="standing.tier", allow_null=True, default=None, read_only=True)
    tier_since_on = serializers.DateField(
        source="standing.tier_since_on", allow_null=True, default=None, read_only=True
    )
    earned_tier = TierSerializer(
        source="standing.earned_tier",
        allow_null=True,
        default=None,
        read_only=True,
        help_text="What the rules alone give; `held_by` says why the tier is another.",
    )
    held_by = serializers.CharField(source="standing.held_by", default="", read_only=True)
    reason = serializers.CharField(source="standing.summary", default="", read_only=True)
    fit = serializers.IntegerField(source="standing.fit", allow_null=True, default=None, read_only=True)
    intent = serializers.IntegerField(source="standing.intent", allow_null=True, default=None, read_only=True)
    engagement = serializers.IntegerField(source="standing.engagement", allow_null=True, default=None, read_only=True)
    owner = PersonSerializer(allow_null=True, read_only=True)
    territory = serializers.CharField(source="territory.name", allow_null=True, default=None, read_only=True)
    attributes = OwnAttributes(read_only=True)
    stale_since_on = serializers.DateField(
        source="standing.stale_since_on", allow_null=True, default=None, read_only=True
    )

    class Meta:
        model = Account
        fields = (
            "id",
            "name",
            "domain",
            "tier",
            "tier_since_on",
            "earned_tier",
            "held_by",
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
            "founded_year",
            "technologies",
            "attributes",
            "is_customer",
            "is_target",
            "refreshed_at",
            "refreshed_from",
            "stale_since_on",
        )


class AccountFilter(filters.AccountFilter):
    """What the account list can be narrowed by, and two that programs have long asked by."""

    name = django_filters.CharFilter(lookup_expr="icontains", label="In the name")
    domain = django_filters.CharFilter(label="Domain")

    def __init__(self, *args: Any, queryset: QuerySet[Account], **kwargs: Any) -> None:
        # The document is written of no accounts, and without a database.
        attributes = () if queryset.query.is_empty() else None
        super().__init__(*args, queryset=queryset, attributes=attributes, **kwargs)


# The document cannot see that a role is asked for by its code.
extend_schema_field(OpenApiTypes.STR)(AccountFilter.base_filters["missing_role"])


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
    promise_why = serializers.CharField(source="promise.why", help_text="How the date comes about.")
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
    """The accounts that you may see.

    A custom attribute that is offered as a filter narrows them too: `attributes.CODE=VALUE`; one that is measured, or
    a date, by `attributes.CODE.min` and `attributes.CODE.max`.
    """

    serializer_class = AccountSerializer
    pagination_class = AccountPages
    filterset_class = AccountFilter
    queryset = Account.objects.none()
    permission_classes = (*viewsets.ReadOnlyModelViewSet.permission_classes, MayEditAccounts)

    def get_queryset(self) -> QuerySet[Account]:
        return Account.objects.visible_to(user_of(self.request)).select_related(
            "standing__tier", "standing__earned_tier", "owner", "territory"
        )

    @extend_schema(
        request=EditSerializer,
        responses={200: AccountSerializer, 409: OpenApiResponse(ConflictSerializer)},
        filters=False,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change facts, all or none; refused with `stale_form` when one is not what you say it was."""
        edit = EditSerializer(data=request.data)
        edit.is_valid(raise_exception=True)
        user, now = user_of(request), timezone.now()
        with transaction.atomic():
            account = get_object_or_404(Account.objects.visible_to(user), pk=pk)
            for field, (was, value) in edit.changes().items():
                edit_field(account=account, field=field, was=was, value=value, by=user, at=now)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=WhySerializer, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def why(self, request: Request, pk: str) -> Response:
        """The arithmetic behind tier and scores, as of the last night."""
        today = business_day(timezone.now())
        last_night = Run.objects.last_finished("nightly")
        account = self.get_object()
        as_of = explained_on(account, last_night.business_day if last_night else None, today)
        found = why(account, as_of, today=today)
        context = {"weeks": found.weeks, "concentration": found.concentration}
        return Response(WhySerializer(found, context=context).data)

    @extend_schema(
        request=NewOverrideSerializer,
        responses={201: AccountSerializer, 409: OpenApiResponse(ConflictSerializer)},
        filters=False,
    )
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated, MayOverride], filterset_class=None)
    def override(self, request: Request, pk: str) -> Response:
        """Put the account in a tier by hand, at once and through a day. An override that holds until now is ended."""
        wish = NewOverrideSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        override_tier(account=self.get_object(), by=user_of(request), at=timezone.now(), **wish.validated_data)
        return Response(self.get_serializer(self.get_object()).data, status=201)

    @extend_schema(
        responses={200: AccountSerializer, 409: OpenApiResponse(ConflictSerializer)},
        filters=False,
    )
    @override.mapping.delete
    def end_override(self, request: Request, pk: str) -> Response:
        """Let the rules decide about the account again, at once."""
        end_override(override=override_of(self.get_object(), timezone.now()), by=user_of(request), at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=MenuSerializer, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def menu(self, request: Request, pk: str) -> Response:
        """What can be ordered for this account today, and why not where it cannot."""
        menu = menu_for(self.get_object(), by=user_of(request), at=timezone.now())
        return Response(MenuSerializer(menu).data)

    @extend_schema(responses=TakenSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def content(self, request: Request, pk: str) -> Response:
        """What the account took up in a year, from the first look to the purchase."""
        found = taken_by(self.get_object().pk, on=business_day(timezone.now()), window=Window.YEAR)
        return Response([answers.taken(each) for each in found])
