"""Who may change what of an account. Whose accounts, `visible_to` says."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "accounts.assign",
    {Role.SALES_MANAGER, Role.ADMIN},
    "Only sales managers and administrators decide who works an account.",
)
declare("accounts.place_under", {Role.ADMIN}, "Only administrators say which account owns another.")
declare(
    "accounts.edit",
    {Role.SALES_REP, Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.ADMIN},
    "Sales, marketing managers and administrators change the facts of an account.",
)
declare(
    "accounts.target",
    {Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.ADMIN},
    "Only managers and administrators decide what is part of the total addressable market.",
)
declare(
    "accounts.merge",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators merge accounts.",
)
declare(
    "accounts.see_sources",
    {Role.MARKETING_MANAGER, Role.ADMIN, Role.ANALYST},
    "Marketing managers, administrators and analysts look after the sources of account facts.",
)
