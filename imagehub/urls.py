"""All addresses."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from imagehub import pages

_PARTS = [
    ("", "imagehub.pages.home"),
    ("", "imagehub.images.urls"),
    ("accounts/", "accounts.urls"),
    ("api/v1/auth/", "accounts.api.urls"),
    ("api/v1/events", "imagehub.events.urls"),
    ("avatar/", "avatars.avatar_urls"),
    ("pictures/", "avatars.urls"),
    ("api/", "imagehub.api.urls"),
]


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("admin/", admin.site.urls),
    path("language/", set_language, name="set_language"),
    *(path(prefix, include(module)) for prefix, module in _PARTS if _is_there(module)),
]
handler400 = handler403 = handler404 = "imagehub.api.answers.refused_by_django"
handler500 = "imagehub.api.answers.crashed"
