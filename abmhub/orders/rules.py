"""Who may do what with orders and tasks."""

from abmhub.users.models import MARKETING_ROLES, SALES_ROLES, Role
from abmhub.users.verbs import declare

SELLERS = SALES_ROLES | {Role.ADMIN}
MAKERS = MARKETING_ROLES | {Role.ADMIN}

declare("orders.place_order", SELLERS, "Only sales and administrators can order.")
declare("orders.cancel_line", SELLERS, "Only sales and administrators can cancel an order.")
declare("orders.finish_follow_up", SELLERS, "Only sales and administrators follow up.")
declare("orders.work_tasks", MAKERS, "Only marketing and administrators work on tasks.")
declare(
    "orders.help_with_any_task",
    {Role.MARKETING_MANAGER, Role.ADMIN},
    "Only marketing managers and administrators change a task that somebody else has claimed.",
)
declare("orders.comment", SELLERS | MAKERS, "Only sales, marketing and administrators comment.")
declare(
    "orders.decide_approval",
    set(Role) - {Role.ANALYST},
    "Orders are decided by those whom they wait for, and by who stands in for them.",
)
declare(
    "orders.see_routing",
    MAKERS | {Role.ANALYST},
    "Marketing, analysts and administrators see the rules by which tasks are given to people.",
)
declare("orders.set_routing", {Role.ADMIN}, "Only administrators decide by which rules tasks are given to people.")
declare("orders.add_file", SELLERS | MAKERS, "Only sales, marketing and administrators add files.")
