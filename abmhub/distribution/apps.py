from abmhub.core.rooms import Room


class DistributionConfig(Room):
    name = "abmhub.distribution"
    label = "distribution"
    verbose_name = "Past days"
