"""Who may see what of the double funnel; its figures are for everybody."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "funnel.plan",
    set(Role) - {Role.SALES_REP},
    "Sales reps do not see what campaigns cost: ask your manager where to invest.",
)
