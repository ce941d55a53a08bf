"""What the refusals of one surface carry besides the envelope, whoever raises them."""

from django.conf import settings


def worn(body: dict[str, object], path: str) -> dict[str, object]:
    """Return the envelope as the surface at `path` wears it."""
    marks = settings.SURFACE_MARKS
    return {**next((mark for prefix, mark in marks.items() if path.startswith(prefix)), {}), **body}
