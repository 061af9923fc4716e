from django.utils.module_loading import autodiscover_modules

from abmhub.core.rooms import Room


class CommitteeConfig(Room):
    name = "abmhub.committee"
    label = "committee"
    verbose_name = "Buying committee"

    def ready(self) -> None:
        """Rooms above say in their module `privacy` what they do when a person is to be told or forgotten."""
        super().ready()
        autodiscover_modules("privacy")
