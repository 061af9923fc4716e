"""Who may do what with the ideal customer profile."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "scoring.see_profiles",
    {Role.ADMIN, Role.MARKETING_MANAGER, Role.ANALYST},
    "The ideal customer profile is for marketing managers, analysts and administrators.",
)
declare(
    "scoring.learn",
    {Role.ADMIN, Role.MARKETING_MANAGER},
    "Only marketing managers and administrators draft an ideal customer profile.",
)
declare(
    "scoring.publish_profile",
    {Role.ADMIN},
    "Only administrators put an ideal customer profile in force: it changes every account's fit.",
)
