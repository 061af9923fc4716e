"""How many people of a role each account has, as the last night counted them."""

from django.db import models

from abmhub.accounts.models import Account
from abmhub.committee.models.role import BuyingRole


class RoleCount(models.Model):
    """The people of an account in one role; without a row there is nobody.

    Narrow and apart, because the night rewrites it and nobody else does: what asks about many accounts reads
    here, what is about one counts its contacts.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="role_counts", db_index=False)
    buying_role = models.ForeignKey(BuyingRole, models.CASCADE, related_name="counts")
    known = models.PositiveSmallIntegerField()
    reachable = models.PositiveSmallIntegerField()
    engaged = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "buying_role"], name="role_count_once")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.known} in role {self.buying_role_id}"
