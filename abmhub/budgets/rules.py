"""Who may look into the envelopes."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "budgets.edit_envelopes",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators change envelopes.",
)
declare("budgets.see_envelopes", set(Role) - {Role.SALES_REP}, "Envelopes are for managers, marketing and analysts.")
