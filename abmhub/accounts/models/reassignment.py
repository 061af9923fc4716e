"""Who worked an account before: a row for each time that its owner or territory changed, whoever changed it."""

from typing import Any

import pghistory
from django.db import models

from abmhub.accounts.models.account import Account

# Written by a trigger of `Account`, and not by one of pghistory's own, which asks for its context so that each row
# costs a savepoint: a file that gives 50,000 accounts away would take half a minute longer.
Event: Any = pghistory.create_event_model(
    Account,
    pghistory.ManualEvent("reassigned"),  # type: ignore[no-untyped-call]
    fields=["owner", "territory"],
    obj_field=pghistory.ObjForeignKey(related_name="reassignments"),
    append_only=True,
    meta={"indexes": [models.Index(fields=["pgh_created_at"], name="reassignment_lately")]},
)


class Reassignment(Event):  # type: ignore[misc]
    """Owner and territory as they were until then; what they became says the next row, or else the account itself."""
