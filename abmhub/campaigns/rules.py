"""Who may do what with programs."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "campaigns.freeze",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators freeze the list of accounts of a program.",
)
