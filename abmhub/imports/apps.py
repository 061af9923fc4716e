from abmhub.core.rooms import Room


class ImportsConfig(Room):
    name = "abmhub.imports"
    label = "imports"
    verbose_name = "Imports"
