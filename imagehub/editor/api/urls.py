"""Routes of the editor."""

from django.urls import path

from imagehub.editor.api.preset_views import OnePreset, Presets
from imagehub.editor.api.views import Edits, Operations, Preview, Render, Revert, Sign

urlpatterns = [
    path("edits", Edits.as_view()),
    path("edits/operations", Operations.as_view()),
    path("edits/presets", Presets.as_view()),
    path("edits/presets/<str:preset_id>", OnePreset.as_view()),
    path("edits/preview", Preview.as_view()),
    path("edits/render", Render.as_view()),
    path("renditions/sign", Sign.as_view()),
    path("edits/<str:edit_id>/revert", Revert.as_view()),
]
