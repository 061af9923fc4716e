"""Who may do what with programs."""

from abmhub.users.models import Role
from abmhub.users.verbs import declare

declare(
    "campaigns.edit",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators start or change a program.",
)
declare(
    "campaigns.freeze",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators freeze the list of accounts of a program.",
)
declare(
    "campaigns.see_money",
    {Role.MARKETER, Role.MARKETING_MANAGER, Role.SALES_MANAGER, Role.ADMIN, Role.ANALYST},
    "What a program costs is for marketing, managers and analysts.",
)
