"""What people fill in on the page of a task."""

from decimal import Decimal
from typing import Any

from django import forms

from abmhub.core.numbers import money_text
from abmhub.orders.actions.delivering import lacks_file
from abmhub.orders.files import KINDS_IN_WORDS, LARGEST_BYTES, SUFFIXES
from abmhub.orders.models import Task

ACCEPTED = ",".join(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)


class WaitForm(forms.Form):
    """Whom the task waits on, and for what."""

    on = forms.ChoiceField(choices=Task.WaitingOn, widget=forms.RadioSelect, label="Who has to answer?")
    note = forms.CharField(max_length=300, label="What are you waiting for?")


class DeliverForm(forms.Form):
    """What the rep will read, what shows it, what it cost, and a word about the steps that nobody ticked."""

    note = forms.CharField(
        max_length=500,
        label="What was delivered?",
        help_text="The rep reads this at once, and calls on the strength of it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    file = forms.FileField(
        label="File or photograph",
        help_text="The recipe asks for one as proof.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    tracking_url = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        label="Tracking link",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    actual_cost = forms.DecimalField(
        required=False,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "input-number", "inputmode": "decimal"}),
    )
    without_steps = forms.BooleanField(error_messages={"required": "Tick the steps that are done, or confirm this."})

    def __init__(self, task: Task, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line, left = task.line, len(task.steps.all()) - task.steps_done
        cost = self.fields["actual_cost"]
        cost.label = f"What did it cost? ({line.order.currency})"
        cost.help_text = f"Leave it empty for {money_text(line.kept_cost, line.order.currency)}, as reserved."
        if left:
            steps = "1 step is" if left == 1 else f"{left} steps are"
            self.fields["without_steps"].label = f"Deliver, though {steps} not ticked"
        else:
            del self.fields["without_steps"]
        if not lacks_file(task):
            del self.fields["file"]


class CommentForm(forms.Form):
    """A remark that the rep and the marketers both read."""

    text = forms.CharField(
        max_length=2000,
        label="Comment",
        widget=forms.Textarea(
            attrs={"rows": 2, "placeholder": "Ask the rep, answer, leave a trace. @ tells somebody."}
        ),
    )


class FileForm(forms.Form):
    """A file for the task."""

    file = forms.FileField(
        label="Add a file",
        help_text=f"Up to {LARGEST_BYTES // 1_000_000} MB: {KINDS_IN_WORDS}.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
