"""Who may agree on definitions, lock months and look at what the company spends."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

STEERING = {Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.ADMIN}

declare(
    "metrics.choose",
    STEERING,
    "Only sales managers, marketing managers and administrators agree on what a metric means.",
)
declare("metrics.lock", STEERING, "Only sales managers, marketing managers and administrators lock a month.")
declare(
    "metrics.set_targets",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators set targets.",
)
declare("metrics.note", set(Role) - {Role.ANALYST}, "Analysts read notes; everybody else may write one.")
declare("metrics.see_spend", set(Role) - {Role.SALES_REP}, "What the company spends is not for sales reps.")
