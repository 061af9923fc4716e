"""Who may do what with the people of an account."""

from abmhub.users.models import MARKETING_ROLES, SALES_ROLES, Role
from abmhub.users.verbs import declare

declare(
    "committee.edit",
    SALES_ROLES | MARKETING_ROLES | {Role.ADMIN},
    "Only sales, marketing and administrators change a buying committee.",
)
declare(
    "committee.erase",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators hand out or erase all that is known of a person.",
)
