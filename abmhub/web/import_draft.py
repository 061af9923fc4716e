"""A file before it is confirmed: chosen, looked into, and read as a person says."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from abmhub.core.refusals import Refused
from abmhub.imports import actions
from abmhub.imports.kinds import GROUPS, INTAKES
from abmhub.imports.models import ImportRun, Kind
from abmhub.web.import_forms import GUESS, FileForm, ReadingForm
from abmhub.web.requests import Request, must_be_allowed

VERB = "imports.import_files"
# More than this takes longer than a page may: some thousand rows are counted within a second or two.
BYTES_TO_COUNT = 256 * 1024

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


@dataclass(frozen=True)
class Step:
    """A kind of file in the guide to the first import."""

    number: int
    group: str
    kind: Kind
    about: str
    columns: tuple[str, ...]
    is_done: bool

    @property
    def label(self) -> str:
        return str(self.kind.label)


def guide() -> list[Step]:
    """The kinds of files in the order in which they are best imported, group by group."""
    done = set(ImportRun.objects.filter(status=ImportRun.Status.DONE).values_list("kind", flat=True).distinct())
    kinds = [(group, kind) for group, of_group in GROUPS for kind in of_group]
    return [
        Step(number, group, kind, ABOUT[kind], INTAKES[kind].sample[0], kind in done)
        for number, (group, kind) in enumerate(kinds, start=1)
    ]


@require_http_methods(["GET", "POST"])
def start_import(request: Request) -> HttpResponse:
    """Choose a kind and a file; what was understood of it is shown next."""
    must_be_allowed(request, VERB)
    kind = request.GET.get("kind", "")
    form = FileForm(request.POST or None, request.FILES or None, initial={"kind": kind if kind in INTAKES else GUESS})
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
    is_small = run.size_bytes <= BYTES_TO_COUNT
    status = 422 if form.is_bound else 200
    return render(request, "imports/draft.html", {"run": run, "form": form, "is_small": is_small}, status=status)


def decide(request: Request, run: ImportRun) -> HttpResponse | None:
    """Read a draft as the form says. The page to show instead, where something is left to be said first."""
    form = ReadingForm(run, actions.look_into(run), request.POST)
    try:
        if _read_anew(run, form):
            messages.info(request, "Read anew: please look at the columns once more.")
            return redirect("import-show", run.pk)
        if not form.is_valid() or not _settle(request, run, form):
            return show_draft(request, run, form)
        actions.map_columns(run=run, mapping=form.mapping)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return show_draft(request, run, form)
    return None


@require_POST
def confirm_import(request: Request, pk: int) -> HttpResponse:
    """Decide how a draft is read and, unless it shall only be looked at again, let it come in."""
    run = run_of(request, pk)
    if run.status != ImportRun.Status.DRAFT:
        return redirect("import-show", pk)
    if answer := decide(request, run):
        return answer
    if "check" not in request.POST:
        _confirm(request, run)
    return redirect("import-show", pk)


def _confirm(request: Request, run: ImportRun) -> None:
    """What other columns than before leave open is asked on the page that comes next."""
    try:
        actions.confirm(run=run, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)


def _read_anew(run: ImportRun, form: ReadingForm) -> bool:
    """Whether another reading was asked for: then the columns are others, and what was said of them is void."""
    if form.shape or form.other_sheet:
        actions.reread(run=run, shape=form.shape, sheet=form.other_sheet)
    elif form.other_mapping:
        actions.read_as(run=run, name=form.other_mapping)
    else:
        return False
    return True


def _settle(request: Request, run: ImportRun, form: ReadingForm) -> bool:
    """Keep what unknown words mean; False, with an error beside each, where the meaning is unknown too."""
    for name, word, meaning in form.settlements():
        try:
            actions.settle_name(
                source=run.source,
                field=word.vocabulary,
                value=word.value,
                meaning=meaning,
                by=request.user,
                at=timezone.now(),
            )
        except actions.NotKnown as refusal:
            form.add_error(name, refusal.message)
    return form.is_valid()


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
