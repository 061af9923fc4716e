"""Who may do what with people."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare("users.set_calendars", {Role.ADMIN}, "Only administrators set working calendars.")
declare("users.manage", {Role.ADMIN}, "Only administrators decide who works here, and as what.")
