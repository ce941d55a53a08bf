"""The demo accounts, one of them staff: made on an empty data folder, through the same services as anybody's."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PIL.Image import Image

from accounts import services as accounts
from accounts import users
from accounts.models import User
from avatars import services as avatars
from avatars import uploads as faces
from generated import reading
from generated import services as generated
from generated.services import boards
from imagehub import scenes
from imagehub.editor import recipes
from imagehub.editor.models import Kept
from imagehub.editor.services import edits
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.formats import Format
from imagehub.images.sharing.terms import Terms
from imagehub.lib.digests import keyed
from imagehub.library import shelving
from imagehub.library.services import albums, keeping, sharing
from publications import uploads
from publications.services import photos, publications
from publications.services.publications import Draft


@dataclass(frozen=True)
class Login:
    """What is typed on the sign-in page."""

    username: str
    password: str


LOGIN = Login("demo", "imagehub-demo")
STAFF = "demo-staff"
FACES = ("sea", "night", "balloons", "dawn")
# What the photos of each publication show, by scene; one says nothing, so that its reminder can be seen.
EXHIBITIONS = (
    (
        Draft(
            "Balloons over the valley",
            "Rides at sunrise and in the late afternoon, for one hour, whenever the wind lets us.",
        ),
        {
            "balloons": "Five balloons of many colours above a green valley",
            "sea": "A boat with white sails on a calm sea",
        },
    ),
    (
        Draft(
            "Cabin by the lake",
            "Two rooms, a stove and a view that changes by the hour.\n\nA boat is included; the nearest road is not.",
        ),
        {
            "cabin": "A wooden cabin by a lake at dusk, its windows lit",
            "room": "A room with a wide window, a table with a plant, and a lamp",
            "night": "",
        },
    ),
)
# What an AI could have been asked for, by the name of a scene.
PROMPTS: dict[str, tuple[str, dict[str, object]]] = {
    "night": (
        "mountains under a full moon and many stars, wide angle, calm",
        {"model": "sd_xl_base_1.0", "seed": 156680208, "steps": 30, "cfg_scale": 7, "sampler": "euler"},
    ),
    "balloons": (
        "five balloons of many colours above a green valley, afternoon light",
        {"model": "sd_xl_base_1.0", "seed": 965400086, "steps": 20, "cfg_scale": 6.5, "sampler": "dpmpp_2m"},
    ),
    "dawn": (
        "hills in the mist before a rising sun, soft colours",
        {"model": "juggernaut-xl", "seed": 12, "steps": 24, "cfg_scale": 5, "negative_prompt": "people, text"},
    ),
}

BOARD = "Skies for the brochure"
# Titles of what the library keeps besides, each a part of a scene: its edges as shares of width and height.
VIEWS: dict[str, tuple[str, tuple[float, float, float, float]]] = {
    "Hills before sunrise": ("dawn", (0, 0.36, 1, 0.84)),
    "Out at sea": ("sea", (0.3, 0.12, 0.98, 0.86)),
    "Lights at the lake": ("cabin", (0.3, 0.36, 0.76, 1)),
    "Reading corner": ("room", (0.02, 0.24, 0.5, 1)),
    "Going up": ("balloons", (0.06, 0.04, 0.62, 0.72)),
    "Moon over the ridge": ("night", (0.5, 0.06, 1, 1)),
    "Valley from above": ("balloons", (0, 0.3, 1, 1)),
    "Shore and firs": ("cabin", (0, 0.3, 1, 0.8)),
}
MOVING = "Mill in the wind"
ALBUM = "A week at the lake"
IN_ALBUM = ("Lights at the lake", "Out at sea", "Shore and firs", "Reading corner", "Moon over the ridge")
# One picture stands in the library as it was edited, another beside its copy in other colours.
REVISED: tuple[str, list[dict[str, object]]] = ("Valley from above", [{"op": "temperature", "value": 0.35}])
COPIED: tuple[str, list[dict[str, object]]] = (
    "Shore and firs",
    [{"op": "temperature", "value": -0.6}, {"op": "contrast", "value": 1.15}],
)


def furnish() -> None:
    """Make the accounts, one with pictures and publications, unless there is anybody already."""
    if User.objects.exists():
        return
    user = _registered(LOGIN)
    staff = _registered(_staff())
    User.objects.filter(pk=staff.pk).update(is_staff=True, is_superuser=True)
    drawn = {name: draw() for name, draw in scenes.SCENES.items()}
    for name in FACES:
        avatars.add(faces.judge(scenes.jpeg(drawn[name])), owner=user, by=user)
    board = boards.create(BOARD, owner=user, by=user)
    for name, (prompt, metadata) in PROMPTS.items():
        asked = reading.draft(prompt, scenes.png(drawn[name]), metadata)
        boards.pin(board.public_id, [generated.generate(asked, owner=user, by=user)[0].public_id], by=user)
    for draft, shown in EXHIBITIONS:
        _put_up(draft, [(scenes.jpeg(drawn[name]), words) for name, words in shown.items()], user)
    _fill_library(drawn, user)


def _put_up(draft: Draft, pictures: Iterable[tuple[bytes, str]], owner: User) -> None:
    """Make a publication of pictures and of what each shows."""
    publication = publications.create(draft, owner=owner, by=owner)
    for picture, words in pictures:
        photos.add(uploads.judge(picture), publication.public_id, by=owner, alt_text=words)


def _fill_library(drawn: Mapping[str, Image], owner: User) -> None:
    """Keep pictures of many shapes, two edited and one moving, and put some into an album that is shared."""
    shelving.catch_up(owner)  # with what was made before, so that this is the latest
    kept = {title: _keep(title, _view(title, drawn), owner) for title in VIEWS}
    _keep(MOVING, scenes.webp(scenes.windmill()), owner)
    for (title, recipe), way in ((REVISED, Kept.REVISION), (COPIED, Kept.COPY)):
        edits.save(recipes.ordered(kept[title], recipe, by=owner), Output(Format.JPEG), by=owner, kept=way)
    album = albums.create(ALBUM, owner=owner)
    albums.add(album.public_id, [kept[title] for title in IN_ALBUM], by=owner)
    sharing.share_album(album.public_id, sharing.Wish(Terms(recipient="Whoever comes along")), by=owner)


def _view(title: str, drawn: Mapping[str, Image]) -> bytes:
    name, (left, top, right, bottom) = VIEWS[title]
    width, height = drawn[name].size
    part = drawn[name].crop((round(left * width), round(top * height), round(right * width), round(bottom * height)))
    return scenes.jpeg(part)


def _keep(title: str, data: bytes, owner: User) -> str:
    return str(keeping.keep_judged(keeping.judged(data), title, by=owner).picture.public_id)


def login() -> Login | None:
    """Return the way into the demo account as long as it is the one that everybody knows."""
    return _holding(LOGIN)


def staff_login() -> Login | None:
    """Return the way into the demo account of staff as long as nobody has changed it."""
    return _holding(_staff())


def _staff() -> Login:
    """Return a login with a password of this installation's own: what staff may do is not for everybody to know."""
    return Login(STAFF, base64.b32encode(keyed("demo staff", [])[:10]).decode().lower())


def _registered(login: Login) -> User:
    return accounts.register(accounts.draft(login.username, f"{login.username}@example.org", login.password))


def _holding(login: Login) -> Login | None:
    user = users.by_login(login.username)
    return login if user and user.check_password(login.password) else None
