"""Is the process alive, and can it serve?"""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answers without touching anything: a load balancer asks whether the process lives."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """503 while the database is away or not migrated. A dead cache is said, but pages work without it."""
    database = _database_state()
    ready = database == "ok"
    cache.set("readyz", "ok", 5)
    state = {
        "status": "ok" if ready else "unavailable",
        "database": database,
        "cache": "ok" if cache.get("readyz") == "ok" else "unavailable",
    }
    return JsonResponse(state, status=200 if ready else 503)


def _database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unavailable"
    return "migrations waiting" if waiting else "ok"
