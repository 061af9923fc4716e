"""From when on accounts were engaged."""

from django.db import models


class EngagedAccount(models.Model):
    """The day on which an account became engaged, by the rules of the last night and the events up to it.

    The night keeps it, so that it need not read old events again. It may outlive its account.
    """

    account_id = models.BigIntegerField(primary_key=True)
    engaged_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.account_id} since {self.engaged_on}"
