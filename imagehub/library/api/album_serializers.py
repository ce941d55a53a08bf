"""What callers send about albums and links, and how answers look in the document."""

from typing import Any

from rest_framework import serializers

from imagehub.images.sharing.serializers import POLICIES, NameSerializer, TermsSerializer
from imagehub.library.api.serializers import LibraryItemSerializer
from imagehub.library.models import LONGEST_NAME, Allowed
from imagehub.library.services.sharing import MOST_CHOSEN

MOST_AT_ONCE = 1000  # images that are put in, taken out or moved


class AlbumDraftSerializer(NameSerializer):
    """A new album."""


class AlbumChangesSerializer(serializers.Serializer[Any]):
    """What is to be different about an album."""

    name = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    cover = serializers.CharField(
        required=False, allow_null=True, max_length=64, help_text="an image in it; null for its first one"
    )


class AlbumImagesSerializer(serializers.Serializer[Any]):
    """Images of the library that the album belongs to."""

    images = serializers.ListField(
        child=serializers.CharField(max_length=64), min_length=1, max_length=MOST_AT_ONCE, allow_empty=False
    )


class AlbumMoveSerializer(AlbumImagesSerializer):
    """Images of an album, in the order in which they are to stand, and where."""

    before = serializers.CharField(
        required=False, allow_null=True, default=None, max_length=64, help_text="null: behind all others"
    )


class AlbumPartSerializer(serializers.Serializer[Any]):
    """Which part of an album."""

    cursor = serializers.RegexField(r"^[0-9]{0,9}\Z", required=False, default="", allow_blank=True, max_length=9)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)


class AlbumSerializer(serializers.Serializer[Any]):
    """An album, as `imagehub.library.albums` spells it; here and below for the document only."""

    id = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="images outside the recycle bin")
    cover = serializers.CharField(allow_null=True, help_text="the image that stands for it")
    coverUrl = serializers.URLField(allow_null=True, help_text="may be signed, and expires then")  # noqa: N815  # clients' spelling
    createdAt = serializers.DateTimeField()  # noqa: N815  # likewise
    updatedAt = serializers.DateTimeField()  # noqa: N815  # likewise


class AlbumsSerializer(serializers.Serializer[Any]):
    """All albums of a library, the one that changed last first."""

    items = AlbumSerializer(many=True)


class AlbumItemsSerializer(serializers.Serializer[Any]):
    """A part of an album in its order, and where to go on."""

    items = LibraryItemSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    total = serializers.IntegerField()


class LinkDraftSerializer(TermsSerializer):
    """What a link leads to, for whom it is, how long it leads there, and what it gives away."""

    album = serializers.CharField(required=False, allow_null=True, default=None, max_length=64)
    images = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        default=list,
        max_length=MOST_CHOSEN,
        help_text="instead of an album",
    )
    name = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_NAME, help_text="what stands above the images"
    )
    allowed = serializers.ChoiceField(required=False, choices=Allowed.choices, default=Allowed.VIEW.value)


class LinksAskedSerializer(serializers.Serializer[Any]):
    """Which links."""

    album = serializers.CharField(required=False, default="", allow_blank=True, max_length=64)


class ShareLinkSerializer(serializers.Serializer[Any]):
    """A link out of a library."""

    id = serializers.CharField()
    album = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    recipient = serializers.CharField()
    hasPassword = serializers.BooleanField()  # noqa: N815  # clients' spelling
    allowed = serializers.ChoiceField(choices=Allowed.choices)
    policy = serializers.ChoiceField(choices=POLICIES)
    openedCount = serializers.IntegerField()  # noqa: N815  # likewise
    downloadedCount = serializers.IntegerField()  # noqa: N815  # likewise
    createdAt = serializers.DateTimeField()  # noqa: N815  # likewise
    expiresAt = serializers.DateTimeField()  # noqa: N815  # likewise
    isOpen = serializers.BooleanField(help_text="whether it leads somewhere still")  # noqa: N815  # likewise


class ShareLinksSerializer(serializers.Serializer[Any]):
    """All links that were not taken back, newest first."""

    items = ShareLinkSerializer(many=True)


class NewShareLinkSerializer(ShareLinkSerializer):
    """A new link."""

    url = serializers.URLField(help_text="said once: only a digest of it is kept")
