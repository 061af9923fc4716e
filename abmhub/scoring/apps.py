from abmhub.core.rooms import Room


class ScoringConfig(Room):
    name = "abmhub.scoring"
    label = "scoring"
    verbose_name = "ICP and tier policies"
