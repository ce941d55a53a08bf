"""Addresses that refuse, crash and create, to see what the glue makes of it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core import exceptions
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub import urls as real
from imagehub.api.idempotency import CreateOnce
from imagehub.api.throttling import Quota
from imagehub.events.models import Counter
from imagehub.lib import errors
from imagehub.lib.transactions import write

RAISED: dict[str, Exception] = {
    "limit": errors.ImageLimitReached(details={"limit": 4}),
    "gone": errors.LinkExpired(),
    "token": errors.InvalidToken(),
    "storage": errors.StorageUnavailable(),
    "busy": errors.DatabaseUnavailable(),
    "missing": Http404("no such row in table x"),
    "denied": exceptions.PermissionDenied("secret reason"),
    "suspicious": exceptions.SuspiciousOperation("/etc/passwd"),
    "toobig": exceptions.RequestDataTooBig("x"),
    "toomany": exceptions.TooManyFilesSent("x"),
    "database": OperationalError(2006, "server at 10.0.0.7 has gone away"),
    "crash": RuntimeError("password=hunter2 at /srv/secret/path"),
    "model": exceptions.ValidationError({"title": ["Too long."]}),
}


class Raises(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request, name: str) -> Response:
        raise RAISED[name]


class Extended(Raises):
    def extend_refusal(self, body: dict[str, object]) -> None:
        body["success"] = False


class Form(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=5)
    tags = serializers.ListField(child=serializers.IntegerField(), required=False)


class Echo(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return Response({"hello": "world"})

    def post(self, request: Request) -> Response:
        return Response(request.data)


class Judged(Echo):
    def post(self, request: Request) -> Response:
        form = Form(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(form.validated_data, status=201)


class Private(APIView):
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        return Response({})


class Rare(Echo):
    throttle_quota = Quota("rare", 3, 60)


MEANWHILE: list[Callable[[], object]] = []  # what others do before the next creation writes


@write
def make(name: str) -> None:
    Counter.objects.create(name=f"made-{Counter.objects.count()}", position=1)
    if name == "refused":
        raise errors.ImageLimitReached


class Creating(CreateOnce[str]):
    permission_classes = (AllowAny,)
    refuse = False

    def prepare(self, request: Request, **kwargs: Any) -> str:
        return str(request.data.get("name", ""))  # type: ignore[union-attr]  # the tests send objects

    def create(self, request: Request, prepared: str, **kwargs: Any) -> Response:
        while MEANWHILE:
            MEANWHILE.pop()()
        if prepared == "early" and Counter.objects.exists():
            raise errors.DuplicateImage
        make(prepared)
        if prepared == "late":
            raise errors.ImageLimitReached
        if prepared == "returned":
            return Response({"error": "no"}, status=409)
        made = Counter.objects.count()
        return Response({"made": made, "name": prepared}, status=201, headers={"Location": f"/made/{made}"})


def plain(request: HttpRequest, name: str) -> HttpResponse:
    raise RAISED[name]


@csrf_exempt
def only_get(request: HttpRequest) -> HttpResponse:
    return HttpResponse("fine") if request.method == "GET" else HttpResponseNotAllowed(["GET"])


def whoami(request: HttpRequest) -> HttpResponse:
    return HttpResponse(type(request.user).__name__ if not isinstance(request.user, AnonymousUser) else "nobody")


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/drf/<str:name>", Raises.as_view()),
    path("api/extended/<str:name>", Extended.as_view()),
    path("api/plain/<str:name>", plain),
    path("page/<str:name>", plain),
    path("api/echo", Echo.as_view()),
    path("pictures/echo", Echo.as_view()),
    path("api/images/echo", Echo.as_view()),
    path("api/judged", Judged.as_view()),
    path("api/private", Private.as_view()),
    path("api/rare", Rare.as_view()),
    path("api/creating", Creating.as_view()),
    path("api/creating/<str:parent>", Creating.as_view()),
    path("api/only-get", only_get),
    path("form", whoami),
    *real.urlpatterns,
]
handler400 = handler403 = handler404 = "imagehub.api.answers.refused_by_django"
handler500 = "imagehub.api.answers.crashed"
