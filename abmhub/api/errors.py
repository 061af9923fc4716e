"""One format for every error: {"type", "errors": [{"code", "detail", "attr"}]}."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.openapi_validation_errors import extend_validation_errors
from rest_framework import serializers, viewsets
from rest_framework.exceptions import APIException, PermissionDenied

from abmhub.core.refusals import NotAllowed, Refused


class Conflict(APIException):
    """The state of things does not allow what was asked; nothing was changed."""

    status_code = 409
    default_code = "conflict"


class Handler(ExceptionHandler):
    """Turns a refusal of the domain into an answer, with the refusal's name as its code."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, NotAllowed):
            return PermissionDenied(exc.message)
        if isinstance(exc, Refused):
            code = re.sub(r"(?<!^)(?=[A-Z])", "_", type(exc).__name__).lower()
            return Conflict(exc.message, code=code)
        converted: Exception = super().convert_known_exceptions(exc)
        return converted


class ConflictErrorSerializer(serializers.Serializer[object]):
    code = serializers.CharField(help_text="The name of the refusal, for example out_of_budget.")
    detail = serializers.CharField(help_text="What is in the way, and what would change it.")
    attr = serializers.CharField(allow_null=True)


class ConflictSerializer(serializers.Serializer[object]):
    """The answer 409: what was asked is not possible now, and nothing was changed."""

    type = serializers.ChoiceField(choices=["client_error"])
    # The name is the format's; it hides what a serializer would tell of its own validation.
    errors = ConflictErrorSerializer(many=True)  # type: ignore[assignment]


def as_invalid(problem: ValidationError) -> serializers.ValidationError:
    """What a model found wrong with a row as a whole, as an answer."""
    return serializers.ValidationError({"non_field_errors": problem.messages})


Document = Callable[[type[viewsets.ViewSet]], type[viewsets.ViewSet]]


def refuses_query(asked: type[serializers.Serializer[Any]]) -> Document:
    """Document, field by field, what `list` finds wrong with a query that this serializer reads.

    The library collects that by itself for bodies and filters only.
    """

    def document(view: type[viewsets.ViewSet]) -> type[viewsets.ViewSet]:
        for name, field in asked().fields.items():
            codes = {*field.error_messages, *(getattr(each, "code", "invalid") for each in field.validators)}
            view = extend_validation_errors(sorted(codes), field_name=name, actions=["list"])(view)
        return view

    return document
