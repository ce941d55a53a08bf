"""What can be held against a page as it is shown, and where its pictures are kept."""

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as Overdue

PHONE = 360
SETTLED = 5_000  # milliseconds
WIDTHS = [320, PHONE, 768, 1280, 1920]
FOLDER = settings.BASE_DIR / "artefacts" / "screens"
_BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Page) -> list[str]:
    """Return what axe holds against the page, as rule and place."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']} {node['target']}" for fault in found for node in fault["nodes"]]


def pale(page: Page) -> list[str]:
    """Return what axe holds against the page's colours alone; the rest of its rules see none."""
    found = Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    return [f"{fault['id']} {node['target']}" for fault in found for node in fault["nodes"]]


def sticks_out(page: Page) -> bool:
    """Tell whether the page is wider than the window, and stays so: what scripts lay out follows a moment later."""
    if page.evaluate(_BEYOND) <= 0:
        return False
    try:
        page.wait_for_function(f"{_BEYOND} <= 0", timeout=SETTLED)
    except Overdue:
        return True
    return False


def keep(page: Page, name: str) -> None:
    """Keep what the window shows as an artefact."""
    page.screenshot(path=FOLDER / f"{name}.png")


def look(page: Page, name: str) -> list[str]:
    """Return what is wrong with a page as it stands, in both appearances and at every width; keep each view."""
    wrong: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        wrong += [f"{name} {scheme}: {fault}" for fault in faults(page)]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if sticks_out(page):
                wrong.append(f"{name} at {width} px sticks out")
            keep(page, f"{name}-{width}-{scheme}")
    return wrong


def glance(page: Page, name: str) -> list[str]:
    """Return what is wrong with a page, whose layout is the same in both appearances; keep one view of each."""
    page.emulate_media(color_scheme="light")
    wrong = faults(page)
    keep(page, f"{name}-light")
    page.emulate_media(color_scheme="dark")
    wrong += pale(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wrong += [f"sticks out at {width} px"] if sticks_out(page) else []
        if width == PHONE:
            keep(page, f"{name}-{PHONE}-dark")
    page.set_viewport_size({"width": 1280, "height": 800})
    return [f"{name}: {fault}" for fault in wrong]
