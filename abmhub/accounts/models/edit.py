"""Changes that people made to accounts, many at once or one, kept so that they can be taken back."""

from django.db import models

from abmhub.accounts.models.account import Account
from abmhub.users.models import User


class AccountEdit(models.Model):
    """One decision of one person about some accounts."""

    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="account_edits")
    edited_at = models.DateTimeField()
    summary = models.CharField(max_length=300)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-edited_at"], name="account_edit_newest")]

    def __str__(self) -> str:
        return self.summary


class EditedAccount(models.Model):
    """What the decision changed on one account: the fields before and after, as JSON by column."""

    edit = models.ForeignKey(AccountEdit, models.CASCADE, related_name="accounts")
    account = models.ForeignKey(Account, models.CASCADE, related_name="edits")
    before = models.JSONField()
    after = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edit", "account"], name="edited_account_once")]
        indexes = [models.Index(fields=["account", "-id"], name="edited_account_newest")]

    def __str__(self) -> str:
        return f"{self.edit_id}: {self.account_id}"
