from abmhub.core.rooms import Room


class DemoConfig(Room):
    name = "abmhub.demo"
    label = "demo"
    verbose_name = "Demo company"
