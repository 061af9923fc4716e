"""The whole site on one screen."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from abmhub.api.health import healthz, readyz
from abmhub.api.reference import show_reference
from abmhub.api.router import api_router
from abmhub.web import (
    account,
    accounts,
    budgets,
    catalogue,
    duplicates,
    funnel,
    home,
    import_draft,
    imports,
    menus,
    notifications,
    orders,
    search,
    task,
    tasks,
    unsettled,
)
from abmhub.web.setup import create_first_admin
from abmhub.web.style import show_style

# One door: the admin sends strangers to our sign-in, and tells others that it is not theirs.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home.show_home, name="home"),
    path("accounts/", accounts.list_accounts, name="account-list"),
    path("accounts/export/", accounts.export_accounts, name="account-export"),
    path("accounts/duplicates/", duplicates.list_duplicates, name="account-duplicates"),
    path("accounts/duplicates/<int:pk>/keep-apart/", duplicates.keep_apart, name="account-keep-apart"),
    path("accounts/merges/<int:pk>/part/", duplicates.part_accounts, name="account-part"),
    path("accounts/<int:pk>/compare/", duplicates.compare_accounts, name="account-compare"),
    path("accounts/<int:pk>/merge/", duplicates.merge_accounts, name="account-merge"),
    path("accounts/<int:pk>/", account.show_account, name="account-show"),
    path("accounts/<int:pk>/why/", account.explain_account, name="account-why"),
    path("accounts/<int:pk>/assign/", account.assign_account, name="account-assign"),
    path("accounts/<int:pk>/menu/", menus.show_menu, name="menu-show"),
    path("accounts/<int:pk>/menu/total/", menus.show_total, name="menu-total"),
    path("orders/", orders.list_orders, name="order-list"),
    path("orders/<int:pk>/", orders.show_order, name="order-show"),
    path("orders/lines/<int:pk>/cancel/", orders.cancel_line, name="order-line-cancel"),
    path("follow-ups/<int:pk>/finish/", orders.finish_follow_up, name="follow-up-finish"),
    path("search/", search.show_search, name="search-show"),
    path("notifications/", notifications.list_notifications, name="notification-list"),
    path("notifications/read/", notifications.read_notifications, name="notification-read"),
    path("notifications/<int:pk>/open/", notifications.open_notification, name="notification-open"),
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
    path("catalogue/", catalogue.list_tactics, name="tactic-list"),
    path("funnel/", funnel.show_funnel, name="funnel-show"),
    path("funnel/deals/", funnel.list_deals, name="deal-list"),
    path("budgets/", budgets.list_envelopes, name="budget-list"),
    path("budgets/<int:pk>/", budgets.show_envelope, name="budget-show"),
    path("imports/", imports.list_imports, name="import-list"),
    path("imports/new/", import_draft.start_import, name="import-new"),
    path("imports/sample/", imports.show_sample, name="import-sample"),
    path("imports/unsettled/", unsettled.list_unsettled, name="unsettled-list"),
    path("imports/unsettled/settle/", unsettled.settle, name="unsettled-settle"),
    path("imports/<int:pk>/", imports.show_import, name="import-show"),
    path("imports/<int:pk>/preview/", imports.preview_import, name="import-preview"),
    path("imports/<int:pk>/confirm/", import_draft.confirm_import, name="import-confirm"),
    path("imports/<int:pk>/apply/", imports.apply_import, name="import-apply"),
    path("imports/<int:pk>/discard/", import_draft.discard_import, name="import-discard"),
    path("imports/<int:pk>/rows/", imports.export_remarks, name="import-rows"),
    path("api/v1/", include(api_router.urls)),
    path("api/openapi.json", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("api/", show_reference, name="api-reference"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("setup/<str:token>/", create_first_admin, name="first-admin"),
    path("sign-in/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("style/", show_style, name="style"),
]
