"""Who may open what: every URL of the site x everyone of the cast.

A page that is not named here fails the suite. `account` and all that hangs on it belong to `rep`, whose
manager is `sales_manager`; `other_rep` stands for every stranger in sales. What a person may not see
is 404, a verb they may not use on what they see is 403, and who has not signed in is led to do so.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from abmhub.users.models import User
from tests.web.api_doors import API_DOORS
from tests.web.conftest import browser_of
from tests.web.doors import (
    CAST,
    DECIDERS,
    EDITORS,
    IMPORTERS,
    KEY,
    SALES,
    SELLERS,
    STEERS,
    STRANGER_404,
    TARGETERS,
    WORKERS,
    WRITERS,
    Door,
    only,
)

# Said here because the fixtures are asked for by name, too late for pytest-django to see them.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now"), pytest.mark.long]

DOORS: tuple[Door, ...] = (
    *API_DOORS,
    Door("home", given=("account",)),
    Door("account-list", given=("account",)),
    Door("account-export", given=("account",)),
    Door("account-filters", given=("account",)),
    Door("account-columns", given=("account",)),
    Door("account-view-list"),
    Door("account-view-save", 302, method="post", data={"name": "Mine"}),
    Door("account-view-show", rows={"pk": "saved_view"}, instead=only(("rep",), 302, 404)),
    *(
        Door(f"account-view-{verb}", method="post", rows={"pk": "saved_view"}, instead=only(("rep",), 302, 404))
        for verb in ("update", "share", "delete")
    ),
    Door("account-edit-many", given=("account",), instead=only(EDITORS, 200)),
    # Nothing is chosen: whoever may edit is told so.
    Door("account-edit-many", method="post", given=("account",), instead=only(EDITORS, 422)),
    Door("account-edit-list", instead=only(EDITORS, 200)),
    Door("account-edit-show", rows={"pk": "account_edit"}, instead=only(("rep", "admin"), 200, 404)),
    Door("account-edit-undo", method="post", rows={"pk": "account_edit"}, instead=only(("rep", "admin"), 302, 404)),
    *(
        Door(
            "account-edit",
            method=method,
            rows={"pk": "account"},
            words={"code": code},
            data={"was": "{"},  # which is not whole: whoever may edit is told so
            instead=only(people, 200 if method == "get" else 422) | STRANGER_404,
        )
        for code, people in (("industry", EDITORS), ("is_target", TARGETERS), ("owner", ("sales_manager", "admin")))
        for method in ("get", "post")
    ),
    Door("account-family", rows={"pk": "account"}, instead=STRANGER_404),
    Door("account-changes", rows={"pk": "account"}, instead=STRANGER_404),
    Door("account-show", rows={"pk": "account"}, instead=STRANGER_404),
    Door("account-why", rows={"pk": "account"}, instead=STRANGER_404),
    Door("account-confirm", method="post", rows={"pk": "account"}, instead=only(EDITORS, 302) | STRANGER_404),
    Door("account-assign", rows={"pk": "account"}, instead=only(("sales_manager", "admin"), 200) | STRANGER_404),
    Door(
        "account-assign",
        method="post",
        rows={"pk": "account"},
        instead=only(("sales_manager", "admin"), 302) | STRANGER_404,
    ),
    Door("account-moves", rows={"pk": "account"}, instead=STRANGER_404),
    *(
        Door(f"account-{verb}", rows={"pk": "account"}, instead=only(people, 200) | STRANGER_404)
        for verb, people in {"override": DECIDERS, "appeal": SALES}.items()
    ),
    # Nothing is said: whoever may is told so.
    *(
        Door(f"account-{verb}", method="post", rows={"pk": "account"}, instead=only(people, 422) | STRANGER_404)
        for verb, people in {"override": DECIDERS, "appeal": SALES}.items()
    ),
    Door("override-end", method="post", rows={"pk": "override"}, instead=only(DECIDERS, 302) | STRANGER_404),
    Door("appeal-list", given=("appeal",)),
    Door("appeal-decide", method="post", rows={"pk": "appeal"}, instead=only(IMPORTERS, 422) | STRANGER_404),
    Door("absence-list"),
    Door("absence-list", method="post", data={"starts_on": "2026-03-09", "ends_on": "2026-03-13"}, status=302),
    Door("absence-end", method="post", rows={"pk": "absence"}, instead=only(("rep",), 302, others=404)),
    Door("approval-list", given=("approval",)),
    Door("approval-show", rows={"pk": "approval"}, instead=STRANGER_404),
    Door(
        "approval-decide",
        method="post",
        rows={"pk": "approval"},
        data={"verdict": "approve", "reason": "Worth it."},
        instead=only(("marketing_manager",), 302) | STRANGER_404,
    ),
    Door("domain-list", instead=only(("sales_manager", "marketing_manager", "admin"), 200)),
    # Nothing waits for it: whoever may is told so.
    Door("domain-make-account", method="post", instead=only(("sales_manager", "marketing_manager", "admin"), 302)),
    Door("account-duplicates", given=("duplicate",), instead=only(IMPORTERS, 200)),
    Door("account-keep-apart", method="post", rows={"pk": "duplicate"}, instead=only(IMPORTERS, 302)),
    Door("account-part", method="post", rows={"pk": "account_merge"}, instead=only(IMPORTERS, 302)),
    Door("account-compare", rows={"pk": "account"}, instead=only(IMPORTERS, 200) | STRANGER_404),
    Door(
        "account-merge",
        method="post",
        rows={"pk": "account"},
        given=("duplicate",),
        instead=only(IMPORTERS, 404) | STRANGER_404,  # which other account, it does not say
    ),
    # Led on to the same page with the key of an order-to-be in its address.
    Door("menu-show", 302, rows={"pk": "account"}, instead=STRANGER_404),
    # Nothing is ticked: whoever may order is told so.
    Door("menu-show", method="post", rows={"pk": "account"}, data=KEY, instead=only(SELLERS, 422) | STRANGER_404),
    Door("menu-total", rows={"pk": "account"}, instead=STRANGER_404),
    Door("menu-total", method="post", rows={"pk": "account"}, instead=STRANGER_404),
    Door("committee-show", rows={"pk": "account"}, instead=STRANGER_404),
    Door("committee-add", rows={"pk": "account"}, instead={"analyst": 403} | STRANGER_404),
    # Nobody is ticked: whoever may add is told so.
    Door("committee-add", 422, method="post", rows={"pk": "account"}, instead={"analyst": 403} | STRANGER_404),
    Door("person-show", rows={"pk": "contact"}, instead=STRANGER_404),
    *(
        Door(f"person-{name}", rows={"pk": "contact"}, instead={"analyst": 403} | STRANGER_404)
        for name in ("stance", "edit")
    ),
    *(
        Door(f"person-{verb}", status, method="post", rows={"pk": "contact"}, instead={"analyst": 403} | STRANGER_404)
        for verb, status in {"settle": 302, "stance": 422, "edit": 422, "move": 302, "opt": 302}.items()
    ),
    *(
        Door(f"person-{name}", rows={"pk": "contact"}, instead=only(IMPORTERS, 200) | STRANGER_404)
        for name in ("export", "erase")
    ),
    Door("person-erase", method="post", rows={"pk": "contact"}, instead=only(IMPORTERS, 422) | STRANGER_404),
    Door("coverage-show", given=("contacts",)),
    Door("persona-list", given=("contacts",)),
    Door("persona-show", rows={"pk": "persona"}, given=("contacts",)),
    Door("order-list", given=("order",)),
    # Led on to the same page with the key of an order-to-be in its address.
    Door("bulk-order-new", instead=only(SELLERS, 302)),
    # No account is ticked: whoever may order is told so.
    Door("bulk-order-new", method="post", data=KEY, instead=only(SELLERS, 422)),
    Door("bulk-order-list", given=("bulk_order",)),
    Door("bulk-order-show", rows={"pk": "bulk_order"}, instead=STRANGER_404),
    Door("bulk-order-refused", rows={"pk": "bulk_order"}, instead=STRANGER_404),
    Door("bulk-order-place", method="post", rows={"pk": "bulk_order"}, instead=only(SELLERS, 302) | STRANGER_404),
    Door("order-show", rows={"pk": "order"}, instead=STRANGER_404),
    Door("order-line-cancel", method="post", rows={"pk": "line"}, instead=only(SELLERS, 302) | STRANGER_404),
    Door("follow-up-finish", method="post", rows={"pk": "follow_up"}, instead=only(SELLERS, 302) | STRANGER_404),
    Door("search-show"),
    Door("notification-list"),
    Door("notification-read", 302, method="post"),
    Door("notification-open", method="post", rows={"pk": "notification"}, instead=only(("rep",), 302, others=404)),
    Door("style", instead=only(("admin",), 200, others=404)),
    Door("task-list"),
    Door("task-board"),
    Door("task-show", rows={"pk": "task"}, instead=STRANGER_404),
    Door("task-bulk", method="post", instead=only(WORKERS, 302)),
    Door("task-filters"),
    Door("workload-show", instead=only(("marketing_manager", "admin"), 200)),
    # Nothing is moved: whoever may is told so.
    Door("workload-level", method="post", instead=only(("marketing_manager", "admin"), 409)),
    Door("task-view-list"),
    Door("task-view-save", 302, method="post", data={"name": "Mine"}),
    Door("task-view-show", rows={"pk": "saved_task_view"}, instead=only(("marketer",), 302, 404)),
    *(
        Door(f"task-view-{verb}", method="post", rows={"pk": "saved_task_view"}, instead=only(("marketer",), 302, 404))
        for verb in ("update", "share", "delete")
    ),
    Door("task-claim-next", method="post", instead=only(WORKERS, 302)),
    *(
        Door(f"task-{verb}", method="post", rows={"pk": "task"}, instead=only(WORKERS, status) | STRANGER_404)
        for verb, status in {"claim": 302, "release": 302, "resume": 302, "wait": 422, "deliver": 422}.items()
    ),
    Door(
        "task-step",
        method="post",
        rows={"pk": "task", "step_pk": "step"},
        instead=only(WORKERS, 302) | STRANGER_404,
    ),
    Door("notification-mail", 302, method="post", data={"when": "daily"}),
    Door("calendar-show"),
    Door("calendar-make", 302, method="post"),
    Door("calendar-revoke", 302, method="post"),
    Door("task-people", rows={"pk": "task"}, instead=STRANGER_404),
    Door(
        "task-point",
        method="post",
        rows={"pk": "task", "step_pk": "step"},
        words={"point": "0"},
        instead=only(WORKERS, 302) | STRANGER_404,
    ),
    # It ships nothing: whoever may ask is told so.
    Door("task-addresses", 302, method="post", rows={"pk": "task"}, instead=only(WORKERS, 302) | STRANGER_404),
    # Nothing is sent: whoever may is told so.
    Door("task-file-add", 302, method="post", rows={"pk": "task"}, instead={"analyst": 403} | STRANGER_404),
    Door("task-file-show", rows={"pk": "task_file"}, instead=STRANGER_404),
    Door(
        "task-file-remove",
        302,
        method="post",
        rows={"pk": "task_file"},
        instead={"rep": 403, "sales_manager": 403, "analyst": 403} | STRANGER_404,
    ),
    Door("task-comment", 422, method="post", rows={"pk": "task"}, instead={"analyst": 403} | STRANGER_404),
    Door("source-list", instead=only(("marketing_manager", "admin", "analyst"), 200)),
    *(
        Door(name, instead=only(IMPORTERS, 200))
        for name in ("import-list", "import-new", "import-sample", "unsettled-list")
    ),
    *(
        Door(f"import-{name}", rows={"pk": "draft"}, instead=only(IMPORTERS, 200))
        for name in ("show", "preview", "rows", "check", "expected", "stays")
    ),
    Door("import-undo", 302, rows={"pk": "draft"}, instead=only(IMPORTERS, 302)),
    *(
        Door(f"import-{verb}", method="post", rows={"pk": "draft"}, instead=only(IMPORTERS, status))
        for verb, status in {"confirm": 422, "apply": 302, "discard": 302, "take-in": 302}.items()
    ),
    Door("unsettled-settle", method="post", instead=only(IMPORTERS, 302)),
    Door("tactic-list"),
    Door("tactic-picture", rows={"pk": "pictured_tactic"}, words={"digest": "a" * 64}),
    Door("menu-preview", given=("account",), instead=only(("marketing_manager", "admin"), 200)),
    Door("program-list"),
    Door("program-show", rows={"pk": "program"}),
    Door("program-add", instead=only(IMPORTERS, 200)),
    Door("program-edit", rows={"pk": "program"}, instead=only(IMPORTERS, 200)),
    Door("program-freeze", method="post", rows={"pk": "program"}, instead=only(IMPORTERS, 302)),
    Door("funnel-show"),
    Door("deal-list", data={"kind": "won"}),
    Door("metric-list"),
    Door("metric-rows", words={"figure": "won"}),
    Door("metric-rows", words={"figure": "campaign_spend"}, instead={"rep": 403, "other_rep": 403}),
    Door("metric-show", words={"metric": "win_rate"}),
    Door("metric-show", words={"metric": "cac"}, instead={"rep": 403, "other_rep": 403}),
    Door(
        "metric-show",
        method="post",
        words={"metric": "win_rate"},
        data={"definition": "interactions", "reason": "As agreed."},
        instead=only(DECIDERS, 302),
    ),
    Door("metric-confirm", method="post", rows={"pk": "metric_choice"}, instead=only(("sales_manager", "admin"), 302)),
    Door("metric-decline", method="post", rows={"pk": "metric_choice"}, instead=only(DECIDERS, 302)),
    Door("metric-tactics"),
    Door("metric-attribution"),
    Door("metric-content"),
    Door("metric-targets"),
    Door("metric-target-new", status=403, instead=only(IMPORTERS, 200)),
    Door("metric-target", rows={"pk": "metric_target"}, status=403, instead=only(IMPORTERS, 200)),
    Door("metric-target-remove", method="post", rows={"pk": "metric_target"}, instead=only(IMPORTERS, 302)),
    Door("metric-goals", instead=only(IMPORTERS, 200)),
    Door("metric-goals", method="post", data={"touches": "5"}, instead=only(IMPORTERS, 302)),
    Door("metric-stages"),
    Door("metric-staying", words={"pk": "1"}, status=404),
    Door("metric-below", words={"stage": "engaged"}, status=404),
    Door("metric-trend", words={"metric": "win_rate", "kind": "svg"}, status=404),
    Door("metric-trend", words={"metric": "cac", "kind": "csv"}, status=404, instead={"rep": 403, "other_rep": 403}),
    Door("metric-returns", instead={"rep": 403, "other_rep": 403}),
    Door("metric-returns-rows", status=404, instead={"rep": 403, "other_rep": 403}),
    Door("account-content", rows={"pk": "account"}, instead=STRANGER_404),
    Door("metric-months"),
    Door("metric-report", words={"year": "2020", "month": "1"}, status=404),
    Door("metric-notes", instead={"analyst": 403}),
    Door("metric-notes", method="post", data={"about": "Podcast", "text": "Quoted."}, instead=only(WRITERS, 302)),
    Door("metric-months", method="post", data={"month": "2026-01-01"}, instead=only(DECIDERS, 302)),
    *(Door(f"funnel-{page}") for page in ("slices", "cohorts")),
    *(Door(f"funnel-{page}", instead={"rep": 403, "other_rep": 403}) for page in ("invest", "plan", "balance")),
    # No night has run.
    Door("deal-figures"),
    Door("deal-rows", data={"kind": "won"}),
    Door("funnel-chart", 404, words={"what": "won", "kind": "svg"}),
    Door(
        "funnel-balance-picture",
        404,
        words={"what": "spend", "kind": "png"},
        instead={"rep": 403, "other_rep": 403},
    ),
    Door("funnel-picture", 404),
    Door("funnel-picture-png", 404),
    Door("funnel-rows", 404, data={"motion": "abm", "stage": "won"}),
    Door("icp-list", instead=only(STEERS, 200)),
    Door("icp-learn", instead=only(STEERS, 200)),
    Door("icp-show", rows={"pk": "icp_profile"}, instead=only(STEERS, 200)),
    Door("icp-examine", rows={"pk": "icp_profile"}, instead=only(STEERS, 200)),
    Door("icp-draft", method="post", data={"from": "saas"}, instead=only(IMPORTERS, 302)),
    Door("icp-learn-draft", method="post", instead=only(IMPORTERS, 302)),
    Door("icp-learn-add", method="post", data={"finding": "nonsense"}, instead=only(IMPORTERS, 404)),
    Door("icp-publish", method="post", rows={"pk": "icp_draft"}, instead=only(("admin",), 302)),
    Door("icp-restore", method="post", rows={"pk": "icp_earlier"}, instead=only(("admin",), 302)),
    Door("policy-list", instead=only(STEERS, 200)),
    *(
        Door(f"policy-{page}", rows={"pk": "policy_earlier"}, instead=only(STEERS, 200))
        for page in ("show", "examine", "compare", "preview")
    ),
    # Nothing was previewed: whoever may see it is led there.
    Door("policy-preview-export", rows={"pk": "policy_draft"}, instead=only(STEERS, 302)),
    Door("policy-draft", method="post", data={"from": "nonsense"}, instead=only(IMPORTERS, 404)),
    *(
        Door(f"policy-{verb}", method="post", rows={"pk": "policy_draft"}, instead=only(IMPORTERS, 302))
        for verb in ("preview", "submit", "approve", "publish", "restore")
    ),
    Door("budget-list", instead={"rep": 403, "other_rep": 403}),
    Door("budget-show", rows={"pk": "envelope"}, instead={"rep": 403, "other_rep": 403}),
    Door("budget-edit", rows={"pk": "envelope"}, instead=only(("marketing_manager", "admin"), 200)),
    Door("budget-edit", 422, method="post", rows={"pk": "envelope"}, instead=only(("marketing_manager", "admin"), 422)),
    Door("api-reference"),
)

# Open to strangers by intent, and tested where they are made.
PUBLIC = {"address-confirm", "calendar-feed", "first-admin", "healthz", "readyz"}
# Whole applications with their own rules: Django's admin (staff only, tested below) and the sign-in pages.
FOREIGN = ("admin/", "sign-in/")


def patterns_of(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif not str(entry.pattern).startswith(FOREIGN):
            yield from patterns_of(entry)


def test_every_url_is_in_the_matrix() -> None:
    names = {pattern.name for pattern in patterns_of(get_resolver())}
    assert None not in names, "a URL without a name"
    assert names - PUBLIC == {door.name for door in DOORS}


def path_of(door: Door, request: pytest.FixtureRequest) -> str:
    rows = {keyword: request.getfixturevalue(row).pk for keyword, row in door.rows.items()}
    return reverse(door.name, kwargs=rows | door.words)


def ask(browser: Client, door: Door, path: str) -> int:
    send = browser.post if door.method == "post" else browser.get
    answer: Any = send(path, door.data)
    if answer.streaming:
        # Read to its end, so that its file is closed.
        assert b"".join(answer.streaming_content) is not None
    return int(answer.status_code)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_opens_for_whom_it_should(door: Door, request: pytest.FixtureRequest) -> None:
    people: dict[str, User] = {person: request.getfixturevalue(person) for person in CAST}
    for fixture in door.given:
        request.getfixturevalue(fixture)
    path = path_of(door, request)
    found = {}
    for person, user in people.items():
        with transaction.atomic():
            found[person] = ask(browser_of(user), door, path)
            # The next one finds everything as it was.
            transaction.set_rollback(True)
    assert found == {person: door.status_for(person) for person in CAST}


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_stranger_is_led_to_the_sign_in(door: Door, request: pytest.FixtureRequest) -> None:
    path = path_of(door, request)
    send = Client().post if door.method == "post" else Client().get
    response = send(path)
    if door.name.startswith("api-") and door.name != "api-reference":
        # A program cannot fill in a form.
        assert response.status_code == 401
        return
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("person", CAST)
def test_only_staff_may_open_the_admin(person: str, request: pytest.FixtureRequest) -> None:
    response = browser_of(request.getfixturevalue(person)).get(reverse("admin:index"))
    assert response.status_code == (200 if person == "admin" else 302)


def test_post_doors_do_not_act_on_get(request: pytest.FixtureRequest) -> None:
    """A link that somebody follows, or a browser that fetches ahead, changes nothing."""
    browser = browser_of(request.getfixturevalue("admin"))
    posted = [door for door in DOORS if door.method == "post"]
    readable = {door.name for door in DOORS if door.method == "get"}
    for door in posted:
        if door.name not in readable:
            assert browser.get(path_of(door, request)).status_code == 405, door.name
