"""The Celery application: jobs are sweeps over rows of PostgreSQL, never the record of work."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init
from django_structlog.celery.steps import DjangoStructLogInitStep

from abmhub.embedded.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")

app = Celery("abmhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def leave_logging_to_django(**kwargs: Any) -> None:
    """Keep Celery from replacing the handlers of settings.LOGGING."""


@worker_process_init.connect
def end_with_the_worker(**kwargs: Any) -> None:
    """A pool process must not outlive a worker that was killed: it would finish a job twice."""
    die_with_parent()
