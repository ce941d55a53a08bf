"""How long a name may be, and how much there may be of what people keep."""

from django.utils.translation import gettext as _

from imagehub.lib.errors import Conflict, Invalid
from imagehub.lib.text import one_line


def named(name: str, longest: int) -> str:
    """Return a name on one line, or Invalid."""
    cleaned = one_line(name)
    if not 1 <= len(cleaned) <= longest:
        raise Invalid(details={"name": [_("Use 1 to %(most)d characters.") % {"most": longest}]})
    return cleaned


def require_room(wanted: int, most: int) -> None:
    """Refuse more than there is room for."""
    if wanted > most:
        raise Conflict(_("There is room for %(most)d, no more.") % {"most": most}, details={"limit": most})
