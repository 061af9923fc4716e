"""The whole site on one screen."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from abmhub.api.health import healthz, readyz
from abmhub.api.router import api_router
from abmhub.web import task, tasks
from abmhub.web.setup import create_first_admin
from abmhub.web.style import show_style

# One door: the admin sends strangers to our sign-in, and tells others that it is not theirs.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("tasks/", tasks.list_tasks, name="task-list"),
    path("tasks/board/", tasks.show_board, name="task-board"),
    path("tasks/claim/", tasks.claim_many, name="task-claim-many"),
    path("tasks/claim-next/", tasks.claim_next, name="task-claim-next"),
    path("tasks/<int:pk>/", task.show_task, name="task-show"),
    path("tasks/<int:pk>/claim/", task.claim_task, name="task-claim"),
    path("tasks/<int:pk>/release/", task.release_task, name="task-release"),
    path("tasks/<int:pk>/steps/<int:step_pk>/", task.tick_step, name="task-step"),
    path("tasks/<int:pk>/wait/", task.wait_on, name="task-wait"),
    path("tasks/<int:pk>/resume/", task.resume_task, name="task-resume"),
    path("tasks/<int:pk>/deliver/", task.deliver_task, name="task-deliver"),
    path("tasks/<int:pk>/comments/", task.comment_task, name="task-comment"),
    path("api/v1/", include(api_router.urls)),
    path("api/openapi.json", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("api/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-reference"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("setup/<str:token>/", create_first_admin, name="first-admin"),
    path("sign-in/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("style/", show_style, name="style"),
]
