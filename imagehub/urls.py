"""All addresses."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from imagehub import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("", include("imagehub.images.urls")),
    path("accounts/webhooks/", include("imagehub.webhooks.urls")),
    path("accounts/", include("accounts.urls")),
    # The admin's own form would let anybody guess the passwords of staff as often as they like.
    path("admin/login/", secure_admin_login(admin.site.login)),
    path("admin/", admin.site.urls),
    path("api/", include("imagehub.api.urls")),
    path("api/v1/auth/", include("accounts.api.urls")),
    path("api/v1/events", include("imagehub.events.urls")),
    path("api/v1/", include("imagehub.webhooks.api.urls")),
    path("api/", include("generated.api.urls")),
    path("avatar/", include("avatars.avatar_urls")),
    path("edit/", include("imagehub.editor.urls")),
    path("generated/boards/", include("generated.board_urls")),
    path("harvest/", include("harvester.urls")),
    # Before the library, where their first word could be the id of an image.
    path("library/", include("imagehub.library.album_urls")),
    path("library/", include("imagehub.library.urls")),
    path("l/", include("imagehub.library.link_urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", include("imagehub.editor.api.urls")),
    path("api/v1/", include("imagehub.images.api.urls")),
    path("api/v1/library/", include("imagehub.library.api.album_urls")),
    path("api/v1/", include("imagehub.library.api.urls")),
    path("api/v1/", include("publications.api.urls")),
    path("api/v1/", include("generated.api.board_urls")),
    path("api/v1/", include("harvester.api.urls")),
    path("shared/", include("generated.shared_urls")),
    # After its boards, whose address could be that of an image.
    path("generated/", include("generated.urls")),
    path("pictures/", include("avatars.urls")),
    path("publications/", include("publications.urls")),
]
handler400 = handler403 = handler404 = "imagehub.api.answers.refused_by_django"
handler500 = "imagehub.api.answers.crashed"
