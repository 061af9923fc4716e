"""Every resource of the API."""

from rest_framework.routers import SimpleRouter

from abmhub.api.accounts import AccountViewSet
from abmhub.api.approvals import ApprovalViewSet
from abmhub.api.bulk_orders import BulkOrderViewSet
from abmhub.api.calendars import WorkingCalendarViewSet
from abmhub.api.funnel import FunnelViewSet
from abmhub.api.metric_pages import (
    ContentViewSet,
    ReportViewSet,
    ReturnViewSet,
    StageViewSet,
    TacticScoreViewSet,
)
from abmhub.api.metrics import MetricViewSet
from abmhub.api.orders import OrderViewSet
from abmhub.api.programs import ProgramViewSet
from abmhub.api.routing import EscalationStepViewSet, RoutingRuleViewSet, SkillViewSet
from abmhub.api.targets import GoalViewSet, TargetViewSet
from abmhub.api.task_files import TaskFileViewSet
from abmhub.api.tasks import TaskViewSet
from abmhub.api.workload import WorkloadViewSet

api_router = SimpleRouter()
api_router.register("accounts", AccountViewSet, basename="api-account")
api_router.register("bulk-orders", BulkOrderViewSet, basename="api-bulk-order")
api_router.register("calendars", WorkingCalendarViewSet, basename="api-calendar")
api_router.register("escalations", EscalationStepViewSet, basename="api-escalation")
api_router.register("funnel", FunnelViewSet, basename="api-funnel")
api_router.register("metrics", MetricViewSet, basename="api-metric")
api_router.register("metrics/content", ContentViewSet, basename="api-metric-content")
api_router.register("metrics/goals", GoalViewSet, basename="api-metric-goal")
api_router.register("metrics/reports", ReportViewSet, basename="api-metric-report")
api_router.register("metrics/returns", ReturnViewSet, basename="api-metric-return")
api_router.register("metrics/stages", StageViewSet, basename="api-metric-stage")
api_router.register("metrics/tactics", TacticScoreViewSet, basename="api-metric-tactic")
api_router.register("metrics/targets", TargetViewSet, basename="api-metric-target")
api_router.register("approvals", ApprovalViewSet, basename="api-approval")
api_router.register("orders", OrderViewSet, basename="api-order")
api_router.register("programs", ProgramViewSet, basename="api-program")
api_router.register("routing-rules", RoutingRuleViewSet, basename="api-routing-rule")
api_router.register("skills", SkillViewSet, basename="api-skill")
api_router.register("tasks", TaskViewSet, basename="api-task")
api_router.register("task-files", TaskFileViewSet, basename="api-task-file")
api_router.register("workload", WorkloadViewSet, basename="api-workload")
