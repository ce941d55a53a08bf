"""What fields are called in the reader's language, for pages that are made of models.

A name given here is none of the models' state, so that no migration repeats whole fields for the sake of a word.
"""

from collections.abc import Mapping
from typing import TypeAlias

from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Names: TypeAlias = Mapping[str, "Promise | str"]  # by the field

SHARED: Names = {  # what tables have in common
    "at": _("when"),
    "colour": _("colour"),
    "content_type": _("content type"),
    "created_at": _("created"),
    "description": _("description"),
    "digest": _("digest"),
    "ended_at": _("ended"),
    "expires_at": _("expires"),
    "finished_at": _("finished"),
    "height": _("height"),
    "image": pgettext_lazy("a field", "image"),  # which elsewhere has a plural
    "is_public": _("public"),
    "key": _("key"),
    "kind": _("kind"),
    "last_used_at": _("last used"),
    "leased_until": _("in hand until"),
    "milliseconds": _("milliseconds"),
    "name": _("name"),
    "next_at": _("next time"),
    "number": _("number"),
    "opened_count": _("times opened"),
    "origin": _("origin"),
    "owner": _("owner"),
    "plan": _("plan"),
    "policy": _("prompts and parameters"),
    "position": _("position"),
    "public_id": _("id"),
    "reason": _("reason"),
    "recipe_json": _("recipe"),
    "recipient": _("recipient"),
    "revoked_at": _("taken back"),
    "since": _("since"),
    "size": _("size"),
    "source": _("source"),
    "state": _("state"),
    "status": _("status"),
    "title": _("title"),
    "updated_at": _("changed"),
    "user": _("user"),
    "width": _("width"),
}


def give(model: type[Model], own: Names) -> None:
    """Call the fields of a model by its own names or the shared ones, but for those that have one in every language."""
    names = {**SHARED, **own}
    for field in model._meta.get_fields():  # noqa: SLF001  # Django's public seam
        if isinstance(field, Field) and field.name in names and not isinstance(field.verbose_name, Promise):
            field.verbose_name = names[field.name]  # type: ignore[assignment]  # the stubs know no lazy text here
