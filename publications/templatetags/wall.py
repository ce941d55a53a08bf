"""`{% load wall %}{% wall %}`: the newest public photos behind a page."""

from django import template

from publications import wall as walls

register = template.Library()


@register.inclusion_tag("publications/wall.html")
def wall() -> dict[str, list[str]]:
    """Hang the wall, or nothing while there are too few photos."""
    return {"addresses": walls.addresses()}
