"""A board as whoever holds a link sees it."""

from django.urls import reverse

from generated import boards, leaving
from generated.models import Generated, ShareLink
from imagehub.images.sharing import frames
from imagehub.images.sharing.frames import Exhibition, Frame


def of(link: ShareLink, token: str) -> Exhibition:
    """Return what a link shows; one query."""
    until = frames.end_of(link)
    shown = [
        _frame(pin.generated, number, link, (token, until))
        for number, pin in enumerate(boards.pins_of(link.board), start=1)
    ]
    board = link.board
    return Exhibition(link, board.name, board.owner.get_username(), shown, len(shown))


def _frame(generated: Generated, number: int, link: ShareLink, way: tuple[str, int]) -> Frame:
    token, until = way
    return Frame(
        number=number,
        image=generated.image,
        until=until,
        prompt=generated.prompt if link.keeps_recipe else "",
        parameters=leaving.recipe(generated).parameters if link.keeps_recipe else {},
        download_url=reverse("shared:download", args=[token, generated.image.public_id]),
    )
