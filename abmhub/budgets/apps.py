from abmhub.core.rooms import Room


class BudgetsConfig(Room):
    name = "abmhub.budgets"
    label = "budgets"
    verbose_name = "Budgets"
