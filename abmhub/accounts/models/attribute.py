"""What an installation wants to know of accounts beyond the facts that everybody does."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from abmhub.accounts.models.account import Account

YES = frozenset({"yes", "y", "true", "1", "on", "x"})
NO = frozenset({"no", "n", "false", "0", "off"})
MOST_CHARACTERS = 500
MOST_DIGITS = 18

AttributeValue = str | int | float | bool
"""A value as it lies in `Account.attributes`: a date as 2026-03-04, a number or money as a JSON number."""


class AttributeQuerySet(models.QuerySet["Attribute"]):
    def in_use(self) -> Self:
        """Those that pages, files and rules offer, in their order."""
        return self.filter(archived_at=None).order_by("position", "label", "pk")


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["indexed_at"], append_only=True
)
class Attribute(models.Model):
    """A custom attribute of accounts: defined in the admin, usable everywhere at once, without a migration.

    Its values lie in `Account.attributes` under its code, which therefore never changes.
    """

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        MONEY = "money", "Money"
        DATE = "date", "Date"
        CHOICE = "choice", "Choice"
        YES_NO = "yes_no", "Yes or no"

    MEASURED = (Kind.NUMBER, Kind.MONEY)

    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"\A[a-z][a-z0-9_]*\Z", "Small letters, digits and _, a letter first.")],
        help_text="The name in files and in the API; it cannot be changed.",
    )
    label = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    choices = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, help_text="For a choice: separated by commas."
    )
    unit = models.CharField(
        max_length=30,
        blank=True,
        help_text="For a number, for example: parcels a month. Money is in the business currency.",
    )
    help_text = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_filter = models.BooleanField(
        "offered as a filter", default=False, help_text="Then the account list can be narrowed by it, from an index."
    )
    indexed_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AttributeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="choice") & ~models.Q(choices=[])
                | ~models.Q(kind="choice") & models.Q(choices=[]),
                name="attribute_choices_for_a_choice",
                violation_error_message="A choice needs its choices, and nothing else has any.",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_measured(self) -> bool:
        """Whether its values are more or less than others: numbers and money."""
        return self.kind in self.MEASURED

    def is_known_of_accounts(self) -> bool:
        """Whether any account has a value of it; asks every account when none has."""
        return Account.objects.filter(attributes__has_key=self.code).exists()

    def understood(self, text: str) -> AttributeValue:
        """The value that a person typed, as it is stored. Raises ValidationError that says what is wanted."""
        words = " ".join(text.split())
        match self.kind:
            case self.Kind.NUMBER | self.Kind.MONEY:
                return self._number(words)
            case self.Kind.DATE:
                try:
                    return date.fromisoformat(words).isoformat()
                except ValueError:
                    raise ValidationError("Write the date as 2026-03-04.") from None
            case self.Kind.CHOICE:
                found = next((choice for choice in self.choices if choice.casefold() == words.casefold()), None)
                if found is None:
                    raise ValidationError(f"Choose one of {', '.join(self.choices)}.")
                return found
            case self.Kind.YES_NO:
                if words.casefold() not in YES | NO:
                    raise ValidationError("Say yes or no.")
                return words.casefold() in YES
        if len(words) > MOST_CHARACTERS:
            raise ValidationError(f"At most {MOST_CHARACTERS} characters.")
        return words

    def _number(self, words: str) -> int | float:
        try:
            found = Decimal(words.replace(",", ""))
        except InvalidOperation:
            raise ValidationError("Write a number, for example 1200 or 12.5.") from None
        return self.measured(found)

    def measured(self, found: Decimal) -> int | float:
        """A number as it is stored: in cents, whole where it is. Raises ValidationError for one that is no measure."""
        if not found.is_finite() or abs(found) >= Decimal(10) ** (MOST_DIGITS - 2):
            raise ValidationError("That number is too large.")
        found = round(found, 2)
        return int(found) if found == found.to_integral_value() else float(found)
