"""Why a harvest can't begin, in sentences that are told where it was asked for."""

from collections.abc import Mapping
from typing import cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imagehub.lib.errors import FileTooLarge, Forbidden, ImageHubError, Invalid, NotFound, SourceUnavailable

OF_SOURCES = (Forbidden, NotFound, SourceUnavailable, FileTooLarge)
_SENTENCES: Mapping[str, str | Promise] = {
    NotFound.code: _("There are no documents like this."),
    Forbidden.code: _("This place may not be harvested here."),
}


def sentence(refusal: ImageHubError) -> str:
    """Return what is wrong; of several things the first."""
    if isinstance(refusal, Invalid) and refusal.details:
        return cast("list[str]", next(iter(refusal.details.values())))[0]
    return str(_SENTENCES.get(refusal.code, refusal.message))
