"""Pictures of the running app: the few of the README, or with --all every page in every shape.

make run                                          # in another terminal
.venv/bin/python scripts/pictures.py              # docs/pictures/*.png
.venv/bin/python scripts/pictures.py --all DIR    # every page, light and dark, phone to wide, with axe's verdict
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desk": {"width": 1440, "height": 900},
    "wide": {"width": 2560, "height": 1300},
}


@dataclass(frozen=True)
class Shot:
    """A page as one role sees it: the path, the patterns of links to follow from there, how many tactics to tick."""

    name: str
    role: str
    path: str
    follow: tuple[str, ...] = ()
    ticks: int = 0


SHOTS = (
    Shot("home-rep", "sales_rep", "/"),
    Shot("home-sales-manager", "sales_manager", "/"),
    Shot("home-marketer", "marketer", "/"),
    Shot("home-marketing-manager", "marketing_manager", "/"),
    Shot("home-admin", "admin", "/"),
    Shot("home-analyst", "analyst", "/"),
    Shot("accounts", "sales_rep", "/accounts/"),
    Shot("accounts-filters", "sales_rep", "/accounts/filters/"),
    Shot("accounts-columns", "sales_rep", "/accounts/columns/"),
    Shot("accounts-views", "sales_rep", "/accounts/views/"),
    Shot("accounts-edit", "sales_manager", "/accounts/edit/?all=yes&back=tier%3D1"),
    Shot("accounts-edits", "admin", "/accounts/edits/"),
    Shot("account", "sales_rep", "/accounts/?tier=1", (r"^/accounts/\d+/$",)),
    Shot("account-why", "sales_rep", "/accounts/?tier=1", (r"^/accounts/\d+/$", r"/why/$")),
    Shot("account-moves", "sales_rep", "/accounts/?tier=1", (r"^/accounts/\d+/$", r"/tiers/$")),
    Shot("account-override", "sales_manager", "/accounts/?tier=1", (r"^/accounts/\d+/$", r"/override/$")),
    Shot("account-appeal", "sales_rep", "/accounts/?tier=2", (r"^/accounts/\d+/$", r"/appeal/$")),
    Shot("appeals", "marketing_manager", "/appeals/"),
    Shot("account-changes", "sales_rep", "/accounts/?tier=1", (r"^/accounts/\d+/$", r"/changes/$")),
    Shot("account-family", "marketing_manager", "/accounts/?q=montsoleil", (r"^/accounts/\d+/$", r"/family/$")),
    Shot("account-fact", "sales_rep", "/accounts/?tier=1", (r"^/accounts/\d+/$", r"/edit/industry/$")),
    Shot("menu", "sales_rep", "/accounts/?tier=1", (r"^/accounts/\d+/$", r"^/accounts/\d+/menu/"), ticks=2),
    Shot("committee", "sales_rep", "/accounts/?tier=1", (r"^/accounts/\d+/$", r"/committee/$")),
    Shot("committee-add", "sales_rep", "/accounts/?tier=1", (r"^/accounts/\d+/$", r"/committee/add/$")),
    Shot("person", "marketing_manager", "/personas/1/", (r"^/people/\d+/$",)),
    Shot("person-edit", "marketing_manager", "/personas/1/", (r"^/people/\d+/$", r"/edit/$")),
    Shot("person-stance", "marketing_manager", "/personas/1/", (r"^/people/\d+/$", r"/stance/$")),
    Shot("person-erase", "marketing_manager", "/personas/1/", (r"^/people/\d+/$", r"/erase/$")),
    Shot("coverage", "marketing_manager", "/coverage/"),
    Shot("coverage-owner", "sales_manager", "/coverage/?by=owner&level=reachable"),
    Shot("personas", "sales_rep", "/personas/"),
    Shot("persona", "sales_rep", "/personas/1/"),
    Shot("orders", "sales_rep", "/orders/"),
    Shot("bulk-orders", "sales_rep", "/orders/bulk/"),
    Shot("bulk-order", "sales_rep", "/orders/bulk/", (r"^/orders/bulk/\d+/$",)),
    Shot("bulk-order-new", "sales_rep", "/accounts/order/?all=yes&back=tier%3D1"),
    Shot("bulk-order-plan", "sales_rep", "/accounts/order/?all=yes&back=tier%3D1&tactic=1&tactic=2&people=2"),
    Shot("order", "sales_rep", "/orders/", (r"^/orders/\d+/$",)),
    Shot("absences", "marketing_manager", "/absences/"),
    Shot("approvals", "marketing_manager", "/approvals/"),
    Shot("approvals-waiting", "sales_rep", "/approvals/?view=waiting"),
    Shot("approval", "marketing_manager", "/approvals/", (r"^/approvals/\d+/$",)),
    Shot("search", "sales_rep", "/search/?q=sys"),
    Shot("notifications", "sales_rep", "/notifications/"),
    Shot("calendar", "marketer", "/calendar/"),
    Shot("tasks", "marketer", "/tasks/"),
    Shot("board", "marketer", "/tasks/board/"),
    Shot("tasks-filters", "marketer", "/tasks/filters/"),
    Shot("tasks-views", "marketer", "/tasks/views/"),
    Shot("workload", "marketing_manager", "/tasks/workload/"),
    Shot("workload-days", "marketing_manager", "/tasks/workload/?by=day&of=team"),
    Shot("task", "marketer", "/tasks/?view=all", (r"^/tasks/\d+/$",)),
    Shot("catalogue", "marketer", "/catalogue/"),
    Shot("menu-preview", "marketing_manager", "/menus/preview/"),
    Shot("funnel", "marketing_manager", "/funnel/"),
    Shot("deals", "marketing_manager", "/funnel/deals/"),
    Shot("metrics", "marketing_manager", "/metrics/"),
    Shot("metric", "marketing_manager", "/metrics/win_rate/"),
    Shot("metric-rows", "marketing_manager", "/metrics/rows/won_amount/"),
    Shot("metric-attribution", "marketing_manager", "/metrics/attribution/"),
    Shot("metric-content", "marketing_manager", "/metrics/content/"),
    Shot("account-content", "sales_rep", "/metrics/content/", (r"^/accounts/\d+/content/$",)),
    Shot("metric-returns", "marketing_manager", "/metrics/returns/"),
    Shot(
        "metric-returns-rows", "marketing_manager", "/metrics/returns/", (r"^/metrics/returns/rows/\?.*outcome=won$",)
    ),
    Shot("metric-stages", "marketing_manager", "/metrics/stages/"),
    Shot("metric-staying", "marketing_manager", "/metrics/stages/", (r"^/metrics/stages/\d+/deals/$",)),
    Shot("metric-below", "marketing_manager", "/metrics/stages/", (r"^/metrics/stages/\w+/accounts/$",)),
    Shot("metric-targets", "marketing_manager", "/metrics/targets/"),
    Shot("metric-target-new", "marketing_manager", "/metrics/targets/new/"),
    Shot("metric-goals", "marketing_manager", "/metrics/goals/"),
    Shot("metric-tactics", "marketing_manager", "/metrics/tactics/"),
    Shot("metric-note", "marketing_manager", "/metrics/notes/"),
    Shot("metric-months", "marketing_manager", "/metrics/months/"),
    Shot("programs", "marketing_manager", "/programs/"),
    Shot("program", "marketing_manager", "/programs/1/"),
    Shot("program-edit", "marketing_manager", "/programs/1/edit/"),
    Shot("program-new", "marketing_manager", "/programs/new/"),
    Shot("deal-figures", "marketing_manager", "/funnel/deals/figures/"),
    Shot("deal-rows", "marketing_manager", "/funnel/deals/rows/?kind=won"),
    Shot("funnel-slices", "marketing_manager", "/funnel/slices/"),
    Shot("funnel-cohorts", "marketing_manager", "/funnel/cohorts/"),
    Shot("funnel-rows", "marketing_manager", "/funnel/rows/?motion=abm&stage=won"),
    Shot("funnel-invest", "marketing_manager", "/funnel/invest/"),
    Shot("funnel-plan", "marketing_manager", "/funnel/plan/"),
    Shot("funnel-balance", "marketing_manager", "/funnel/balance/"),
    Shot("icp", "admin", "/icp/"),
    Shot("icp-version", "admin", "/icp/", (r"^/icp/\d+/$",)),
    Shot("icp-learn", "marketing_manager", "/icp/learn/?meaning=marked"),
    Shot("icp-too-few", "analyst", "/icp/learn/?meaning=since&years=30"),
    Shot("policies", "marketing_manager", "/policies/"),
    Shot("policy", "marketing_manager", "/policies/", (r"^/policies/\d+/$",)),
    Shot("policy-preview", "marketing_manager", "/policies/2/preview/"),
    Shot("policy-comparison", "marketing_manager", "/policies/1/compare/"),
    Shot("budgets", "marketing_manager", "/budgets/"),
    Shot("budget", "marketing_manager", "/budgets/", (r"^/budgets/\d+/$",)),
    Shot("budget-edit", "marketing_manager", "/budgets/", (r"^/budgets/\d+/$", r"^/budgets/\d+/edit/$")),
    Shot("imports", "admin", "/imports/"),
    Shot("import-new", "admin", "/imports/new/"),
    Shot("import-show", "admin", "/imports/", (r"^/imports/\d+/$",)),
    Shot("import-undo", "admin", "/imports/", (r"^/imports/\d+/$", r"^/imports/\d+/undo/$")),
    Shot("unknown-domains", "marketing_manager", "/accounts/unknown-domains/"),
    Shot("sources", "marketing_manager", "/sources/"),
    Shot("unsettled", "admin", "/imports/unsettled/"),
    Shot("duplicates", "admin", "/accounts/duplicates/"),
    Shot("admin", "admin", "/admin/"),
    Shot("admin-tactics", "admin", "/admin/menus/tactic/"),
    Shot("admin-tactic", "admin", "/admin/menus/tactic/1/change/"),
    Shot("admin-menu-draft", "admin", "/admin/menus/menudraft/add/"),
    Shot("admin-icp", "admin", "/admin/scoring/icpprofile/1/change/"),
    Shot("admin-policy", "admin", "/admin/scoring/tierpolicy/1/change/"),
    Shot("admin-title-rules", "admin", "/admin/committee/titlerule/"),
    Shot("admin-try-title", "admin", "/admin/committee/titlerule/try/?title=SVP,+Procurement&count=1"),
    Shot("admin-runs", "admin", "/admin/core/run/"),
    Shot("admin-calendar", "admin", "/admin/core/workingcalendar/"),
    Shot("admin-retention", "admin", "/admin/signals/retention/"),
    Shot("admin-approval-rules", "admin", "/admin/orders/approvalrule/"),
    Shot("admin-routing-rules", "admin", "/admin/orders/routingrule/"),
    Shot("admin-routing-rule", "admin", "/admin/orders/routingrule/add/"),
    Shot("admin-benchmarks", "admin", "/admin/funnel/benchmark/"),
    Shot("admin-stages", "admin", "/admin/funnel/stagedefinition/"),
    Shot("style", "admin", "/style/"),
    Shot("not-found", "sales_rep", "/accounts/0/"),
)
README = ("menu", "funnel")
# What htmx logs when a newer tick replaces the question of an older one: nothing is wrong then.
REPLACED = ("htmx:sendAbort", "htmx:afterRequest")


def sign_ins(file: Path) -> dict[str, tuple[str, str]]:
    """Email and password of each role, from the file that the demo writes."""
    rows = [line.split("\t") for line in file.read_text().splitlines() if line.count("\t") == 2]
    return {role: (email, password) for role, email, password in rows}


def signed_in(browser: Browser, base: str, email: str, password: str) -> list[dict[str, object]]:
    """The cookies of somebody who has signed in."""
    context = browser.new_context(base_url=base)
    page = context.new_page()
    page.goto("/sign-in/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    cookies = [dict(cookie) for cookie in context.cookies()]
    context.close()
    return cookies


def reach(page: Page, shot: Shot) -> None:
    """Open the page, following the first link that matches each pattern. Raises LookupError without one."""
    page.goto(shot.path)
    for pattern in shot.follow:
        # As served: what a page puts in place of a link once it has loaded may be the very page that is wanted.
        paths = [unescape(path) for path in re.findall(r'href="([^"]+)"', page.request.get(page.url).text())]
        path = next((path for path in paths if re.search(pattern, path)), None)
        if path is None:
            raise LookupError(f"{shot.name}: no link like {pattern} on {page.url}")
        page.goto(path)
    for box in page.locator(".menu-item:has(> input:enabled)").all()[: shot.ticks]:
        box.locator("> input").check()
        box.locator(".recipient input:enabled").first.check()
    if shot.ticks:
        page.wait_for_load_state("networkidle")
        page.evaluate("scrollTo(0, 0)")


def axe_says(page: Page) -> Iterator[str]:
    for violation in Axe().run(page).response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']} {node['target']}"


def take(page: Page, shot: Shot, file: Path) -> list[str]:
    """One picture; returns what is wrong with the page."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REPLACED):
            complaints.append(f"console: {message.text}")

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    try:
        reach(page, shot)
    except LookupError as error:
        return [str(error)]
    page.screenshot(path=file, full_page="--all" in sys.argv)
    # Axe makes style sheets of its own, which the page's policy rightly refuses.
    page.remove_listener("console", listen)
    complaints += axe_says(page)
    if not page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
        complaints.append("the page scrolls sideways")
    if shot.name == "not-found":
        complaints = [complaint for complaint in complaints if "404" not in complaint]
    return complaints


