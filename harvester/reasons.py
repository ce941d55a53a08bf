"""Why an address gave no file, as one word for programs and one sentence for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imagehub.lib.outbound import sentences

SENTENCES: dict[str, str | Promise] = {
    **sentences.SENTENCES,
    "not_found": _("The server has no such file."),
    "http_error": _("The server refused to send the file."),
    "server_error": _("The server has a fault."),
    "rate_limited": _("The server asks us to come back later."),
    "not_an_image": _("This is not an image."),
    "unsupported_format": _("This kind of image is not taken here."),
    "damaged": _("The image is damaged."),
    "too_many_pixels": _("The image has too many pixels or frames."),
    "too_expensive": _("The image takes too much work to read."),
    "empty": _("The file is empty."),
    "robots": _("The server's robots.txt keeps us out."),
    "opted_out": _("The server does not want this file to be collected."),
    "host_resting": _("The server failed too often lately."),
    "gave_up": _("This was tried too often without success."),
    "no_url": _("The document holds something that is no address."),
    "too_many_urls": _("The document holds more addresses than are taken of one."),
}
UNKNOWN = _("This did not work out.")


def sentence(reason: str) -> str:
    """Return what people are told about a reason, in their language."""
    return str(SENTENCES.get(reason, UNKNOWN))
