"""Every kind of fact that ImageHub announces."""

from django.db import models


class Kind(models.TextChoices):
    """`subject.what_happened`, as clients see it in `type`."""

    PICTURE_CREATED = "picture.created"
    PICTURE_ACTIVATED = "picture.activated"
    PICTURE_DELETED = "picture.deleted"
    PICTURES_CLEARED = "pictures.cleared"
    PUBLICATION_CREATED = "publication.created"
    PUBLICATION_UPDATED = "publication.updated"
    PUBLICATION_DELETED = "publication.deleted"
    PUBLICATION_IMAGE_ADDED = "publication.image_added"
    PUBLICATION_IMAGE_REMOVED = "publication.image_removed"
    PUBLICATION_IMAGES_CLEARED = "publication.images_cleared"
    PUBLICATION_IMAGES_REORDERED = "publication.images_reordered"
    IMAGE_GENERATED = "image.generated"
    IMAGE_STATUS_CHANGED = "image.status_changed"
    IMAGE_DELETED = "image.deleted"
    BOARD_CREATED = "board.created"
    BOARD_CHANGED = "board.changed"
    BOARD_DELETED = "board.deleted"
    JOB_CREATED = "job.created"
    JOB_STARTED = "job.started"
    JOB_PROGRESS = "job.progress"
    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"
    EDIT_SAVED = "edit.saved"
    EDIT_REVERTED = "edit.reverted"
    LIBRARY_ADDED = "library.added"
    LIBRARY_DELETED = "library.deleted"
    ALBUM_CREATED = "album.created"
    ALBUM_CHANGED = "album.changed"
    ALBUM_DELETED = "album.deleted"
    WEBHOOK_DISABLED = "webhook.disabled"
    # Never told to clients: makes open sockets of the audience check their credentials at once.
    ACCESS_ENDED = "access.ended"


INTERNAL = frozenset({Kind.ACCESS_ENDED})
