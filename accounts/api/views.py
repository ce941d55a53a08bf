"""Registering, signing in and out, and one's own account."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import bearers, confirmation, services, tokens
from accounts.api import serializers
from accounts.api.permissions import HasScope, person
from accounts.models import User
from imagehub.api.idempotency import CreateOnce
from imagehub.api.schema import refusals
from imagehub.api.throttling import Quota
from imagehub.api.validation import validated
from imagehub.lib.addresses import client_address

REGISTRATIONS = Quota("registrations", 120, 60)


class Register(CreateOnce[User]):
    """New accounts."""

    permission_classes = [AllowAny]
    throttle_quota = REGISTRATIONS

    @extend_schema(
        operation_id="register",
        request=serializers.RegisterSerializer,
        responses={201: serializers.AccountSerializer, **refusals(400, 401, 409, 429)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Make an account; its plan is `free`."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **kwargs: Any) -> User:  # noqa: ARG002  # the mixin's signature
        """Judge the wish and hash the password."""
        return services.draft(**validated(serializers.RegisterSerializer, request.data))

    def create(self, request: Request, prepared: User, **kwargs: Any) -> Response:  # noqa: ARG002  # likewise
        """Save the account; where addresses are confirmed by mail, one that is taken gets the same answer."""
        if confirmation.is_mandatory():
            _register_by_mail(request, prepared)
        else:
            services.register(prepared)
        return Response(serializers.AccountSerializer(prepared).data, status=status.HTTP_201_CREATED)


def _register_by_mail(request: Request, account: User) -> None:
    asked = request._request  # noqa: SLF001  # the sign-in library knows only Django's requests
    if services.register_quietly(account):
        confirmation.ask(asked, account)
    else:
        confirmation.tell_the_owner(asked, str(account.email))


class Token(APIView):
    """Signing in."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="sign_in",
        request=serializers.SignInSerializer,
        responses={200: serializers.PairSerializer, **refusals(400, 401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        """Trade a user name or e-mail address and its password for a pair of tokens."""
        body = validated(serializers.SignInSerializer, request.data)
        pair = services.sign_in(body["username"], body["password"], address=client_address(request))
        return Response(serializers.PairSerializer(pair).data)


class Refresh(APIView):
    """Staying signed in."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="refresh_token",
        request=serializers.RefreshSerializer,
        responses={200: serializers.PairSerializer, **refusals(400, 401, 429)},
    )
    def post(self, request: Request) -> Response:
        """Trade a refresh token for a new pair; it works once, and using it again ends the sign-in."""
        pair = tokens.rotate(validated(serializers.RefreshSerializer, request.data)["refresh"])
        return Response(serializers.PairSerializer(pair).data)


class Verify(APIView):
    """Asking whether a token holds."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="verify_token",
        request=serializers.TokenSerializer,
        responses={200: serializers.EmptySerializer, **refusals(400, 401, 429)},
    )
    def post(self, request: Request) -> Response:
        """Answer 200 for a token that would be accepted at this moment."""
        bearers.verify(validated(serializers.TokenSerializer, request.data)["token"])
        return Response({})


class Logout(APIView):
    """Signing out."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="sign_out",
        request=serializers.RefreshSerializer,
        responses={204: None, **refusals(400, 401, 429)},
    )
    def post(self, request: Request) -> Response:
        """End the sign-in that this refresh token came of, with all its tokens."""
        tokens.revoke(validated(serializers.RefreshSerializer, request.data)["refresh"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class Me(APIView):
    """One's own account; not open to API keys."""

    permission_classes = [HasScope]

    @extend_schema(operation_id="my_account", responses={200: serializers.ProfileSerializer, **refusals(401, 403, 429)})
    def get(self, request: Request) -> Response:
        """Return the caller's account."""
        return Response(serializers.ProfileSerializer(person(request)).data)

    @extend_schema(
        operation_id="change_my_account",
        request=serializers.ProfileChangeSerializer,
        responses={200: serializers.ProfileSerializer, **refusals(400, 401, 403, 429)},
    )
    def patch(self, request: Request) -> Response:
        """Change the caller's name, address or whether avatars are found by it; nothing else can be set."""
        changes = validated(serializers.ProfileChangeSerializer, request.data)
        changed = services.change_profile(person(request), changes, by=person(request))
        return Response(serializers.ProfileSerializer(changed).data)

    @extend_schema(operation_id="erase_my_account", responses={204: None, **refusals(401, 403, 429, 503)})
    def delete(self, request: Request) -> Response:
        """Erase the caller's account with all its files; every credential of it ends."""
        services.erase_account(person(request), by=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
