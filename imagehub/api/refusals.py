"""Every exception as the refusal that a caller is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from django.core import exceptions as django_errors
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf_errors

from imagehub.lib import errors

CHALLENGE = 'Bearer realm="imagehub"'
_BY_STATUS: dict[int, tuple[str, str | Promise]] = {
    400: ("PARSE_ERROR", _("The request can't be read.")),
    401: (errors.NotAuthenticated.code, errors.NotAuthenticated.sentence),
    403: (errors.Forbidden.code, errors.Forbidden.sentence),
    404: (errors.NotFound.code, errors.NotFound.sentence),
    405: ("METHOD_NOT_ALLOWED", _("This address does not take such requests.")),
    406: ("NOT_ACCEPTABLE", _("The answer is not available in a form that you accept.")),
    409: (errors.Conflict.code, errors.Conflict.sentence),
    410: (errors.LinkExpired.code, errors.LinkExpired.sentence),
    413: (errors.FileTooLarge.code, errors.FileTooLarge.sentence),
    415: ("UNSUPPORTED_MEDIA_TYPE", _("The body of the request is of a type that is not taken here.")),
    429: (errors.Throttled.code, errors.Throttled.sentence),
    503: (errors.DatabaseUnavailable.code, errors.DatabaseUnavailable.sentence),
}
_CRASH: tuple[str, str | Promise] = (errors.ImageHubError.code, errors.ImageHubError.sentence)
_FIRST_FAULT_OF_OURS = 500


@dataclass(frozen=True)
class Refusal:
    """What a caller is told instead of an answer."""

    status: int
    code: str
    sentence: str | Promise
    details: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, object]:
        """Return the envelope that every refusal of the API wears."""
        return {"error": str(self.sentence), "code": self.code, "details": self.details}


def of_status(status: int) -> Refusal:
    """Return the refusal for a bare status, where nothing else is known."""
    fallback = _CRASH if status >= _FIRST_FAULT_OF_OURS else _BY_STATUS[400]
    code, sentence = _BY_STATUS.get(status, fallback)
    return Refusal(status, code, sentence, headers=_headers(status))


def of(error: BaseException) -> Refusal:
    """Return what a caller is told about an exception; an unknown one is our fault and says nothing."""
    for kinds, translate in _TRANSLATIONS:
        if isinstance(error, kinds):
            return translate(error)
    return of_status(500)


def is_crash(error: BaseException) -> bool:
    """Tell whether nobody foresaw this exception."""
    return is_fault(error) and of(error).status == _FIRST_FAULT_OF_OURS


def is_fault(error: BaseException) -> bool:
    """Tell whether operators have to hear of it here: of a crash, or of a database; other parts log what fails."""
    is_told = isinstance(error, errors.ImageHubError) and not isinstance(error, errors.DatabaseUnavailable)
    return not is_told and of(error).status >= _FIRST_FAULT_OF_OURS


def _headers(status: int, *, wait: float | None = None) -> dict[str, str]:
    if status == errors.NotAuthenticated.status:
        return {"WWW-Authenticate": CHALLENGE}
    if wait is not None:
        return {"Retry-After": str(max(1, round(wait)))}
    return {"Retry-After": "5"} if status == errors.Unavailable.status else {}


def _own(error: errors.ImageHubError) -> Refusal:
    headers = _headers(error.status, wait=error.retry_after)
    if isinstance(error, errors.InvalidToken):
        headers["WWW-Authenticate"] = f'{CHALLENGE}, error="invalid_token"'
    details = dict(error.details) if error.details is not None else None
    return Refusal(error.status, error.code, error.message, details, headers)


def _invalid(error: drf_errors.ValidationError) -> Refusal:
    detail = error.detail
    fields = detail if isinstance(detail, dict) else {"non_field_errors": detail}
    return replace(_own(errors.Invalid()), details=fields)


def _invalid_model(error: django_errors.ValidationError) -> Refusal:
    fields = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
    return replace(_own(errors.Invalid()), details=fields)


def _throttled(error: drf_errors.Throttled) -> Refusal:
    return replace(of_status(429), headers=_headers(429, wait=getattr(error, "wait", None) or 1))


def _always(refusal: Callable[[], Refusal]) -> Callable[[BaseException], Refusal]:
    return lambda _error: refusal()


# The first line that fits decides, so the narrower kinds come first.
_TRANSLATIONS: list[tuple[tuple[type[BaseException], ...], Callable[..., Refusal]]] = [
    ((errors.ImageHubError,), _own),
    ((drf_errors.ValidationError,), _invalid),
    ((drf_errors.Throttled,), _throttled),
    ((drf_errors.NotAuthenticated,), _always(lambda: _own(errors.NotAuthenticated()))),
    ((drf_errors.AuthenticationFailed,), _always(lambda: _own(errors.InvalidToken()))),
    ((drf_errors.APIException,), lambda error: of_status(error.status_code)),
    ((django_errors.ValidationError,), _invalid_model),
    ((Http404, django_errors.ObjectDoesNotExist), _always(lambda: of_status(404))),
    ((django_errors.PermissionDenied,), _always(lambda: of_status(403))),
    ((django_errors.RequestDataTooBig,), _always(lambda: of_status(413))),
    (
        (django_errors.SuspiciousOperation, django_errors.BadRequest, MultiPartParserError, UnreadablePostError),
        _always(lambda: of_status(400)),
    ),
    ((OperationalError, InterfaceError), _always(lambda: of_status(503))),
]
# What a caller is told about; anything else is a crash.
FORESEEN: tuple[type[BaseException], ...] = tuple(kind for kinds, _translate in _TRANSLATIONS for kind in kinds)
