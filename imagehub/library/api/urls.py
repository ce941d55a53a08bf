"""Routes of the library."""

from django.urls import path

from imagehub.library.api.batch_views import Batches, Cancelling, OneBatch
from imagehub.library.api.views import Library, OneImage, Restoring

urlpatterns = [
    path("library", Library.as_view()),
    path("library/batches", Batches.as_view()),
    path("library/batches/<str:batch_id>", OneBatch.as_view()),
    path("library/batches/<str:batch_id>/cancel", Cancelling.as_view()),
    # After all others, whose first word could be the id of an image.
    path("library/<str:image_id>", OneImage.as_view()),
    path("library/<str:image_id>/restore", Restoring.as_view()),
]
