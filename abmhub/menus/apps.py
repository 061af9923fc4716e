from abmhub.core.rooms import Room


class MenusConfig(Room):
    name = "abmhub.menus"
    label = "menus"
    verbose_name = "Tactics and menus"
