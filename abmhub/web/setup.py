"""The page behind the one-time link of an empty installation: it makes the administrator."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from abmhub.users import first_admin
from abmhub.users.models import User


class FirstAdminForm(forms.Form):
    """Name, email and password; one password field, with the browser's own "show" and manager."""

    name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        min_length=12,
        strip=False,
        help_text="At least 12 characters. A sentence is easier to keep than a puzzle.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError("A person with this email exists already: choose another.")
        return email

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if password := found.get("password"):
            try:
                validate_password(password, User(name=found.get("name", ""), email=found.get("email")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return found


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def create_first_admin(request: HttpRequest, token: str) -> HttpResponse:
    """404 once an administrator exists: the link then says nothing to anybody."""
    form = FirstAdminForm(request.POST or None)
    try:
        first_admin.check(token)
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            return render(request, "setup/first_admin.html", {"form": form}, status=status)
        user = first_admin.create(token=token, **form.cleaned_data)
    except first_admin.LinkNotValid as error:
        raise Http404 from error
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(settings.LOGIN_REDIRECT_URL)
