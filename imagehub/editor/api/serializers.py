"""What the editor's callers send, and what they are told."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from imagehub.editor.models import LONGEST_NAME, Kept
from imagehub.images.pipeline.editing import grammar
from imagehub.images.pipeline.formats import Format

OUTPUTS = (Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF)
WIDEST_PREVIEW = 2048  # pixels
LONGEST_SIGNED = 7 * 24 * 3600  # seconds


_RECIPE = {"type": "array", "maxItems": grammar.MOST_OPERATIONS, "items": {"type": "object"}}


@extend_schema_field(_RECIPE)
class RecipeField(serializers.Field[Any, Any, Any, Any]):
    """A recipe, judged by the pipeline."""

    def to_internal_value(self, data: object) -> object:
        """Take what was sent."""
        return data

    def to_representation(self, value: object) -> object:
        """Give what is kept."""
        return value


@extend_schema_field({"oneOf": [{"type": "string"}, _RECIPE]})
class OperationsField(RecipeField):
    """A recipe, or the name of a fixed size."""


class EditOrderSerializer(serializers.Serializer[Any]):
    """A picture and what to do to it."""

    image = serializers.CharField(max_length=64, help_text=_("The id of an image of yours."))
    recipe = RecipeField(help_text=_("A list of operations; `GET /api/v1/edits/operations` describes them."))


class EditPreviewSerializer(EditOrderSerializer):
    """A look at what would come of it."""

    width = serializers.IntegerField(min_value=1, max_value=WIDEST_PREVIEW, required=False, default=WIDEST_PREVIEW)


class EditRenderSerializer(EditOrderSerializer):
    """A picture to take away."""

    format = serializers.ChoiceField(
        choices=[one.value for one in OUTPUTS], required=False, default=None, help_text=_("That of the original.")
    )
    quality = serializers.IntegerField(min_value=1, max_value=100, required=False, default=85)


class EditDraftSerializer(EditRenderSerializer):
    """A picture to keep."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add the field whose name is a word of Python's."""
        kept = serializers.ChoiceField(
            choices=Kept.values,
            required=False,
            default=Kept.COPY,
            help_text=_("`copy` stands beside the original, `revision` in its place until it is reverted."),
        )
        return {**super().get_fields(), "as": kept}


class EditHistorySerializer(serializers.Serializer[Any]):
    """Whose edits are asked for."""

    image = serializers.CharField(max_length=64)
    cursor = serializers.CharField(max_length=20, required=False, default="")
    limit = serializers.IntegerField(min_value=1, max_value=100, required=False, default=20)


class EditedSerializer(serializers.Serializer[Any]):
    """An edited image."""

    id = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the answer, which the base uses otherwise
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField()
    contentType = serializers.CharField()  # noqa: N815  # clients' spelling
    origin = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    createdAt = serializers.DateTimeField()  # noqa: N815  # likewise
    parent = serializers.CharField()  # type: ignore[assignment]  # likewise
    recipe = serializers.ListField(child=serializers.DictField())
    editId = serializers.CharField()  # noqa: N815  # likewise
    kept = serializers.ChoiceField(choices=Kept.values)
    revertedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815  # likewise


class EditHistoryPageSerializer(serializers.Serializer[Any]):
    """Some edits, the newest first, and where to go on."""

    items = EditedSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class SigningSerializer(serializers.Serializer[Any]):
    """A rendition to be given away."""

    image = serializers.CharField(max_length=64)
    operations = OperationsField(help_text=_("A recipe, or the name of a fixed size."))
    expires_in = serializers.IntegerField(min_value=60, max_value=LONGEST_SIGNED, required=False, default=None)


class SignedAddressSerializer(serializers.Serializer[Any]):
    """Its address."""

    url = serializers.CharField()


class PresetDraftSerializer(serializers.Serializer[Any]):
    """A recipe and its name."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    recipe = RecipeField(help_text=_("A list of operations; `GET /api/v1/edits/operations` describes them."))


class PresetChangeSerializer(serializers.Serializer[Any]):
    """What is to be different."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False, default=None)
    recipe = RecipeField(required=False, default=None)


class PresetSerializer(serializers.Serializer[Any]):
    """A recipe under a name."""

    id = serializers.CharField()
    name = serializers.CharField()
    recipe = serializers.ListField(child=serializers.DictField())
    createdAt = serializers.DateTimeField()  # noqa: N815  # clients' spelling


class PresetsSerializer(serializers.Serializer[Any]):
    """All of somebody's presets, by name."""

    items = PresetSerializer(many=True)
