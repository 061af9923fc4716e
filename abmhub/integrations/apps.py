from abmhub.core.rooms import Room


class IntegrationsConfig(Room):
    name = "abmhub.integrations"
    label = "integrations"
    verbose_name = "Integrations"
