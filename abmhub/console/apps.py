from abmhub.core.rooms import Room


class ConsoleConfig(Room):
    name = "abmhub.console"
    label = "console"
    verbose_name = "Commands"
