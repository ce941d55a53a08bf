"""The oldest versions of packages that judge foreign bytes and credentials with no hole known to us."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from django.core import checks

# The last series that is still mended, or the first version without the holes that we know of.
FLOORS: Mapping[str, tuple[int, ...]] = {
    "django": (5, 2),  # supported until April 2028
    "djangorestframework": (3, 18),
    "djangorestframework-simplejwt": (5, 5, 1),
    "pillow": (12, 3),
    "pyjwt": (2, 12),
    "cryptography": (44,),
    "urllib3": (2, 5),
    "daphne": (4, 2, 2),  # comes with tests alone; wherever it is
}


def below(installed: Mapping[str, str]) -> list[str]:
    """Return what of this is older than it may be, as `name version (needs …)`."""
    return [
        f"{name} {installed[name]} (needs {'.'.join(map(str, floor))})"
        for name, floor in FLOORS.items()
        if name in installed and _parsed(installed[name]) < floor
    ]


@checks.register(checks.Tags.security, deploy=True)
def packages_are_recent(**_: object) -> list[checks.CheckMessage]:
    """No package with a known hole judges foreign bytes or credentials (imagehub.E005)."""
    hint = "Install from requirements.lock, which names versions that are recent enough."
    return [checks.Error(f"Too old: {one}.", hint=hint, id="imagehub.E005") for one in below(_installed())]


def _installed() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in FLOORS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _parsed(text: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: `5.2rc1` counts as (5, 2)."""
    numbers = []
    for part in text.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
