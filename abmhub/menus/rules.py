"""Who may change what can be ordered."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

KEEPERS = {Role.MARKETING_MANAGER, Role.ADMIN}

declare("menus.preview", KEEPERS, "Only marketing managers and administrators preview menus.")
declare("menus.publish", KEEPERS, "Only marketing managers and administrators publish menus.")
