"""What the library tells of generated images."""

from collections.abc import Collection

from django.urls import reverse

from generated.models import Generated, Status
from imagehub.images.models import Source
from imagehub.lib.text import one_line
from imagehub.library.models import LONGEST_TITLE
from imagehub.library.places import Shown

SOURCES = frozenset({Source.GENERATED})


def shown(images: Collection[int]) -> dict[int, Shown]:
    """Call images by their prompts, and leave out what lies in the recycle bin of their own; one query."""
    facts = Generated.objects.filter(image__in=images).values_list("image", "public_id", "prompt", "status")
    return {
        image: Shown(
            title=one_line(prompt)[:LONGEST_TITLE],
            page=reverse("generated:image", args=[public_id]),
            is_hidden=status == Status.DELETED,
            words=prompt,
        )
        for image, public_id, prompt, status in facts
    }