def main() -> int:
    """Returns 1 when a page has something wrong with it."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--base", default="http://127.0.0.1:8000")
    arguments.add_argument("--sign-ins", type=Path, default=ROOT / "var" / "demo-sign-ins.txt")
    arguments.add_argument("--all", type=Path, metavar="DIR", help="every page in every shape, into this folder")
    arguments.add_argument("--only", default="", help="names of pages, separated by commas")
    asked = arguments.parse_args()
    folder: Path = asked.all or ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    names = set(asked.only.split(",")) - {""} or ({shot.name for shot in SHOTS} if asked.all else set(README))
    shots = [shot for shot in SHOTS if shot.name in names]
    sizes = SIZES if asked.all else {"desk": SIZES["desk"]}
    themes = ("light", "dark") if asked.all else ("light",)
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        people = sign_ins(asked.sign_ins)
        cookies = {role: signed_in(browser, asked.base, *people[role]) for role in {shot.role for shot in shots}}
        for theme in themes:
            for size, viewport in sizes.items():
                for shot in shots:
                    context = browser.new_context(
                        base_url=asked.base,
                        viewport=viewport,
                        color_scheme=theme,  # type: ignore[arg-type]
                        reduced_motion="reduce",
                    )
                    context.add_cookies(cookies[shot.role])  # type: ignore[arg-type]
                    name = f"{shot.name}-{theme}-{size}.png" if asked.all else f"{shot.name}.png"
                    complaints = take(context.new_page(), shot, folder / name)
                    context.close()
                    wrong += bool(complaints)
                    for complaint in complaints:
                        print(f"{name}: {complaint}")
        browser.close()
    print(f"{len(shots) * len(sizes) * len(themes)} pictures in {folder}, {wrong} with something wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
