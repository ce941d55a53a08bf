"""The API of publications; mounted at `/api/v1/`, without trailing slashes."""

from django.urls import path

from publications.api import photo_views, views

# The last one takes a whole address, slashes and all: servers hand paths over with `%2F` decoded.
urlpatterns = [
    path("publications", views.Publications.as_view()),
    path("publications/<str:publication_id>", views.OnePublication.as_view()),
    path("publications/<str:publication_id>/images", photo_views.Images.as_view()),
    path("publications/<str:publication_id>/images/from-url", photo_views.ImportImage.as_view()),
    path("publications/<str:publication_id>/images/order", photo_views.ImageOrder.as_view()),
    path("publications/<str:publication_id>/images/<path:image_uri>", photo_views.OneImage.as_view()),
]
