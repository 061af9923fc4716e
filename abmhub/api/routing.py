"""Whose new tasks are, who can do what, and when it is said that a task is late."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import ConflictSerializer, as_invalid
from abmhub.api.permissions import MayRule
from abmhub.api.requests import user_of
from abmhub.orders.actions import remove_rule, set_rule
from abmhub.orders.models import EscalationStep, RoutingRule, Skill

CONFLICT = OpenApiResponse(ConflictSerializer)


class _RuleSerializer(serializers.ModelSerializer[Any]):
    """Kept by the action, so that whoever may not is refused there too."""

    named: tuple[str, ...] = ()
    """The fields that name many rows."""

    def save(self, **kwargs: Any) -> Any:
        values = {**self.validated_data, **kwargs}
        chosen = {name: values.pop(name) for name in self.named if name in values}
        model: Any = self.Meta.model
        rule = self.instance or model()
        for name, value in values.items():
            setattr(rule, name, value)
        try:
            set_rule(rule=rule, chosen=chosen, by=user_of(self.context["request"]))
        except ValidationError as problem:
            raise as_invalid(problem) from problem
        self.instance = rule
        return rule


class RoutingRuleSerializer(_RuleSerializer):
    named = ("tactics", "categories", "tiers", "territories")
    occasion = serializers.CharField(read_only=True, help_text="What it means, in a few words.")
    destination = serializers.CharField(read_only=True, help_text="To whom, in a few words.")

    class Meta:
        model = RoutingRule
        fields = (
            "id", "position", "name", "is_active", "tactics", "categories", "tiers", "territories", "goes_to",
            "person", "team", "skill", "occasion", "destination",
        )  # fmt: skip


class SkillSerializer(_RuleSerializer):
    named = ("people", "tactics")

    class Meta:
        model = Skill
        fields = ("id", "name", "people", "tactics")


class EscalationStepSerializer(_RuleSerializer):
    about = serializers.CharField(source="get_level_display", read_only=True, help_text="What is said, and to whom.")

    class Meta:
        model = EscalationStep
        fields = ("level", "about", "working_days", "is_active")
        read_only_fields = ("level",)


class RoutingRulePages(CursorPagination):
    ordering = ("position", "id")


class SkillPages(CursorPagination):
    ordering = "name"


class EscalationStepPages(CursorPagination):
    ordering = "level"


class _Rules(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    permission_classes = (*viewsets.GenericViewSet.permission_classes, MayRule)

    def _written(self, given: Any, status: int) -> Response:
        given.is_valid(raise_exception=True)
        rule = given.save()
        return Response(self.get_serializer(self.get_queryset().get(pk=rule.pk)).data, status=status)


class RoutingRuleViewSet(_Rules):
    """The rules by which new tasks are given to people, in the order in which they are asked; the first decides."""

    http_method_names = ("get", "post", "patch", "delete", "head", "options")
    serializer_class = RoutingRuleSerializer
    pagination_class = RoutingRulePages
    queryset = RoutingRule.objects.none()

    def get_queryset(self) -> QuerySet[RoutingRule]:
        rules = RoutingRule.objects.select_related("person", "team", "skill")
        return rules.prefetch_related("tactics", "categories", "tiers", "territories")

    @extend_schema(responses={201: RoutingRuleSerializer, 409: CONFLICT})
    def create(self, request: Request) -> Response:
        """Add a rule. It decides about tasks that are ordered from now on."""
        return self._written(self.get_serializer(data=request.data), 201)

    @extend_schema(responses={200: RoutingRuleSerializer, 409: CONFLICT})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a rule; who has a task keeps it."""
        return self._written(self.get_serializer(self.get_object(), data=request.data, partial=True), 200)

    @extend_schema(responses={204: None, 409: CONFLICT})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a rule. To rest it, set `is_active` to false."""
        remove_rule(rule=self.get_object(), by=user_of(request))
        return Response(status=204)


class SkillViewSet(_Rules):
    """What not everybody can do: who can, and which tactics ask for it."""

    http_method_names = ("get", "post", "patch", "delete", "head", "options")
    serializer_class = SkillSerializer
    pagination_class = SkillPages
    queryset = Skill.objects.none()

    def get_queryset(self) -> QuerySet[Skill]:
        return Skill.objects.prefetch_related("people", "tactics")

    @extend_schema(responses={201: SkillSerializer, 409: CONFLICT})
    def create(self, request: Request) -> Response:
        """Add a skill."""
        return self._written(self.get_serializer(data=request.data), 201)

    @extend_schema(responses={200: SkillSerializer, 409: CONFLICT})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change who has it, or which tactics ask for it."""
        return self._written(self.get_serializer(self.get_object(), data=request.data, partial=True), 200)

    @extend_schema(responses={204: None, 409: CONFLICT})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a skill; 409 while a rule gives tasks by it."""
        remove_rule(rule=self.get_object(), by=user_of(request))
        return Response(status=204)


class EscalationStepViewSet(_Rules):
    """How many working days before or after the due date who is told that a task is late."""

    http_method_names = ("get", "patch", "head", "options")
    serializer_class = EscalationStepSerializer
    pagination_class = EscalationStepPages
    queryset = EscalationStep.objects.all()

    @extend_schema(responses={200: EscalationStepSerializer, 409: CONFLICT})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change when it is said, or rest it."""
        return self._written(self.get_serializer(self.get_object(), data=request.data, partial=True), 200)
