"""Who may do what with deals."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "pipeline.settle",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators say which account or product a deal is about.",
)
