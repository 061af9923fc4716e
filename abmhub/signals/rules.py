"""Who may make accounts of those who are at work unknown."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "signals.make_account",
    {Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.ADMIN},
    "Managers and administrators make accounts of unknown domains.",
)
