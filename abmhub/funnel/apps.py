from abmhub.core.rooms import Room


class FunnelConfig(Room):
    name = "abmhub.funnel"
    label = "funnel"
    verbose_name = "Double funnel"
