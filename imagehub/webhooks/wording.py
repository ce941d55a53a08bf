"""What came of a try, as one sentence for people; nothing of it is in the receiver's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imagehub.lib.outbound import sentences

SECRET_LOST = "secret_lost"  # noqa: S105  # a reason, no secret
_SENTENCES: Mapping[str, str | Promise] = {
    **sentences.SENTENCES,
    SECRET_LOST: _("Its secret can't be read any more: make a new one."),
}
_OTHERWISE = _("This did not work out.")
_ANSWERED = _("The server answered %(status)s.")


def sentence(status: int | None, reason: str) -> str:
    """Return what people are told, in their language."""
    return str(_SENTENCES.get(reason, _OTHERWISE)) if status is None else str(_ANSWERED) % {"status": status}
