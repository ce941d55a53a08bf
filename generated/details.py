"""One image as its own page shows it, and two beside one another."""

import json
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from generated import listing, origins
from generated.models import Generated, Status, StatusChange
from generated.wishes import Wish
from imagehub.images import origins as image_origins
from imagehub.images.links import image_url

_MARKUP = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_NEGATIVE = "negative_prompt"
_LEVELS = 3  # of objects inside metadata that are shown one by one


@dataclass(frozen=True)
class Parameter:
    """A name and what stands for it."""

    name: str
    value: str


@dataclass(frozen=True)
class Step:
    """One change of status, for people."""

    change: StatusChange
    after: str
    by: str


@dataclass(frozen=True)
class Detail:
    """An image and all that is known of it."""

    generated: Generated
    negative: str
    parameters: list[Parameter]
    history: list[Step]
    source: str
    linked_data: SafeString
    before: str  # id of the image before it in what is shown, or nothing
    after: str


@dataclass(frozen=True)
class Line:
    """One line of a comparison."""

    name: str
    values: tuple[str, str]

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.values[0] != self.values[1]


def of(generated: Generated, wish: Wish, reader: User) -> Detail:
    """Return what the page of an image shows to a reader who came from a part of its library."""
    said = generated.metadata
    negative = said.pop(_NEGATIVE, "")
    before, after = _neighbours(generated, wish)
    return Detail(
        generated=generated,
        negative=negative if isinstance(negative, str) else orjson.dumps(negative).decode(),
        parameters=_parameters(said),
        history=_history(generated, reader),
        source=str(origins.words(generated.image.source_type)),
        linked_data=_linked_data(generated),
        before=before,
        after=after,
    )


def compared(first: Generated, second: Generated) -> list[Line]:
    """Return everything that can be said of both, line by line."""
    told = [_told(first), _told(second)]
    names = dict.fromkeys([*told[0], *told[1]])
    return [Line(name, (told[0].get(name, ""), told[1].get(name, ""))) for name in names]


def _told(generated: Generated) -> dict[str, str]:
    image = generated.image
    prompt = {_("Prompt"): generated.prompt}
    facts = {_("Size"): f"{image.width} \u00d7 {image.height}", _("Status"): str(Status(generated.status).label)}
    # The prompt comes first, and no parameter takes the place of it or of a fact by bearing its name.
    return {**prompt, **{one.name: one.value for one in _parameters(generated.metadata)}, **prompt, **facts}


def _parameters(said: dict[str, Any], levels: int = _LEVELS) -> list[Parameter]:
    found: list[Parameter] = []
    for name, value in said.items():
        if isinstance(value, dict) and value and levels:
            found += [Parameter(f"{name}.{one.name}", one.value) for one in _parameters(value, levels - 1)]
        else:
            found.append(Parameter(name, value if isinstance(value, str) else orjson.dumps(value).decode()))
    return found


def _history(generated: Generated, reader: User) -> list[Step]:
    changes = StatusChange.objects.filter(generated=generated).select_related("by").order_by("id")
    return [Step(change, str(Status(change.after).label), _who(change, reader)) for change in changes]


def _who(change: StatusChange, reader: User) -> str:
    if change.by is None:
        return change.by_name
    return _("you") if change.by == reader else str(change.by.get_username())


def _neighbours(generated: Generated, wish: Wish) -> tuple[str, str]:
    """Return who stands before and after it in the list that somebody came from."""
    found = listing.find(generated.owner, wish.question)
    newer, older = found.above(generated.number), found.below(generated.number)
    rows = Generated.objects.of(generated.owner).filter(number__in=[one for one in (newer, older) if one is not None])
    names: dict[int | None, str] = dict(rows.values_list("number", "public_id"))
    pair = (names.get(newer, ""), names.get(older, ""))
    return pair if wish.question.sort is listing.Sort.NEWEST else pair[::-1]


def _linked_data(generated: Generated) -> SafeString:
    """Return the image in the words of schema.org, as JSON that no HTML parser reads as markup."""
    image = generated.image
    data = {
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "name": generated.prompt,
        "contentUrl": image_url(image),
        "encodingFormat": image.content_type,
        "width": image.width,
        "height": image.height,
        "dateCreated": generated.created_at.isoformat(),
        "digitalSourceType": image_origins.schema_org(image.source_type),
    }
    # Without "<" nothing ends the element; beyond ASCII nothing is left that a parser could take amiss.
    return mark_safe(json.dumps(data).translate(_MARKUP))  # noqa: S308  # every character that means markup is escaped
