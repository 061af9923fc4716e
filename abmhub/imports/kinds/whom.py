"""Which account a row is about, as files say it: by key, domain, name, or somebody's email address."""

from abmhub.accounts.domains import identifies_a_company, registrable
from abmhub.accounts.names import normalized
from abmhub.core import sql
from abmhub.imports.kinds.base import CellReader
from abmhub.imports.kinds.people import addresses_in, company_domain
from abmhub.imports.mapping import Field

ACCOUNT_FIELDS = (
    Field(
        "account", "Account",
        "account accountname company companyname associatedcompany organization organisation customer",
    ),
    Field(
        "account_external_id", "Key of the account",
        "accountid companyid associatedcompanyid associatedcompanyids primarycompanyid customerid",
    ),
    Field(
        "account_domain", "Domain of the account",
        "domain accountdomain companydomain companydomainname website companywebsite companyurl",
        help="A web or email address will do.",
    ),
)  # fmt: skip
ACCOUNT_COLUMNS = ("account_external_id", "account_name", "account_normalized_name", "account_domain", "email_domain")


def account_words(row: CellReader, email: str = "") -> tuple[str, str, str, str, str]:
    """The values of ACCOUNT_COLUMNS in this row. A domain that many share says nothing."""
    name = row.text("account")
    domain = registrable(row.raw("account_domain")) if row.raw("account_domain") else None
    return (
        row.text("account_external_id"),
        name,
        normalized(name) if name else "",
        domain if domain and identifies_a_company(domain) else "",
        company_domain(email),
    )


def find_accounts(source: str) -> None:
    """Give each row the one account that it can mean; the other rows have none, and how many it could be."""
    sql.run("imports/whom/find_accounts", source=source)


def email_of(row: CellReader, field: str = "email") -> str:
    """The first address in the cell; what else is in it, and what is none, is doubtful."""
    cell = row.raw(field)
    if not cell:
        return ""
    found = addresses_in(cell)
    if not found:
        row.doubt(field, cell, "This is no email address, so it was left out.")
        return ""
    if len(found) > 1:
        row.doubt(field, cell, f"There is more than one address; {found[0]} was taken.")
    return found[0]


def name_of(row: CellReader, email: str) -> str:
    """The name of the person, from one cell or two; the address has to do where the file gives none."""
    name = row.text("name") or " ".join(filter(None, (row.text("first_name"), row.text("last_name")))) or email
    if not name or len(name) > 150:
        row.reject("Give a name of at most 150 characters, or first and last name.")
    return name
