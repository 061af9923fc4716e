"""What every room of the house shares when Django starts."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import module_has_submodule


class Room(AppConfig):
    """An app whose `presets.load()` fills empty tables with the rows that the product ships.

    It runs after every migration, so it must leave alone what an administrator has changed.
    """

    # Every apps.py imports this class. Django takes the one candidate it finds there for the app's own, and
    # none at all when there are two.
    default = False

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        if module_has_submodule(self.module, "presets"):
            # Django sends the signal for apps with models alone; a door without any listens to the floor's.
            post_migrate.connect(self._load_presets, sender=self if self.models_module else apps.get_app_config("core"))

    def _load_presets(self, plan: Any = (), **_: Any) -> None:
        if any(backwards for _, backwards in plan):
            return
        import_module(f"{self.name}.presets").load()
