"""Facts of accounts as programs read and change them, custom attributes included."""

from typing import Any

from django.core.exceptions import ValidationError as Misunderstood
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from abmhub.accounts.facts import ATTRIBUTE_PREFIX, COLUMNS, Value
from abmhub.accounts.models import Account, Attribute

ATTRIBUTES = {
    "type": "object",
    "additionalProperties": {
        "oneOf": [
            {"type": "string"},
            {"type": "number"},
            {"type": "boolean"},
        ],
        "nullable": True,
    },
    "description": "Value by code of the attributes that this installation defined.",
}


class _InUse(serializers.Field[Any, Any, Any, Any]):
    """Knows the attributes that are not archived; asks once for all rows of an answer."""

    @property
    def known(self) -> dict[str, Attribute]:
        root: Any = self.root
        if not hasattr(root, "own_attributes"):
            root.own_attributes = {attribute.code: attribute for attribute in Attribute.objects.in_use()}
        found: dict[str, Attribute] = root.own_attributes
        return found


@extend_schema_field(ATTRIBUTES)
class OwnAttributes(_InUse):
    """The values of an account, as they are stored."""

    default_error_messages = {"invalid": "Give an object: value by code."}

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return {code: known for code, known in value.items() if code in self.known}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        return {code: self._understood(code, value) for code, value in data.items()}

    def _understood(self, code: str, value: Any) -> Any:
        attribute = self.known.get(code)
        if attribute is None:
            raise serializers.ValidationError(f"There is no attribute “{code}”.")
        if value is None or value == "":
            return None
        words = ("no", "yes")[value] if isinstance(value, bool) else str(value)
        if "\0" in words or words != words.encode(errors="ignore").decode():
            raise serializers.ValidationError(f"{code}: this is no text that can be kept.")
        try:
            return attribute.understood(words)
        except Misunderstood as problem:
            raise serializers.ValidationError(f"{code}: {problem.message}") from problem


class FactsSerializer(serializers.ModelSerializer[Account]):
    """Facts that may be changed. Owner and territory are given by their keys."""

    attributes = OwnAttributes(required=False)

    class Meta:
        model = Account
        fields = (*COLUMNS, "attributes")
        extra_kwargs = {"name": {"required": False}}

    def to_internal_value(self, data: Any) -> Any:
        """What no fact is called is refused, and not passed over."""
        if isinstance(data, dict) and data.keys() - self.fields.keys():
            raise serializers.ValidationError({"non_field_errors": f"There are these facts: {', '.join(self.fields)}."})
        return super().to_internal_value(data)


class EditSerializer(serializers.Serializer[Any]):
    """What each fact was when you read it, and what it shall be."""

    was = FactsSerializer(required=False, help_text="The facts as you read them.")
    value = FactsSerializer(required=False, help_text="The same facts as they shall be.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises ValidationError unless both tell of the same facts."""
        if _by_code(attrs.get("was", {})).keys() != _by_code(attrs.get("value", {})).keys():
            raise serializers.ValidationError("Say of each fact that you change what it was, and of no other.")
        return attrs

    def changes(self) -> dict[str, tuple[Value, Value]]:
        """What each fact was and shall be, by the codes that the domain has for them."""
        was, value = (_by_code(self.validated_data.get(side, {})) for side in ("was", "value"))
        return {code: (was[code], value[code]) for code in value}


def _by_code(facts: dict[str, Any]) -> dict[str, Value]:
    own = {f"{ATTRIBUTE_PREFIX}{code}": value for code, value in facts.get("attributes", {}).items()}
    return {name: value for name, value in facts.items() if name != "attributes"} | own
