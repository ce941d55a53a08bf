"""Files that leave to be kept by whoever asked for them."""

from django.utils.http import content_disposition_header


def labels(name: str, content_type: str) -> dict[str, str]:
    """Return the headers of a file that is saved under a name, and that no cache keeps."""
    return {
        "Content-Type": content_type,
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
