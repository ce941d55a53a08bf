"""The pages of albums and links; mounted at `/library/`, before the pages of images."""

from django.urls import path, re_path

from imagehub.lib import ids
from imagehub.library.views.albums import AlbumPage, MyAlbums
from imagehub.library.views.sharing import Chosen, MyLinks

app_name = "albums"
urlpatterns = [
    path("albums/", MyAlbums.as_view(), name="mine"),
    re_path(rf"^albums/(?P<album_id>{ids.PUBLIC_ID.pattern})/\Z", AlbumPage.as_view(), name="album"),
    path("chosen/", Chosen.as_view(), name="chosen"),
    path("links/", MyLinks.as_view(), name="links"),
]
