from abmhub.core.rooms import Room


class CoreConfig(Room):
    name = "abmhub.core"
    label = "core"
    verbose_name = "Installation"
