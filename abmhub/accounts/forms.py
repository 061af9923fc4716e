"""Custom attributes as fields of a form: one kind of field, whatever page it is on."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings

from abmhub.accounts.models import Attribute
from abmhub.accounts.models.attribute import AttributeValue

PREFIX = "attribute_"
UNKNOWN = ("", "Unknown")


class AttributeField(forms.Field):
    """What a person says of an attribute, as it is stored; None where they leave it empty."""

    def __init__(self, attribute: Attribute) -> None:
        self.attribute = attribute
        unit = settings.ABMHUB_BUSINESS_CURRENCY if attribute.kind == Attribute.Kind.MONEY else attribute.unit
        super().__init__(
            required=False,
            label=f"{attribute.label} ({unit})" if unit else attribute.label,
            help_text=attribute.help_text,
            widget=_widget(attribute),
        )

    def clean(self, value: Any) -> AttributeValue | None:
        """Raises ValidationError that says what is wanted."""
        words = str(value or "").strip()
        return self.attribute.understood(words) if words else None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "" if value is None else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


def _widget(attribute: Attribute) -> forms.Widget:
    match attribute.kind:
        case Attribute.Kind.CHOICE:
            return forms.Select(choices=[UNKNOWN, *((choice, choice) for choice in attribute.choices)])
        case Attribute.Kind.YES_NO:
            return forms.Select(choices=[UNKNOWN, ("yes", "Yes"), ("no", "No")])
        case Attribute.Kind.DATE:
            return forms.DateInput(attrs={"type": "date"})
        case Attribute.Kind.NUMBER | Attribute.Kind.MONEY:
            return forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.TextInput()


def attribute_fields(attributes: Iterable[Attribute]) -> dict[str, AttributeField]:
    """A field for each, by a name that no column of accounts has."""
    return {f"{PREFIX}{attribute.code}": AttributeField(attribute) for attribute in attributes}
