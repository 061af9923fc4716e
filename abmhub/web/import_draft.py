"""A file before it is confirmed: chosen, looked into, and read as a person says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from abmhub.core.refusals import Refused
from abmhub.imports import actions
from abmhub.imports.cells import DateOrder
from abmhub.imports.kinds import INTAKES, intake_of
from abmhub.imports.mapping import ColumnMapping, NotMapped, Unit
from abmhub.imports.models import ImportRun, Kind
from abmhub.imports.reading import DELIMITERS, ENCODINGS, MAX_FILE_BYTES, Shape
from abmhub.web.requests import Request, must_be_allowed

VERB = "imports.import_files"
# More than this takes longer than a page may.
BYTES_FOR_A_PAGE = 20 * 1024 * 1024
SAMPLES_SHOWN = 3

ABOUT = {
    Kind.PRODUCTS: "What you sell, so that deals can say what they are about.",
    Kind.USERS: "Who sells, with their manager's team and their territory. Nobody can sign in by it yet.",
    Kind.ACCOUNTS: "The companies you sell to, or might. Their facts decide about fit, and fit about tiers.",
    Kind.CONTACTS: "The people at your accounts. Their titles say who may be on a buying committee.",
    Kind.CAMPAIGNS: "What marketing does, so that spend and people can say what they belong to.",
    Kind.SPEND: "What campaigns cost, by day. The figures of return need it.",
    Kind.OPPORTUNITIES: "The deals, won, lost and open. They name accounts, products and owners of the files before.",
    Kind.STAGE_HISTORY: "When a deal came to which stage. Without it the funnel knows only today.",
    Kind.LEADS: "People who asked for something and belong to no account yet.",
    Kind.CAMPAIGN_MEMBERS: "Who was in which campaign, and what they did there.",
    Kind.INTENT: "What accounts read and search elsewhere, by topic and week.",
    Kind.EVENTS: "What people of your accounts did: visits, downloads, replies, meetings.",
}


def kinds() -> list[tuple[str, str]]:
    return [(kind, Kind(kind).label) for kind in INTAKES]


class FileForm(forms.Form):
    """A file, and what it is."""

    kind = forms.ChoiceField(label="What are its rows?", choices=kinds, widget=forms.RadioSelect)
    source = forms.CharField(
        max_length=60,
        initial="CSV",
        label="Where does it come from?",
        help_text="The name of the system, for example Salesforce. A later file of the same source updates these rows.",
    )
    file = forms.FileField(
        label="CSV file",
        help_text=f"With a header. Any common delimiter and encoding, up to {MAX_FILE_BYTES // 1024**2} MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )


class ReadingForm(forms.Form):
    """How a draft is read: its encoding, what each column is, and what its values mean."""

    encoding = forms.ChoiceField(choices=[(name, name) for name in ENCODINGS])
    delimiter = forms.ChoiceField(label="Columns are separated by", choices=list(DELIMITERS.items()))
    revenue_unit = forms.ChoiceField(label="Annual revenue is written in", choices=[(unit, unit) for unit in Unit])
    date_order = forms.ChoiceField(
        label="10/11/2016 means",
        choices=[(DateOrder.DAY_FIRST, "10 November 2016"), (DateOrder.MONTH_FIRST, "11 October 2016")],
        widget=forms.RadioSelect,
    )

    def __init__(self, run: ImportRun, look: actions.Look, data: Any = None) -> None:
        mapping = ColumnMapping.from_json(run.mapping)
        initial = {
            "encoding": run.encoding,
            "delimiter": run.delimiter,
            "revenue_unit": mapping.revenue_unit,
            "date_order": mapping.date_order,
        }
        super().__init__(data, initial=initial)
        self.run = run
        meant = {column: name for name, column in mapping.columns.items()}
        choices = [("", "Leave out"), *((known.name, known.label) for known in intake_of(run.kind).fields)]
        for position, column in enumerate(run.columns):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=column,
                choices=choices,
                required=False,
                initial=meant.get(column, ""),
                widget=forms.Select(attrs={"class": "select"}),
            )
        if not any(known.has_unit for known in intake_of(run.kind).fields):
            del self.fields["revenue_unit"]
        elif look.guess.revenue_unit_because:
            self.fields["revenue_unit"].help_text = f"A guess: {look.guess.revenue_unit_because}."
        if not look.guess.date_order_is_open and mapping.date_order is None:
            del self.fields["date_order"]
        readable = [row for row in look.rows if not row.problem and not row.is_blank]
        self.samples = [
            list(dict.fromkeys(row.cells[position].strip() for row in readable)) for position in range(len(run.columns))
        ]

    def columns(self) -> Iterator[tuple[forms.BoundField, list[str]]]:
        """Each column of the file with some of its values."""
        for position, samples in enumerate(self.samples):
            yield self[f"column_{position}"], [value for value in samples if value][:SAMPLES_SHOWN]

    def clean(self) -> dict[str, Any]:
        """No two columns are one field, and a row has what it cannot do without."""
        found: dict[str, str] = {}
        for position, column in enumerate(self.run.columns):
            name = self.cleaned_data.get(f"column_{position}", "")
            if name and name in found:
                self.add_error(f"column_{position}", f"“{found[name]}” is that already: leave one of them out.")
            elif name:
                found[name] = column
        self.mapping = ColumnMapping(
            found,
            revenue_unit=Unit(self.cleaned_data.get("revenue_unit") or Unit.ONES),
            date_order=DateOrder(order) if (order := self.cleaned_data.get("date_order")) else None,
        )
        try:
            self.mapping.check(intake_of(self.run.kind).fields, self.run.columns)
        except NotMapped as refusal:
            self.add_error(None, refusal.message)
        return self.cleaned_data

    @property
    def shape(self) -> Shape | None:
        """How the file is written, when that was changed: then it has other columns too."""
        asked = Shape(self["encoding"].value(), self["delimiter"].value())
        known = asked.encoding in ENCODINGS and asked.delimiter in DELIMITERS
        return asked if known and asked != actions.shape_of(self.run) else None


@dataclass(frozen=True)
class Step:
    """A kind of file in the guide to the first import."""

    kind: str
    label: str
    about: str
    columns: tuple[str, ...]
    is_done: bool


def guide() -> list[Step]:
    done = set(ImportRun.objects.filter(status=ImportRun.Status.DONE).values_list("kind", flat=True).distinct())
    return [
        Step(kind, Kind(kind).label, ABOUT[Kind(kind)], intake.sample[0], kind in done)
        for kind, intake in INTAKES.items()
    ]


@require_http_methods(["GET", "POST"])
def start_import(request: Request) -> HttpResponse:
    """Choose a kind and a file; what was understood of it is shown next."""
    must_be_allowed(request, VERB)
    kind = request.GET.get("kind", "")
    form = FileForm(
        request.POST or None, request.FILES or None, initial={"kind": kind if kind in INTAKES else Kind.ACCOUNTS}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = actions.upload(
                kind=form.cleaned_data["kind"],
                source=form.cleaned_data["source"],
                file_name=file.name,
                file=file,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("import-show", run.pk)
    return render(request, "imports/new.html", {"form": form, "guide": guide()}, status=422 if form.is_bound else 200)


def run_of(request: Request, pk: int) -> ImportRun:
    """Any import, for who may import files."""
    must_be_allowed(request, VERB)
    return get_object_or_404(ImportRun.objects.select_related("by"), pk=pk)


def show_draft(request: Request, run: ImportRun, form: ReadingForm | None = None) -> HttpResponse:
    """What was understood of a file, to be put right or confirmed."""
    form = form or ReadingForm(run, actions.look_into(run))
    is_small = run.size_bytes <= BYTES_FOR_A_PAGE
    status = 422 if form.is_bound else 200
    return render(request, "imports/draft.html", {"run": run, "form": form, "is_small": is_small}, status=status)


@require_POST
def confirm_import(request: Request, pk: int) -> HttpResponse:
    """Decide how a draft is read and, unless it shall only be checked, let it come in."""
    run = run_of(request, pk)
    if run.status != ImportRun.Status.DRAFT:
        return redirect("import-show", pk)
    form = ReadingForm(run, actions.look_into(run), request.POST)
    try:
        if form.shape:
            actions.reread(run=run, shape=form.shape)
            messages.info(request, "Read anew: please look at the columns once more.")
            return redirect("import-show", pk)
        if not form.is_valid():
            return show_draft(request, run, form)
        actions.map_columns(run=run, mapping=form.mapping)
        if "check" not in request.POST:
            actions.confirm(run=run, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return show_draft(request, run, form)
    return redirect("import-show", pk)


@require_POST
def discard_import(request: Request, pk: int) -> HttpResponse:
    """Forget a draft."""
    run = run_of(request, pk)
    try:
        actions.discard(run=run)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("import-show", pk)
    messages.success(request, f"{run.file_name} was forgotten; nothing of it came in.")
    return redirect("import-list")
