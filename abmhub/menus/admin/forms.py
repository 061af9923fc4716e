"""What is typed about a tactic and its recipe, checked as a whole."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.forms import BaseInlineFormSet, ModelForm

from abmhub.accounts import countries
from abmhub.core.refusals import Refused
from abmhub.menus import pictures, recipes
from abmhub.menus.models import RecipeStep, Tactic
from abmhub.menus.stages import FunnelStage


class Words(SimpleArrayField):
    """Texts between commas, of any length: they are shortened to what they mean before they are kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(forms.CharField(max_length=100), required=False, **kwargs)


class Lines(SimpleArrayField):
    """A text on each line; empty lines are nothing."""

    def __init__(self, **kwargs: Any) -> None:
        rows = forms.Textarea(attrs={"rows": 3, "cols": 40})
        super().__init__(forms.CharField(max_length=120), delimiter="\n", required=False, widget=rows, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(line.strip() for line in value.splitlines() if line.strip())
        return super().to_python(value)


class TacticForm(ModelForm[Tactic]):
    picture = forms.FileField(
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP up to 600 kB. Without one the icon of the category is shown.",
    )
    remove_picture = forms.BooleanField(required=False, label="Show the icon instead")
    suits_stages = forms.MultipleChoiceField(
        choices=FunnelStage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: suits every stage.",
    )

    only_countries = Words(help_text="For example DE, AT, Switzerland. Empty: everywhere.")
    barred_industries = Words(help_text="Accounts of these cannot have it, for example government, healthcare.")

    class Meta:
        model = Tactic
        exclude = ("version",)  # noqa: DJ006 - what is shown is said once, in the fieldsets

    def clean_picture(self) -> bytes | None:
        upload = self.cleaned_data.get("picture")
        if not upload:
            return None
        # One byte more than is allowed says enough; the rest is not read.
        content: bytes = upload.read(pictures.LARGEST_BYTES + 1)
        try:
            pictures.check(content)
        except Refused as refused:
            raise forms.ValidationError(refused.message) from refused
        return content

    def clean_only_countries(self) -> list[str]:
        """Countries by code or by name."""
        written: list[str] = self.cleaned_data["only_countries"]
        codes = {text: countries.code_of(text) for text in written}
        if unknown := [text for text, code in codes.items() if not code]:
            raise forms.ValidationError(f"No country is called {', '.join(unknown)}: write DE or Germany.")
        return list(dict.fromkeys(codes.values()))

    def clean_barred_industries(self) -> list[str]:
        written: list[str] = self.cleaned_data["barred_industries"]
        return list(dict.fromkeys(text.strip().casefold() for text in written if text.strip()))


class StepForm(ModelForm[RecipeStep]):
    checklist = Lines(help_text="A line for each thing to tick.")

    class Meta:
        model = RecipeStep
        fields = "__all__"  # noqa: DJ007 - said once, in the fieldsets


class RecipeFormSet(BaseInlineFormSet[RecipeStep, Tactic, ModelForm[RecipeStep]]):
    """A recipe is saved whole, and only when it can be done in the lead time that is saved with it."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        gone = self.deleted_forms
        kept = [form for form in self.forms if form not in gone and (form.instance.pk or form.has_changed())]
        steps = [recipes.Step.of(form.instance) for form in kept]
        lead_time_days = self.instance.lead_time_days
        if steps and lead_time_days is not None and (found := recipes.problems(steps, lead_time_days=lead_time_days)):
            raise forms.ValidationError(found)
