from abmhub.core.rooms import Room


class ApiConfig(Room):
    name = "abmhub.api"
    label = "api"
    verbose_name = "API"
