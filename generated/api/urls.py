"""The older image service's addresses, without trailing slashes; mounted at `/api/`."""

from django.urls import path

from generated.api import views

urlpatterns = [
    path("health", views.Health.as_view()),
    path("images", views.Images.as_view()),
    path("images/<str:image_id>", views.OneImage.as_view()),
    path("images/<str:image_id>/history", views.ImageHistory.as_view()),
    path("images/<str:image_id>/status", views.ImageStatus.as_view()),
]
