"""What callers send about collections of pictures and links."""

from typing import Any

from rest_framework import serializers

from imagehub.api.validation import Fields
from imagehub.images.pipeline.recipes import Policy
from imagehub.images.sharing.links import LONGEST_NAME, LONGEST_RECIPIENT
from imagehub.images.sharing.terms import LONGEST_PASSWORD, Terms

POLICIES = [policy.value for policy in Policy]


class NameSerializer(serializers.Serializer[Any]):
    """What a collection is called; it is cleaned and measured where it is kept."""

    name = serializers.CharField(allow_blank=True, trim_whitespace=False, help_text=f"1 to {LONGEST_NAME} characters")


class TermsSerializer(serializers.Serializer[Any]):
    """For whom a link is, how long it leads somewhere, and what it gives away."""

    recipient = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_RECIPIENT, help_text="for your own memory"
    )
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="within a year; without it in 30 days"
    )
    password = serializers.CharField(
        required=False, allow_blank=True, default="", trim_whitespace=False, max_length=LONGEST_PASSWORD
    )
    policy = serializers.ChoiceField(
        required=False,
        choices=POLICIES,
        default=Policy.DROP.value,
        help_text="`keep` shows titles, prompts and parameters and leaves them in downloads, `drop` does neither",
    )


def terms_of(said: Fields) -> Terms:
    """Return what a caller agreed."""
    return Terms(said["recipient"], said["expires_at"], said["password"], Policy(said["policy"]))
