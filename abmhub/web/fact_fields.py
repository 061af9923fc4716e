"""How a fact of an account is asked for: one form field for each kind."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, RegexValidator
from django.utils import timezone
from django_countries import countries

from abmhub.accounts.editing import people_to_assign
from abmhub.accounts.facts import Fact
from abmhub.accounts.models import Account, Attribute, Segment, Territory
from abmhub.users.models import User

MOST_TECHNOLOGIES = 50
CURRENCY = RegexValidator(r"\A[A-Z]{3}\Z", "Three capital letters, for example EUR.")


class AttributeField(forms.CharField):
    """The value of a custom attribute; empty is unknown."""

    def __init__(self, attribute: Attribute, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.attribute = attribute

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        return self.attribute.understood(text) if text else None


class ListField(forms.CharField):
    """Words between commas, each once."""

    def clean(self, value: Any) -> Any:
        words = (" ".join(word.split()) for word in super().clean(value).split(","))
        found = list(dict.fromkeys(filter(None, words)))
        if len(found) > MOST_TECHNOLOGIES or any(len(word) > 60 for word in found):
            raise forms.ValidationError(f"At most {MOST_TECHNOLOGIES}, of at most 60 characters each.")
        return found

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


def field_of(fact: Fact, by: User, *, account: Account | None = None, empty: str = "Not known") -> forms.Field:
    """A field that may stay empty and gives a value for `edit_accounts`."""
    make = FIELDS.get(fact.code)
    if fact.attribute:
        found = _of_attribute(fact.attribute, empty)
    elif make:
        found = make(by, empty)
    else:
        found = _of_column(fact.code)
    if account is not None and fact.code == "owner" and isinstance(found, forms.ModelChoiceField):
        # Whoever has it may keep it, also when this person could not give it to them.
        mine = people_to_assign(by) | User.objects.filter(pk=account.owner_id)  # type: ignore[misc]
        found.queryset = mine.distinct().order_by("name", "pk")
    found.label, found.required = fact.label, False
    return found


def _yes_no(empty: str) -> forms.Field:
    choices = [("", empty), ("yes", "Yes"), ("no", "No")]
    return forms.TypedChoiceField(choices=choices, coerce=lambda value: value == "yes", empty_value=None)


def _owner(by: User, _empty: str) -> forms.Field:
    return forms.ModelChoiceField(people_to_assign(by).distinct().order_by("name", "pk"), empty_label="Nobody")


def _territory(_by: User, _empty: str) -> forms.Field:
    return forms.ModelChoiceField(Territory.objects.order_by("name"), empty_label="None")


def _technologies(_by: User, _empty: str) -> forms.Field:
    return ListField(help_text="Separated by commas.")


def _founded(_by: User, _empty: str) -> forms.Field:
    return forms.IntegerField(min_value=1000, validators=[MaxValueValidator(timezone.localdate().year)])


FIELDS = {
    "owner": _owner,
    "territory": _territory,
    "segment": lambda _by, empty: forms.ChoiceField(choices=[("", empty), *Segment.choices]),
    "country": lambda _by, empty: forms.ChoiceField(choices=[("", empty), *countries]),
    "is_target": lambda _by, empty: _yes_no(empty),
    "technologies": _technologies,
    "currency": lambda _by, _empty: forms.CharField(max_length=3, validators=[CURRENCY]),
    "founded_year": _founded,
}


def _of_column(code: str) -> forms.Field:
    found = Account._meta.get_field(code).formfield()  # type: ignore[union-attr]
    assert isinstance(found, forms.Field)  # noqa: S101 - every column of the facts has one
    found.help_text = ""
    return found


def _of_attribute(attribute: Attribute, empty: str) -> forms.Field:
    kind = attribute.kind
    widget: forms.Widget = forms.TextInput()
    if kind == Attribute.Kind.CHOICE:
        widget = forms.Select(choices=[("", empty), *((choice, choice) for choice in attribute.choices)])
    elif kind == Attribute.Kind.YES_NO:
        widget = forms.Select(choices=[("", empty), ("yes", "Yes"), ("no", "No")])
    elif kind == Attribute.Kind.DATE:
        widget = forms.DateInput(attrs={"type": "date"})
    elif attribute.is_measured:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return AttributeField(attribute, widget=widget, help_text=attribute.help_text or attribute.unit)
