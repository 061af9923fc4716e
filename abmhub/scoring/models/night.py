"""What the night keeps for the next one, so that it need look at what changed alone."""

from django.db import models


class ChangedAccount(models.Model):
    """Something happened to an account that its scores or its tier may depend on.

    Triggers write a row for each new event, otherwise one for each account and statement; nothing is unique, so that
    nobody waits for anybody. The night takes the rows in its transaction.
    """

    account_id = models.BigIntegerField()
    event_id = models.BigIntegerField(
        null=True, help_text="The event that was recorded, changed or deleted, if that is what happened."
    )
    is_weighed_anew = models.BooleanField(
        db_default=False,
        help_text="Events or people that were known already changed: all of its events are weighed anew.",
    )
    is_read_anew = models.BooleanField(db_default=False, help_text="What it reads about was observed: its intent.")

    def __str__(self) -> str:
        return f"{self.account_id}"


class NightBasis(models.Model):
    """The one row that says what the standings rest on."""

    as_of_on = models.DateField(help_text="The business day of the last night that wrote standings.")
    registers = models.CharField(
        max_length=64, help_text="A digest of all that concerns every account; when it changes, everybody is computed."
    )
    weighing = models.CharField(
        max_length=64,
        db_default="",
        default="",
        help_text="A digest of what decides what events weigh; when it changes, all are weighed anew.",
    )
    intent_weeks = models.CharField(
        max_length=64, help_text="A digest of the weeks that intent was computed of; when it changes, everybody's is."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="night_basis_is_one_row")]

    def __str__(self) -> str:
        return f"{self.as_of_on}"
