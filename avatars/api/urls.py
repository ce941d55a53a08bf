"""The older picture service's addresses, without trailing slashes."""

from django.urls import path, register_converter

from avatars.api import views
from imagehub.lib import ids


class PublicId:
    """A public id; anything that could not be one has no address."""

    regex = ids.PUBLIC_ID.pattern

    def to_python(self, value: str) -> str:
        """Take it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Write it as it is."""
        return value


register_converter(PublicId, "opaque")

urlpatterns = [
    path("create-picture", views.CreatePicture.as_view()),
    path("create-default-picture/<opaque:user_id>", views.CreateDefaultPicture.as_view()),
    path("get-user-pictures/<opaque:user_id>", views.UserPictures.as_view()),
    path("get-active-picture/<opaque:user_id>", views.ActivePicture.as_view()),
    path("set-active-picture/<opaque:picture_id>/<opaque:user_id>", views.SetActivePicture.as_view()),
    path("delete-picture/<opaque:picture_id>/<str:file_name>/<opaque:user_id>", views.DeletePicture.as_view()),
    path("delete-user/<opaque:user_id>", views.DeleteUserPictures.as_view()),
]
