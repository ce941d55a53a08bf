"""Pages of publications, pictures and accounts over a million rows (`ROWS`), against the same over ten thousand.

And the background work that goes over these tables, where it finds nothing to do. It fills a test database on the
server that DATABASE_URL names, or a SQLite file: `python -m tests.servers mariadb -- python -m tests.benchmarks
people`.
"""

import time
from collections.abc import Callable, Iterator

from tests.benchmarks.admin import MANY, SPARE, multiply
from tests.benchmarks.generated import FEW
from tests.benchmarks.lists import ROUNDS, compared, pages, rounds
from tests.benchmarks.report import Measure

from django.core.cache import cache  # isort: skip  # the measures above have set Django up
from django.db import connection, models  # isort: skip  # likewise
from django.utils import timezone  # isort: skip  # likewise
from allauth.usersessions.models import UserSession  # isort: skip  # likewise
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken  # isort: skip  # likewise

from accounts import users  # isort: skip  # likewise
from accounts.models import ApiKey, KnownAddress, TokenFamily, User  # isort: skip  # likewise
from avatars.models import Picture  # isort: skip  # likewise
from generated.models import Generated  # isort: skip  # likewise
from imagehub.api.models import Answer  # isort: skip  # likewise
from imagehub.images import doctor, keepers  # isort: skip  # likewise
from imagehub.images.models import Image, Rendition  # isort: skip  # likewise
from imagehub.library.models import Entry  # isort: skip  # likewise
from publications import tallies  # isort: skip  # likewise
from publications.models import Photo, Publication, Resemblance  # isort: skip  # likewise
from tests.rows import row_of  # isort: skip  # likewise

OWN = 50  # of everything that one person has among a million of others
AT_ONCE = 500  # objects that the doctor looks for together
PUBLICATIONS, PICTURES, KEYS = "/api/v1/publications", "/pictures/get-user-pictures", "/api/v1/auth/api-keys"
ROUNDS_OF_WORK = (
    "accounts.tasks.forget",
    "generated.tasks.empty_bins",
    "generated.tasks.optimise_rest",
    "imagehub.api.tasks.forget",
    "imagehub.images.tasks.evict",
    "imagehub.images.tasks.reap",
    "imagehub.library.tasks.catch_up",
    "imagehub.library.tasks.empty_bins",
    "publications.tasks.compare_rest",
    "publications.tasks.tell_rest",
)


def measures() -> Iterator[Measure]:
    """Yield the time of each at a million rows over the one at ten thousand."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    root = User.objects.create_superuser("root", "root@example.org", "x" * 12)
    bea = User.objects.create_user("bea", "bea@example.org", "x" * 12)
    connection.disable_constraint_checking()  # what rows lead to comes when it comes
    filled = _begun(root)
    for _ in range(OWN):
        _pictured(bea)
    yield from compared(*[_measured(root, bea, filled, size) for size in (FEW, MANY)])


def _begun(root: User) -> dict[type[models.Model], int]:
    """Keep a row of each kind, and return for each how many people have the others; without a number all have."""
    now = timezone.now()
    image = _pictured(root)
    photo = row_of(Photo, image=image, publication=row_of(Publication, owner=root), compared_at=now)
    row_of(Resemblance, earlier=photo, later=photo)
    row_of(Rendition, image=image, size=1)
    row_of(Entry, owner=root, image=image, number=1)
    row_of(Generated, owner=root, image=image, number=1, optimised_at=now)
    row_of(Answer)
    row_of(ApiKey, owner=root, revoked_at=now)
    for one in (TokenFamily, OutstandingToken, KnownAddress):
        row_of(one, user=root)
    row_of(UserSession, user=root)
    others = {User: 0, Photo: 1, Resemblance: 1, Rendition: 1, Answer: 1, KnownAddress: 0, UserSession: 0}
    own = (Image, Publication, Picture, Entry, Generated, ApiKey, TokenFamily, OutstandingToken)
    return {**dict.fromkeys(own, 1), **others}


def _pictured(owner: User) -> Image:
    seen = {"content_type": "image/jpeg", "width": 1024, "height": 1024, "colour": "#808080"}
    image: Image = row_of(Image, owner=owner, is_listed=True, is_public=True, **seen)
    row_of(Picture, owner=owner, image=image)
    return image


def _measured(root: User, bea: User, filled: dict[type[models.Model], int], size: int) -> dict[str, list[float]]:
    for model, owners in filled.items():
        multiply(model, size + SPARE if model in (Image, Publication, Photo) else size, owners=owners)
    tallies.recount()
    cache.clear()  # no million comes within the hour for which something counted is remembered
    found = pages(root, _pages(root, bea, size)) | pages(bea, {"sessions of one of many": "/accounts/sessions/"})
    found |= pages(None, _doors(bea))
    found |= {name: [_timed(work) for _ in range(ROUNDS + 1)][1:] for name, work in _examined(size).items()}
    return found | rounds(ROUNDS_OF_WORK)


def _pages(root: User, bea: User, size: int) -> dict[str, str]:
    half = size // 2
    publication = Publication.objects.get(pk=half).public_id
    own, review = f"{PUBLICATIONS}?owner={root.public_id}", "/publications/review/?verdict=open"
    return {
        "publications": PUBLICATIONS,
        "publications, middle": f"{PUBLICATIONS}?page={half // 20}",
        "publications, last page": f"{PUBLICATIONS}?page={size // 20}",
        "publications of one": own,
        "publications of one, middle": f"{own}&page={half // 20}",
        "my publications": "/publications/",
        "my publications, middle": f"/publications/?before={publication}",
        "a publication": f"/publications/{publication}/",
        "its editor": f"/publications/{publication}/edit/",
        "photos that look alike": review,
        "photos that look alike, middle": f"{review}&before={half}",
        "photos judged otherwise": "/publications/review/?verdict=confirmed",
        "my pictures": "/pictures/",
        "pictures of one of many": f"{PICTURES}/{bea.public_id}",
        "keys": "/accounts/keys/",
        "keys, API": KEYS,
        "profile": "/accounts/profile/",
        "oneself, API": "/api/v1/auth/me",
    }


def _doors(bea: User) -> dict[str, str]:
    """Return what strangers see."""
    return {
        "the page for strangers": "/",
        "signing in": "/accounts/login/",
        "a face": f"/avatar/{bea.public_id}?f=y&d=identicon",
        "a face of nobody": f"/avatar/{'0' * 64}?d=identicon",
    }


def _examined(size: int) -> dict[str, Callable[[], object]]:
    """Return parts of what the doctor does, each over as many rows whatever there is, and what is looked up."""
    keys = list(Image.objects.filter(pk__gt=size // 2).order_by("pk").values_list("key", flat=True)[:AT_ONCE])
    return {
        "doctor, up to the first finding": lambda: next(doctor.examine()),
        "doctor, which objects are known": lambda: keepers.known(keys),
        "who goes by a name": lambda: users.by_login("bea"),
        "who goes by an address": lambda: users.by_login("bea@example.org"),
    }


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    assert work()
    return (time.perf_counter() - started) * 1000
