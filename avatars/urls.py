"""The page "My pictures" and, below it, the older picture service's API; mounted at `/pictures/`."""

from django.urls import include, path

from avatars.views import MyPictures

app_name = "avatars"
urlpatterns = [
    path("", MyPictures.as_view(), name="mine"),
    path("", include("avatars.api.urls")),
]
