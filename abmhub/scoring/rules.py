"""Who may do what with the ideal customer profile, the tier policy, and the tier of one account."""

from abmhub.users.models import SALES_ROLES, Role
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
declare(
    "scoring.see_policies",
    {Role.ADMIN, Role.MARKETING_MANAGER, Role.ANALYST},
    "Tier policies are for marketing managers, analysts and administrators.",
)
declare(
    "scoring.publish_policy",
    {Role.ADMIN, Role.MARKETING_MANAGER},
    "Only marketing managers and administrators put a tier policy in force: it moves accounts.",
)
declare(
    "scoring.approve_policy",
    {Role.ADMIN, Role.MARKETING_MANAGER},
    "Only marketing managers and administrators approve a tier policy.",
)
declare(
    "scoring.override_tier",
    {Role.ADMIN, Role.MARKETING_MANAGER, Role.SALES_MANAGER},
    "Only managers and administrators put an account in a tier by hand: appeal to them.",
)
declare("scoring.appeal_tier", SALES_ROLES, "Appeals are for those who sell to the account.")
declare(
    "scoring.decide_appeal",
    {Role.ADMIN, Role.MARKETING_MANAGER},
    "Only marketing managers and administrators decide appeals.",
)
