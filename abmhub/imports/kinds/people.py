"""What files say about people: their addresses, how high they stand, what they do not want."""

import re

from abmhub.accounts.domains import identifies_a_company, registrable
from abmhub.committee.models import Contact, Suppression
from abmhub.committee.privacy import Suppressed
from abmhub.core import sql
from abmhub.imports.cells import BadCell
from abmhub.imports.kinds.base import FORGOTTEN, CellReader

_SENIORITY = Contact.Seniority
SENIORITIES = {
    "c_level": _SENIORITY.C_LEVEL, "clevel": _SENIORITY.C_LEVEL, "c_suite": _SENIORITY.C_LEVEL,
    "cxo": _SENIORITY.C_LEVEL, "executive": _SENIORITY.C_LEVEL, "owner": _SENIORITY.C_LEVEL,
    "founder": _SENIORITY.C_LEVEL, "partner": _SENIORITY.C_LEVEL,
    "vp": _SENIORITY.VP, "vice_president": _SENIORITY.VP, "svp": _SENIORITY.VP,
    "director": _SENIORITY.DIRECTOR, "head": _SENIORITY.DIRECTOR,
    "manager": _SENIORITY.MANAGER, "lead": _SENIORITY.MANAGER,
    "staff": _SENIORITY.STAFF, "senior": _SENIORITY.STAFF, "employee": _SENIORITY.STAFF, "entry": _SENIORITY.STAFF,
    "entry_level": _SENIORITY.STAFF, "individual_contributor": _SENIORITY.STAFF,
}  # fmt: skip
STANCES = {name.value: name for name in Contact.Stance}
YES = frozenset({"true", "yes", "y", "1", "x", "t", "on"})
NO = frozenset({"false", "no", "n", "0", "f", "off"})

_ADDRESS = re.compile(r"[^\s<>,;|\"'()\[\]@]+@[^\s<>,;|\"'()\[\]@]+\.[^\s<>,;|\"'()\[\]@.]+")
MOST_CHARACTERS = 254
CONTACTS, LEADS = "contacts", "leads"


def addresses_in(cell: str) -> list[str]:
    """The email addresses in a cell, each once and in lower case: `Ann <mailto:ANN@x.com>; b@x.com` has two."""
    if "@" not in cell:
        return []
    found = (re.sub(r"(?i)^mailto:", "", address).rstrip(".").lower() for address in _ADDRESS.findall(cell))
    return list(dict.fromkeys(address for address in found if len(address) <= MOST_CHARACTERS))


def company_domain(email: str) -> str:
    """The domain of the company whose address it is; empty for addresses that anybody can have."""
    domain = registrable(email) if email else None
    return domain if domain and identifies_a_company(domain) else ""


def yes(cell: str) -> bool:
    words = cell.casefold()
    if words in YES:
        return True
    if words in NO:
        return False
    raise BadCell("neither yes nor no")


def looks_like_an_address(cell: str) -> bool:
    return " " not in cell.strip() and len(addresses_in(cell)) == 1


class Forgotten:
    """Who asked to be forgotten: their rows are skipped, and nothing of them is kept."""

    def __init__(self) -> None:
        self._suppressed = Suppressed.load()

    def is_named(self, row: CellReader, key_field: str = "external_id", kind: str = CONTACTS) -> bool:
        """Whether the row is about one of them, by an address in any cell or by their key as a contact or a lead;
        also where the row cannot be read."""
        if any(self._suppressed.email(email) for cell in row.row.cells if "@" in cell for email in addresses_in(cell)):
            return True
        keys = [] if row.row.problem else row.raw(key_field).split(";")
        return any(self._suppressed.key(row.reading.source, key.strip(), kind) for key in keys)

    def skip_by_name(self) -> None:
        """Skip the people of the staged contacts who have no address, and are known by name and account only."""
        if Suppression.objects.exists():
            rows = sql.rows("imports/contacts/new_without_email")
            forgotten = [row["row_number"] for row in rows if self._suppressed.name(row["account_id"], row["name"])]
            sql.run("imports/contacts/forget", rows=forgotten, reason=FORGOTTEN)
