"""The whole site on one screen."""

from django.contrib import admin
from django.urls import include, path

from abmhub.web.setup import create_first_admin
from abmhub.web.style import show_style

urlpatterns = [
    path("setup/<str:token>/", create_first_admin, name="first-admin"),
    path("sign-in/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("style/", show_style, name="style"),
]
