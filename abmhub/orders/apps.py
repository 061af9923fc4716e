from abmhub.core.rooms import Room


class OrdersConfig(Room):
    name = "abmhub.orders"
    label = "orders"
    verbose_name = "Orders and tasks"
