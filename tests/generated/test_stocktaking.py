"""Shelves that say something wrong of generated images are found and put right by the doctor."""

import pytest

from accounts.models import User
from generated import services, stocktaking
from generated.models import Generated, Status
from imagehub.api.models import Posting
from imagehub.api.shelves import STAMP
from imagehub.images import doctor
from imagehub.images.doctor import Finding, Kind
from tests.generated.conftest import Give

pytestmark = pytest.mark.django_db

MISCOUNTED = Finding(Kind.MISCOUNTED_LIST, "generated")


@pytest.fixture
def fox(ada: User, image_of: Give) -> Generated:
    """Give ada a fox with metadata, another one, and one in the bin."""
    foxes = [image_of(ada, f"a fox {number}", model="dreamer-3") for number in range(3)]
    services.change_status(foxes[1].public_id, Status.PRINTED, by=ada)
    services.change_status(foxes[2].public_id, Status.DELETED, by=ada)
    return foxes[0]


def test_what_a_shelf_says_wrong_is_found_and_mended(fox: Generated) -> None:
    standing = Posting.objects.exclude(term=STAMP).values_list("shelf", "term", "bucket", "bits")
    right = set(standing)
    assert list(doctor.examine()) == []
    Posting.objects.filter(term="status:printed").delete()
    Posting.objects.create(shelf=f"generated:{fox.owner_id}", term="word:wolf", bucket=3, bits=b"\0\0\1")

    assert list(doctor.examine()) == [MISCOUNTED]
    assert doctor.mend(MISCOUNTED)

    assert set(standing.all()) == right
    assert not stocktaking.is_miscounted()
