"""Routes of the editor."""

from django.urls import path

from imagehub.editor.api.views import Edits, Operations, Preview, Revert, Sign

urlpatterns = [
    path("edits", Edits.as_view()),
    path("edits/operations", Operations.as_view()),
    path("edits/preview", Preview.as_view()),
    path("renditions/sign", Sign.as_view()),
    path("edits/<str:edit_id>/revert", Revert.as_view()),
]
