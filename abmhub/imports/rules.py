"""Who may bring files in."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "imports.import_files",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators import files.",
)
