"""The baseline of the HTTP measures: the plainest views that Django, DRF and simplejwt give.

One file, `startproject`'s own middleware, a ModelSerializer, simplejwt's authentication as it comes,
the same kind of database and file storage. Run as a module it makes the tables and prints a token; the
server that ours runs under serves `application`.
"""

import base64
import io
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image as Pillow

FOLDER = Path(os.environ.get("PLAIN_FOLDER", "."))
settings.configure(
    SECRET_KEY="plain-baseline-" + "x" * 40,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "plain.sqlite3",
            "CONN_MAX_AGE": 600,
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
        },
    },
    MEDIA_ROOT=FOLDER / "media",
    DATA_UPLOAD_MAX_MEMORY_SIZE=14 * 1024 * 1024,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    SIMPLE_JWT={"ACCESS_TOKEN_LIFETIME": timedelta(hours=1)},
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402  # models need the settings above
from django.core.wsgi import get_wsgi_application  # noqa: E402  # likewise
from django.db import connection, models  # noqa: E402  # likewise
from django.urls import path  # noqa: E402  # likewise
from rest_framework import generics, serializers  # noqa: E402  # likewise
from rest_framework.request import Request  # noqa: E402  # likewise
from rest_framework.response import Response  # noqa: E402  # likewise
from rest_framework_simplejwt.tokens import AccessToken  # noqa: E402  # likewise


class Photo(models.Model):
    """What a product would write on its first day."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    file = models.FileField(upload_to="photos/")
    is_active = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    width = models.IntegerField()
    height = models.IntegerField()
    size = models.IntegerField()
    content_type = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: models.Manager["Photo"] = models.Manager()

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return str(self.file)


class PhotoSerializer(serializers.ModelSerializer[Photo]):
    """Every field of the model."""

    class Meta:
        model = Photo
        fields = "__all__"


class Photos(generics.ListAPIView[Photo]):
    """The photos of the caller, newest first."""

    serializer_class = PhotoSerializer

    def get_queryset(self) -> models.QuerySet[Photo]:
        """Filter by owner."""
        return Photo.objects.filter(owner_id=self.request.user.pk).order_by("-id")


class Upload(generics.GenericAPIView[Photo]):
    """Decode fully, save, answer."""

    def post(self, request: Request) -> Response:
        """Keep the file as it came."""
        upload = request.FILES["file"]
        picture = Pillow.open(io.BytesIO(upload.read()))
        picture.load()
        upload.seek(0)
        photo = Photo.objects.create(
            owner_id=request.user.pk,
            file=upload,
            width=picture.width,
            height=picture.height,
            size=upload.size,
            content_type=upload.content_type,
        )
        return Response(PhotoSerializer(photo).data, status=201)


class Encoded(generics.GenericAPIView[Photo]):
    """The same with the picture as base64 inside JSON."""

    def post(self, request: Request) -> Response:
        """Keep the picture as it came."""
        data = base64.b64decode(request.data["imageData"])  # type: ignore[call-overload]  # an object, as our client sends it
        picture = Pillow.open(io.BytesIO(data))
        picture.load()
        photo = Photo.objects.create(
            owner_id=request.user.pk,
            file=ContentFile(data, name="picture.png"),
            width=picture.width,
            height=picture.height,
            size=len(data),
            content_type="image/png",
        )
        return Response(PhotoSerializer(photo).data, status=201)


urlpatterns = [
    path("photos", Photos.as_view()),
    path("upload", Upload.as_view()),
    path("encoded", Encoded.as_view()),
]
application = get_wsgi_application()


def prepare(rows: int) -> str:
    """Make the tables, a user with `rows` photos, and return an access token of theirs that lasts."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Photo)
    user = User.objects.create_user("plain")
    facts: dict[str, Any] = {"width": 640, "height": 480, "size": 9000, "content_type": "image/jpeg"}
    Photo.objects.bulk_create(Photo(owner=user, file=f"photos/{n}.jpg", **facts) for n in range(rows))
    return str(AccessToken.for_user(user))


if __name__ == "__main__":
    sys.stdout.write(prepare(int(sys.argv[1])) + "\n")
