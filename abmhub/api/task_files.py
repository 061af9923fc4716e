"""Files of tasks: which there are, one more, one to be kept, and one less; checked as on the page."""

from typing import Any

import django_filters
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from abmhub.api.errors import ConflictSerializer
from abmhub.api.people import PersonSerializer
from abmhub.api.permissions import MayAddFiles
from abmhub.api.requests import user_of
from abmhub.orders.actions import add_file, remove_file
from abmhub.orders.models import Task, TaskFile


class TaskFileSerializer(serializers.ModelSerializer[TaskFile]):
    by = PersonSerializer(read_only=True)

    class Meta:
        model = TaskFile
        fields = ("id", "task", "step", "name", "kind", "size", "at", "by")


class NewTaskFileSerializer(serializers.Serializer[Any]):
    task = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    file = serializers.FileField(help_text="What it is, its content says, whatever it is called.")


class TaskFileFilter(django_filters.FilterSet):
    class Meta:
        model = TaskFile
        fields = ("task",)


class TaskFilePages(CursorPagination):
    ordering = "id"


class TaskFileViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[TaskFile],
):
    """Files of the tasks that you may see."""

    serializer_class = TaskFileSerializer
    pagination_class = TaskFilePages
    filterset_class = TaskFileFilter
    queryset = TaskFile.objects.none()
    permission_classes = (*viewsets.GenericViewSet.permission_classes, MayAddFiles)
    parser_classes = (MultiPartParser,)

    def get_queryset(self) -> QuerySet[TaskFile]:
        return TaskFile.objects.visible_to(user_of(self.request)).select_related("by")

    @extend_schema(
        request=NewTaskFileSerializer,
        responses={201: TaskFileSerializer, 404: OpenApiResponse(description="No such task."), 409: ConflictSerializer},
    )
    def create(self, request: Request) -> Response:
        """Keep a file with a task; 409 when it is too large, of a kind that is not taken in, or there is no room."""
        form = NewTaskFileSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = user_of(request)
        task = get_object_or_404(Task.objects.visible_to(user), pk=form.validated_data["task"])
        kept = add_file(task=task, file=form.validated_data["file"], by=user, at=timezone.now())
        return Response(self.get_serializer(kept).data, status=201)

    def perform_destroy(self, instance: TaskFile) -> None:
        """Whoever added it and managers may."""
        remove_file(file=instance, by=user_of(self.request))

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def content(self, request: Request, pk: str) -> FileResponse:
        """The file itself, to be kept. Whatever is in it, no browser runs it."""
        file = self.get_object()
        try:
            content = default_storage.open(file.path)
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.kind)
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response
