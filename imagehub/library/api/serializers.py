"""What the library's callers send, and what they are told."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from imagehub.editor.api.serializers import RecipeField
from imagehub.editor.models import Kept
from imagehub.images.models import Source
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marks import Origin
from imagehub.lib.words import words
from imagehub.library.models import LONGEST_TITLE
from imagehub.library.questions import MOST_WORDS, Question, Side
from imagehub.library.terms import Shape
from imagehub.library.tints import Tint

MOST_AT_ONCE = 500  # images of a batch

_UPLOAD = (
    "JPEG, PNG, WebP, GIF or AVIF of at most 20 MB. GIF and WebP go on moving; of an animated PNG or AVIF the first "
    "picture is kept."
)


class AskedSerializer(serializers.Serializer[Any]):
    """Which images of a library, and which part of the list."""

    q = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=200,
        help_text=f"whole words of the title or of what its surface says; at most {MOST_WORDS}",
    )
    source = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=Source.choices)  # type: ignore[assignment]  # the contract's name
    shape = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=[*Shape])
    tint = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=[*Tint])
    format = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=[*Format])
    origin = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=[*Origin])
    album = serializers.CharField(required=False, default="", allow_blank=True, max_length=48)
    since = serializers.DateTimeField(required=False, default=None, help_text="then or later")
    until = serializers.DateTimeField(required=False, default=None, help_text="earlier")
    bin = serializers.BooleanField(required=False, default=False, help_text="look into the recycle bin instead")
    cursor = serializers.RegexField(r"^[0-9]{0,9}\Z", required=False, default="", allow_blank=True, max_length=9)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)

    def validate_q(self, value: str) -> tuple[str, ...]:
        """Return the words that are looked for."""
        found = tuple(words(value))
        if len(found) > MOST_WORDS or (value.strip() and not found):
            raise serializers.ValidationError(_("Look for 1 to %(most)d words.") % {"most": MOST_WORDS})
        return found

    @property
    def question(self) -> Question:
        """What was asked."""
        said = dict(self.validated_data)
        side = Side.BIN if said.pop("bin") else Side.LIVE
        return Question(words=said.pop("q"), side=side, **{name: said[name] for name in said if name not in _PAGING})


_PAGING = {"cursor", "limit"}


class DeletingSerializer(serializers.Serializer[Any]):
    """How far an image is to be deleted."""

    final = serializers.BooleanField(
        required=False, default=False, help_text="for good, in the bin or not; without it what is in the bin stays"
    )


class LibraryUploadSerializer(serializers.Serializer[Any]):
    """A picture to keep."""

    file = serializers.FileField(help_text=_UPLOAD)
    title = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_TITLE, help_text="without it the file's name"
    )


class FocusSerializer(serializers.Serializer[Any]):
    """A place in a picture, from its upper left corner."""

    x = serializers.FloatField(min_value=0, max_value=1)
    y = serializers.FloatField(min_value=0, max_value=1)


class ChangeSerializer(serializers.Serializer[Any]):
    """What is to be otherwise; what is not there stays."""

    title = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_TITLE, help_text="empty: what its surface says"
    )
    focus = FocusSerializer(required=False, allow_null=True, help_text="what crops keep; null: whatever stands out")


class LibraryItemSerializer(serializers.Serializer[Any]):
    """An image of a library, as `imagehub.library.items` spells it; here for the document only."""

    id = serializers.CharField()
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]  # the contract's name
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField()
    contentType = serializers.CharField()  # noqa: N815  # clients' spelling
    origin = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    createdAt = serializers.DateTimeField()  # noqa: N815  # likewise
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # the contract's name
    recipe = serializers.ListField(child=serializers.DictField(), allow_null=True)


class LibraryItemsSerializer(serializers.Serializer[Any]):
    """Some images, the newest first, where to go on, and how many there are in all."""

    items = LibraryItemSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    total = serializers.IntegerField()


class BatchDraftSerializer(serializers.Serializer[Any]):
    """A recipe for many images."""

    images = serializers.ListField(child=serializers.CharField(max_length=64), min_length=1, max_length=MOST_AT_ONCE)
    recipe = RecipeField()

    def get_fields(self) -> dict[str, Any]:
        """Add the field whose name is a word of Python's."""
        kept = serializers.ChoiceField(choices=Kept.choices, required=False, default=Kept.COPY.value)
        return {**super().get_fields(), "as": kept}


class FailureSerializer(serializers.Serializer[Any]):
    """An image that nothing came of."""

    image = serializers.CharField()
    code = serializers.CharField()


class BatchSerializer(serializers.Serializer[Any]):
    """How far a batch is."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=["running", "cancelled", "finished"])
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = FailureSerializer(many=True)
    made = serializers.ListField(child=serializers.CharField(), help_text="the ids of the new images")
    stilled = serializers.ListField(
        child=serializers.CharField(), help_text="those of them that stand still although their originals move"
    )
    createdAt = serializers.DateTimeField()  # noqa: N815  # likewise
    finishedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815  # likewise
