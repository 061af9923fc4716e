"""How an account came to whoever works it now."""

from dataclasses import dataclass
from datetime import datetime

from abmhub.accounts.models import Account, Reassignment, Territory
from abmhub.users.models import User

MOST = 50


@dataclass(frozen=True)
class Reassigned:
    """One change of who works an account; `by` says who did it, empty when nobody knows."""

    at: datetime
    by: str
    owner_before: User | None
    owner: User | None
    territory_before: Territory | None
    territory: Territory | None

    @property
    def owner_changed(self) -> bool:
        return self.owner_before != self.owner

    @property
    def territory_changed(self) -> bool:
        return self.territory_before != self.territory

    def __str__(self) -> str:
        changes = []
        if self.owner_changed:
            changes.append(f"owner {self.owner_before or 'nobody'} → {self.owner or 'nobody'}")
        if self.territory_changed:
            changes.append(f"territory {self.territory_before or 'none'} → {self.territory or 'none'}")
        return ", ".join(changes)


def reassignments_of(account: Account, *, at_most: int = MOST) -> list[Reassigned]:
    """The changes of owner and territory of an account, the newest first; two queries, however many."""
    events = list(
        Reassignment.objects.filter(pgh_obj=account)
        .select_related("owner", "territory", "pgh_context")
        .order_by("-pgh_id")[:at_most]
    )
    people = User.objects.in_bulk({pk for event in events if (pk := _context(event).get("user"))})
    changes = []
    owner, territory = account.owner, account.territory
    for event in events:
        said = _context(event)
        by = str(people.get(said.get("user"), "")) or (f"a file of {said['source']}" if said.get("source") else "")
        changes.append(Reassigned(event.pgh_created_at, by, event.owner, owner, event.territory, territory))
        owner, territory = event.owner, event.territory
    return changes


def _context(event: Reassignment) -> dict[str, object]:
    found: dict[str, object] = event.pgh_context.metadata if event.pgh_context else {}
    return found
