from abmhub.core.rooms import Room


class CampaignsConfig(Room):
    name = "abmhub.campaigns"
    label = "campaigns"
    verbose_name = "Campaigns"
