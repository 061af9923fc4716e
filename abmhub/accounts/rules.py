"""Who may change who works an account."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "accounts.assign",
    {Role.SALES_MANAGER, Role.ADMIN},
    "Only sales managers and administrators decide who works an account.",
)
declare("accounts.place_under", {Role.ADMIN}, "Only administrators say which account owns another.")
