"""Every way in which ImageHub says no, as one family.

ImageHubError
├── Invalid                      400
│   ├── InvalidImage             400
│   ├── DuplicateImage           400
│   ├── RecipeTooExpensive       400
│   └── RenditionTooExpensive    400
├── NotAuthenticated             401
│   ├── InvalidToken             401
│   ├── InvalidCredentials       401
│   └── InvalidApiKey            401
├── Forbidden                    403
│   ├── NotOwner                 403
│   ├── ImageLimitReached        403
│   ├── CsrfFailed               403
│   └── SignatureInvalid         403
├── NotFound                     404
│   ├── UserNotFound             404
│   ├── PictureNotFound          404
│   ├── PublicationNotFound      404
│   ├── ImageNotFound            404
│   ├── JobNotFound              404
│   └── DocumentNotFound         404
├── Conflict                     409
│   ├── InvalidTransition        409
│   ├── JobFinished              409
│   └── IdempotencyConflict      409
├── LinkExpired                  410
├── TooLarge
│   ├── FileTooLarge             413
│   ├── ImageTooLarge            413
│   └── ImageTooExpensive        413
├── UnsupportedFormat            415
├── Throttled                    429
└── Unavailable                  503
    ├── StorageUnavailable       503
    ├── SourceUnavailable        503
    └── DatabaseUnavailable      503

A class carries its HTTP status, its code of the contract and a translated sentence; an instance may
carry facts for the caller (`details`) and the seconds after which another try makes sense.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Details = Mapping[str, object]


class ImageHubError(Exception):
    """A refusal or failure that a caller may be told about."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL_ERROR"
    sentence: ClassVar[str | Promise] = _("Something went wrong on our side.")

    def __init__(
        self,
        sentence: str | Promise | None = None,
        *,
        details: Details | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.message = sentence or self.sentence
        self.details = details
        self.retry_after = retry_after
        super().__init__(self.code)


class Invalid(ImageHubError):
    """The request cannot be understood as meant; `details` names each field."""

    status = 400
    code = "VALIDATION_ERROR"
    sentence = _("Some of the values sent are not valid.")


class InvalidImage(Invalid):
    """The bytes claim to be an image and cannot be decoded as one."""

    code = "INVALID_IMAGE"
    sentence = _("This file is damaged or not a valid image.")


class DuplicateImage(Invalid):
    """The same picture is already there."""

    code = "DUPLICATE_IMAGE"
    sentence = _("This image is already there.")


class RecipeTooExpensive(Invalid):
    """What was asked for would take more work than one request may."""

    code = "RECIPE_TOO_EXPENSIVE"
    sentence = _("This recipe takes too much work. Use fewer or smaller operations.")


class RenditionTooExpensive(Invalid):
    """A size of an image would take more work than one request may, or has done so."""

    code = "RENDITION_TOO_EXPENSIVE"
    sentence = _("This image takes too much work in this size or format. Ask for a smaller one, or for a still.")


class NotAuthenticated(ImageHubError):
    """Nobody said who is asking."""

    status = 401
    code = "NOT_AUTHENTICATED"
    sentence = _("Sign in to do this.")


class InvalidToken(NotAuthenticated):
    """A token was offered and does not hold."""

    code = "INVALID_TOKEN"
    sentence = _("This token is not valid or has expired.")


class InvalidCredentials(NotAuthenticated):
    """Name and password do not belong together."""

    code = "INVALID_CREDENTIALS"
    sentence = _("The name or the password is not right.")


class InvalidApiKey(NotAuthenticated):
    """An API key was offered and does not hold."""

    code = "INVALID_API_KEY"
    sentence = _("This API key is not valid, has expired or was revoked.")


class Forbidden(ImageHubError):
    """Known, and not allowed."""

    status = 403
    code = "PERMISSION_DENIED"
    sentence = _("You are not allowed to do this.")


class NotOwner(Forbidden):
    """The thing belongs to somebody else."""

    code = "NOT_OWNER"
    sentence = _("This belongs to somebody else.")


class ImageLimitReached(Forbidden):
    """The plan of the account allows no more images here."""

    code = "IMAGE_LIMIT_REACHED"
    sentence = _("You have reached the image limit of your plan.")


class CsrfFailed(Forbidden):
    """A browser sent its cookies without proof that one of our pages asked it to."""

    code = "CSRF_FAILED"
    sentence = _("This request did not come from one of our pages. Reload the page and try again.")


class SignatureInvalid(Forbidden):
    """The signature of a link does not belong to it."""

    code = "SIGNATURE_INVALID"
    sentence = _("This link is not valid.")


class NotFound(ImageHubError):
    """There is no such thing, or the caller may not know that there is."""

    status = 404
    code = "NOT_FOUND"
    sentence = _("There is nothing at this address.")


class UserNotFound(NotFound):
    """No such user, as far as the caller may know."""

    code = "USER_NOT_FOUND"
    sentence = _("There is no such user.")


class PictureNotFound(NotFound):
    """No such picture, as far as the caller may know."""

    code = "PICTURE_NOT_FOUND"
    sentence = _("There is no such picture.")


class PublicationNotFound(NotFound):
    """No such publication, as far as the caller may know."""

    code = "PUBLICATION_NOT_FOUND"
    sentence = _("There is no such publication.")


class ImageNotFound(NotFound):
    """No such image, as far as the caller may know."""

    code = "IMAGE_NOT_FOUND"
    sentence = _("There is no such image.")


class JobNotFound(NotFound):
    """No such job, as far as the caller may know."""

    code = "JOB_NOT_FOUND"
    sentence = _("There is no such job.")


class DocumentNotFound(NotFound):
    """The source has no such document."""

    code = "DOCUMENT_NOT_FOUND"
    sentence = _("There is no such document.")


class Conflict(ImageHubError):
    """The thing is in a state that does not allow this."""

    status = 409
    code = "CONFLICT"
    sentence = _("This can't be done in the present state.")


class InvalidTransition(Conflict):
    """The state that is asked for does not follow from the present one."""

    code = "INVALID_TRANSITION"
    sentence = _("This status can't follow the present one.")


class JobFinished(Conflict):
    """The job is over."""

    code = "JOB_FINISHED"
    sentence = _("This job is over.")


class IdempotencyConflict(Conflict):
    """The idempotency key was used for another request."""

    code = "IDEMPOTENCY_CONFLICT"
    sentence = _("This idempotency key was already used for a different request.")


class LinkExpired(ImageHubError):
    """The link was good once."""

    status = 410
    code = "LINK_EXPIRED"
    sentence = _("This link has expired.")


class TooLarge(ImageHubError):
    """More than we take."""

    status = 413


class FileTooLarge(TooLarge):
    """Too many bytes."""

    code = "FILE_TOO_LARGE"
    sentence = _("This file is too large.")


class ImageTooLarge(TooLarge):
    """Too many pixels, too long a side or too many frames."""

    code = "IMAGE_TOO_LARGE"
    sentence = _("This image has too many pixels or frames.")


class ImageTooExpensive(TooLarge):
    """Within all limits, and yet not decoded in the time that one file is given."""

    code = "IMAGE_TOO_EXPENSIVE"
    sentence = _("This image takes too much work to read. Save it anew in a simpler form and try again.")


class UnsupportedFormat(ImageHubError):
    """Not an image of a format that is taken here, judged by its content."""

    status = 415
    code = "UNSUPPORTED_FORMAT"
    sentence = _("This kind of file is not accepted here.")


class Throttled(ImageHubError):
    """Too many requests in too short a time."""

    status = 429
    code = "THROTTLED"
    sentence = _("Too many requests. Wait a little and try again.")


class Unavailable(ImageHubError):
    """A part that we depend on does not answer; the same request may succeed later."""

    status = 503

    def __init__(self, sentence: str | Promise | None = None, *, retry_after: int = 5) -> None:
        super().__init__(sentence, retry_after=retry_after)


class StorageUnavailable(Unavailable):
    """The storage of images does not answer or is full."""

    code = "STORAGE_UNAVAILABLE"
    sentence = _("Images can't be stored or read at the moment. Nothing was lost; try again.")


class SourceUnavailable(Unavailable):
    """The place that documents come from does not answer."""

    code = "SOURCE_UNAVAILABLE"
    sentence = _("The source of the documents does not answer at the moment. Try again.")


class DatabaseUnavailable(Unavailable):
    """The database does not answer or stays busy."""

    code = "DATABASE_UNAVAILABLE"
    sentence = _("The service is busy at the moment. Nothing was lost; try again.")
