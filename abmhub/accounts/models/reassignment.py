"""Who worked an account before: a row for each time that its owner or territory changed, whoever changed it."""

from typing import Any

import pghistory
import pgtrigger
from django.db import models

from abmhub.accounts.models.account import Account

# What it was until then: what it became is what the next row says, or else the account itself.
Event: Any = pghistory.create_event_model(
    Account,
    pghistory.UpdateEvent("reassigned", row="OLD", condition=pgtrigger.AnyChange("owner", "territory")),
    fields=["owner", "territory"],
    obj_field=pghistory.ObjForeignKey(related_name="reassignments"),
    append_only=True,
    meta={"indexes": [models.Index(fields=["pgh_created_at"], name="reassignment_lately")]},
)


class Reassignment(Event):  # type: ignore[misc]
    """Owner and territory as they were until then. The database writes it, only when one of them changes."""
