"""What a door of the site is, and whom of the cast it opens for; `test_permissions` tries each."""

from dataclasses import dataclass, field
from typing import Any

CAST = (
    "rep",
    "other_rep",
    "sales_manager",
    "marketer",
    "marketing_manager",
    "analyst",
    "admin",
)
SALES = ("rep", "other_rep", "sales_manager")
MARKETING = ("marketer", "marketing_manager")
WORKERS = (*MARKETING, "admin")
IMPORTERS = ("marketing_manager", "admin")
EDITORS = (*SALES, "marketing_manager", "admin")
WRITERS = (*SALES, *MARKETING, "admin")
TARGETERS = ("sales_manager", "marketing_manager", "admin")
DECIDERS = ("sales_manager", "marketing_manager", "admin")
STEERS = ("marketing_manager", "analyst", "admin")


@dataclass(frozen=True)
class Door:
    """A URL, what it is asked, and the status each person gets.

    `rows` names for each keyword of the URL the fixture whose row it points at; `given` names fixtures
    that must exist besides; `data` is what is posted; `words` are keywords of the URL that name no row.
    A status for a person overrides `status`.
    """

    name: str
    status: int = 200
    method: str = "get"
    rows: dict[str, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    instead: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    def status_for(self, person: str) -> int:
        return self.instead.get(person, self.status)


def only(people: tuple[str, ...], status: int, others: int = 403) -> dict[str, int]:
    """Statuses for a door that is open to some people alone."""
    return {person: status if person in people else others for person in CAST}


STRANGER_404 = {"other_rep": 404}

SELLERS = (*SALES, "admin")
KEY = {"key": "6f1f1b0e-51f0-4a0e-9d4b-0f6a2c1d7e11"}
