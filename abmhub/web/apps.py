from abmhub.core.rooms import Room


class WebConfig(Room):
    name = "abmhub.web"
    label = "web"
    verbose_name = "Pages"
