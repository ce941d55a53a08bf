"""What an account may be called."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SHORTEST_NAME, LONGEST_NAME = 2, 64
# No "@", so that nobody's name can be taken for somebody's e-mail address; no letters that look like others.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._+-]*[a-z0-9])?")


def clean(name: str) -> str:
    """Return a user name in its one spelling, lower case; ValidationError if nobody may be called so."""
    folded = name.strip().lower()
    if not SHORTEST_NAME <= len(folded) <= LONGEST_NAME or not _NAME.fullmatch(folded):
        raise ValidationError(
            _("Use 2 to 64 letters from a to z, digits, and . _ + - in between."), code="invalid_username"
        )
    return folded
