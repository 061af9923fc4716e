from abmhub.core.rooms import Room


class MetricsConfig(Room):
    name = "abmhub.metrics"
    label = "metrics"
    verbose_name = "Metrics"
