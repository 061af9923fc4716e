from abmhub.core.rooms import Room


class SignalsConfig(Room):
    name = "abmhub.signals"
    label = "signals"
    verbose_name = "Signals"
