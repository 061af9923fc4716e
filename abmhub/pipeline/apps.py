from abmhub.core.rooms import Room


class PipelineConfig(Room):
    name = "abmhub.pipeline"
    label = "pipeline"
    verbose_name = "Pipeline"
