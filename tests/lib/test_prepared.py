"""A query that is composed once asks what its queryset would, on every database."""

from accounts.models import User
from imagehub.lib.prepared import Prepared


def test_values_find_their_places_beside_a_condition_that_stays(ada: User, bea: User) -> None:
    active = Prepared(
        lambda: (
            User.objects.filter(username="name")
            .filter(is_active=True)
            .filter(public_id="id")
            .values_list("pk", "date_joined")
        )
    )

    assert list(active.rows("ada", ada.public_id)) == [(ada.pk, ada.date_joined)]
    assert list(active.rows("bea", bea.public_id)) == [(bea.pk, bea.date_joined)]
    assert list(active.rows("bea", ada.public_id)) == []
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert list(active.rows("ada", ada.public_id)) == []
