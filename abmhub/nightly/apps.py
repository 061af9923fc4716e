from abmhub.core.rooms import Room


class NightlyConfig(Room):
    name = "abmhub.nightly"
    label = "nightly"
    verbose_name = "Night"
