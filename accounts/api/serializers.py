"""The shapes in which accounts, tokens and keys travel."""

from typing import Any

from rest_framework import serializers

from accounts import keys
from accounts.jose import LONGEST_TOKEN
from accounts.models import LONGEST_KEY_NAME, ApiKey, Plan, User
from accounts.services import KeyDraft
from accounts.tokens import Pair

LONGEST_PASSWORD = 1024  # characters; hashing costs time by length
LONGEST_LOGIN = 254  # characters; what an e-mail address may have


class RegisterSerializer(serializers.Serializer[Any]):
    """A wish for an account."""

    username = serializers.CharField(max_length=LONGEST_LOGIN)
    email = serializers.CharField(max_length=LONGEST_LOGIN)
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)


class SignInSerializer(serializers.Serializer[Any]):
    """A user name or e-mail address with its password."""

    username = serializers.CharField(max_length=LONGEST_LOGIN)
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)


class PairSerializer(serializers.Serializer[Pair]):
    """What signing in gives."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token."""

    refresh = serializers.CharField(max_length=LONGEST_TOKEN)


class TokenSerializer(serializers.Serializer[Any]):
    """A token of either kind."""

    token = serializers.CharField(max_length=LONGEST_TOKEN)


class EmptySerializer(serializers.Serializer[Any]):
    """An object without members."""


class AccountSerializer(serializers.ModelSerializer[User]):
    """An account as its owner sees it right after registering."""

    id = serializers.CharField(source="public_id", read_only=True)
    email = serializers.EmailField(read_only=True, allow_null=True)
    plan = serializers.ChoiceField(choices=Plan.choices, read_only=True)

    class Meta:
        model = User
        fields = ("id", "username", "email", "plan")


class ProfileSerializer(AccountSerializer):
    """An account as its owner sees it."""

    isListed = serializers.BooleanField(source="is_listed", read_only=True)  # noqa: N815  # the clients' spelling
    createdAt = serializers.DateTimeField(source="date_joined", read_only=True)  # noqa: N815  # likewise

    class Meta(AccountSerializer.Meta):
        fields = ("id", "username", "email", "plan", "isListed", "createdAt")  # type: ignore[assignment]  # the stubs want its length fixed


class ProfileChangeSerializer(serializers.Serializer[Any]):
    """What an owner may change of an account; everything else sent is ignored."""

    username = serializers.CharField(max_length=LONGEST_LOGIN, required=False)
    email = serializers.CharField(max_length=LONGEST_LOGIN, required=False)
    isListed = serializers.BooleanField(source="is_listed", required=False)  # noqa: N815  # the clients' spelling


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    """A key as lists show it: never the key itself, only the characters it begins with."""

    id = serializers.CharField(source="public_id", read_only=True)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=keys.SCOPES), read_only=True)
    createdAt = serializers.DateTimeField(source="created_at", read_only=True)  # noqa: N815  # the clients' spelling
    expiresAt = serializers.DateTimeField(source="expires_at", read_only=True, allow_null=True)  # noqa: N815  # likewise
    lastUsedAt = serializers.DateTimeField(source="last_used_at", read_only=True, allow_null=True)  # noqa: N815  # likewise

    class Meta:
        model = ApiKey
        fields = ("id", "name", "scopes", "hint", "createdAt", "expiresAt", "lastUsedAt")


class NewKeySerializer(KeySerializer):
    """A key right after it was made; the only answer that shows `key`."""

    key = serializers.CharField(read_only=True)

    class Meta(KeySerializer.Meta):
        fields = (*KeySerializer.Meta.fields, "key")  # type: ignore[assignment]  # likewise


class KeyDraftSerializer(serializers.Serializer[Any]):
    """A wish for a key."""

    name = serializers.CharField(max_length=LONGEST_KEY_NAME)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=keys.SCOPES), min_length=1, max_length=len(keys.SCOPES)
    )
    expiresAt = serializers.DateTimeField(source="expires_at", required=False, allow_null=True)  # noqa: N815  # likewise

    def draft(self) -> KeyDraft:
        """Return the wish as the service takes it."""
        data = self.validated_data
        return KeyDraft(data["name"], tuple(data["scopes"]), data.get("expires_at"))
