from abmhub.core.rooms import Room


class CommitteeConfig(Room):
    name = "abmhub.committee"
    label = "committee"
    verbose_name = "Buying committee"
