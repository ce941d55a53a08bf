"""What people are told about an exchange that ended without an answer."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imagehub.lib.outbound.refusals import Reason

SENTENCES: Mapping[str, str | Promise] = {
    Reason.URL: _("This is not an address that we go to."),
    Reason.ADDRESS: _("The name leads to an address that is not public."),
    Reason.UNKNOWN_HOST: _("There is no server of this name."),
    Reason.REDIRECTS: _("The server sends us on too often."),
    Reason.TOO_LARGE: _("The file is too large."),
    Reason.TOO_SLOW: _("The server took too long."),
    Reason.UNREACHABLE: _("The server can't be reached."),
    Reason.INSECURE: _("The connection to the server can't be trusted."),
    Reason.BROKEN: _("The server's answer is broken."),
}
