"""The API of albums and links; mounted at `/api/v1/library/`, without trailing slashes."""

from django.urls import path

from imagehub.library.api import album_views as views
from imagehub.library.api import link_views as links

urlpatterns = [
    path("albums", views.Albums.as_view()),
    path("albums/<str:album_id>", views.OneAlbum.as_view()),
    path("albums/<str:album_id>/items", views.Items.as_view()),
    path("albums/<str:album_id>/items/remove", views.Removal.as_view()),
    path("albums/<str:album_id>/items/order", views.Order.as_view()),
    path("links", links.Links.as_view()),
    path("links/<str:link_id>", links.OneLink.as_view()),
]
