"""Verbs need a right; reading needs none beyond what the QuerySet shows."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from abmhub.api.requests import user_of


class _MayWrite(BasePermission):
    right: str

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or user_of(request).has_perm(self.right)


class MayOrder(_MayWrite):
    right = "orders.place_order"
    message = "Only sales places orders."


class MayOverride(_MayWrite):
    right = "scoring.override_tier"
    message = "Managers and administrators override tiers."


class MayWorkTasks(_MayWrite):
    right = "orders.work_tasks"
    message = "Only marketing works tasks."


class MayComment(_MayWrite):
    right = "orders.comment"
    message = "Only sales, marketing and administrators comment."


class MayAddFiles(_MayWrite):
    right = "orders.add_file"
    message = "Only sales, marketing and administrators add files."


class MayDecide(_MayWrite):
    right = "orders.decide_approval"
    message = "Orders are decided by those whom they wait for."


class MayEditAccounts(_MayWrite):
    right = "accounts.edit"
    message = "Sales, marketing managers and administrators change the facts of an account."


class MayRule(_MayWrite):
    right = "orders.set_routing"
    message = "Only administrators decide by which rules tasks are given to people."

    def has_permission(self, request: Request, view: APIView) -> bool:
        sees = user_of(request).has_perm("orders.see_routing")
        return sees and super().has_permission(request, view)


class MaySetCalendars(_MayWrite):
    right = "users.set_calendars"
    message = "Only administrators set working calendars."


class MayLevel(BasePermission):
    message = "Marketing managers and administrators see who has promised how much."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return user_of(request).has_perm("orders.help_with_any_task")


class MayEditPrograms(_MayWrite):
    right = "campaigns.edit"
    message = "Only marketing managers and administrators start or change a program."


class MaySetTargets(_MayWrite):
    right = "metrics.set_targets"
    message = "Only marketing managers and administrators set targets."
