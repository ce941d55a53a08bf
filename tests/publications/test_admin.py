"""Publications in the admin: its doors lead to the services."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Plan, User
from imagehub.images import storage
from imagehub.images.models import Image
from publications.models import Publication
from publications.services import moderation
from tests.publications.counting import counted
from tests.publications.lookalikes import drawn, photo_of, put_up

LIST = "/admin/publications/publication/"
REASON = "Somebody else's photo."


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root", "root@example.org", "correct horse battery staple")


@pytest.fixture
def admin(root: User) -> Client:
    client = Client()
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    return client


def chosen(*publications: Publication, **fields: object) -> dict[str, Any]:
    """Return the form that the list sends with these ticked."""
    return {"_selected_action": [publication.pk for publication in publications], **fields}


def test_publications_are_listed_with_cover_plan_and_count(ada: User, admin: Client) -> None:
    publication = put_up(ada, drawn("sea"), drawn("night"), title="Two boats")
    cover = publication.photos.get(position=0).image

    text = admin.get(LIST).content.decode()

    assert "Two boats" in text
    assert f"/i/{cover.public_id}/avatar-64.auto" in text
    assert '<td class="field-photo_count">2</td>' in text
    assert '<td class="field-plan">Free</td>' in text


def test_one_without_photos_is_listed_too(ada: User, admin: Client) -> None:
    put_up(ada, title="Nothing yet")

    assert "Nothing yet" in admin.get(LIST).content.decode()


def test_the_list_takes_as_many_questions_for_many_as_for_one(
    ada: User, bea: User, admin: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    put_up(ada, drawn("sea"))
    with django_assert_max_num_queries(9):
        admin.get(LIST)
    for owner in (ada, bea, ada, bea):
        put_up(owner, drawn("sea"), drawn("night"))
    with django_assert_max_num_queries(9):
        admin.get(LIST)


def test_a_publication_is_shown_with_its_photos(
    ada: User, admin: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    publication = put_up(ada, drawn("sea"), drawn("night"))

    with django_assert_max_num_queries(12):
        text = admin.get(f"{LIST}{publication.pk}/change/").content.decode()

    for photo in publication.photos.all():
        assert f"/i/{photo.image.public_id}/avatar-64.auto" in text
    assert "Everybody sees it." in text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"Shown", "Hidden", "Costly"}),
        ("?standing=shown", {"Shown", "Costly"}),
        ("?standing=hidden", {"Hidden"}),
        ("?owner__plan__exact=premium", {"Costly"}),
        ("?created_at__gte=2020-01-01+00:00:00%2B00:00", {"Shown", "Hidden", "Costly"}),
        ("?created_at__lt=2020-01-01+00:00:00%2B00:00", set()),
        ("?q=cost", {"Costly"}),
        ("?q=bea", {"Costly"}),
        ("?q=nobody", set()),
    ],
)
def test_lists_are_narrowed(
    query: str, titles: set[str], ada: User, bea: User, root: User, admin: Client, staff: User
) -> None:
    User.objects.filter(pk=bea.pk).update(plan=Plan.PREMIUM)
    put_up(ada, title="Shown")
    put_up(bea, title="Costly")
    moderation.hide(put_up(ada, title="Hidden").public_id, REASON, by=root)

    found = admin.get(f"{LIST}{query}").context["cl"].result_list

    assert {publication.title for publication in found} == titles


def test_hiding_asks_for_a_reason_first(ada: User, admin: Client) -> None:
    publication = put_up(ada, drawn("sea"))

    page = admin.post(LIST, chosen(publication, action="hide"))

    assert page.status_code == 200
    assert 'name="reason"' in page.content.decode()
    publication.refresh_from_db()
    assert not publication.is_hidden


def test_without_a_reason_nothing_is_hidden(ada: User, admin: Client) -> None:
    publication = put_up(ada, drawn("sea"))

    page = admin.post(LIST, chosen(publication, action="hide", reason=" "))

    assert "This field is required." in page.content.decode()
    publication.refresh_from_db()
    assert not publication.is_hidden


def test_several_are_hidden_and_shown(ada: User, admin: Client) -> None:
    first, second, other = (put_up(ada, drawn(scene)) for scene in ("sea", "night", "dawn"))

    page = admin.post(LIST, chosen(first, second, action="hide", reason=REASON), follow=True).content.decode()

    assert "2 publications are hidden." in page
    hidden = Publication.objects.filter(hidden_at__isnull=False)
    assert {(each.pk, each.hidden_reason) for each in hidden} == {(first.pk, REASON), (second.pk, REASON)}
    assert [photo_of(each).image.is_public for each in (first, second, other)] == [False, False, True]
    assert counted() == {(1, 2)}

    page = admin.post(LIST, chosen(first, second, action="show"), follow=True).content.decode()

    assert "2 publications are shown." in page
    assert not hidden.all().exists()
    assert counted() == {(3, 0)}


def test_the_reason_is_shown(ada: User, root: User, admin: Client) -> None:
    publication = put_up(ada)
    moderation.hide(publication.public_id, REASON, by=root)

    text = admin.get(f"{LIST}{publication.pk}/change/").content.decode()

    assert "Hidden: Somebody else&#x27;s photo." in text


def test_a_deletion_takes_photos_and_objects_along(
    ada: User, admin: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    publication = put_up(ada, drawn("sea"), drawn("night"))
    assert admin.get(f"{LIST}{publication.pk}/delete/").status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        admin.post(f"{LIST}{publication.pk}/delete/", {"post": "yes"})

    assert (Publication.objects.count(), Image.objects.count()) == (0, 0)
    assert list(storage.walk("images_")) == []


def test_several_are_deleted(ada: User, bea: User, admin: Client) -> None:
    doomed, spared = [put_up(ada, drawn("sea")), put_up(bea, drawn("sea"))], put_up(ada)
    assert "Yes, I" in admin.post(LIST, chosen(*doomed, action="delete_selected")).content.decode()

    admin.post(LIST, chosen(*doomed, action="delete_selected", post="yes"))

    assert list(Publication.objects.all()) == [spared]
    assert Image.objects.count() == 0


def test_nothing_can_be_added_or_edited(ada: User, admin: Client) -> None:
    publication = put_up(ada, title="Mine")

    assert admin.get(f"{LIST}add/").status_code == 403
    assert admin.post(f"{LIST}{publication.pk}/change/", {"title": "Yours"}).status_code == 403
    publication.refresh_from_db()
    assert publication.title == "Mine"


def test_staff_without_the_permission_only_looks(ada: User, staff: User) -> None:
    from django.contrib.auth.models import Permission

    staff.user_permissions.add(Permission.objects.get(codename="view_publication"))
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    publication = put_up(ada)

    assert client.get(LIST).status_code == 200
    client.post(LIST, chosen(publication, action="hide", reason=REASON))
    client.post(LIST, chosen(publication, action="delete_selected", post="yes"))

    publication.refresh_from_db()
    assert not publication.is_hidden


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ 7*7 }}", '"><img src=x onerror=alert(1)>'])
def test_titles_are_text(name: str, ada: User, root: User, admin: Client) -> None:
    publication = put_up(ada, drawn("sea"), title=name)
    moderation.hide(publication.public_id, name, by=root)
    pages = [
        admin.get(LIST),
        admin.get(f"{LIST}{publication.pk}/change/"),
        admin.post(LIST, chosen(publication, action="hide")),
    ]
    for page in pages:
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


def test_an_account_leads_to_its_publications_and_says_what_it_keeps(ada: User, admin: Client) -> None:
    publication = put_up(ada, drawn("sea"))
    put_up(admin_owner := User.objects.get(username="root"), title="Another's")
    size = photo_of(publication).image.size

    text = admin.get(f"/admin/accounts/user/{ada.pk}/change/").content.decode()

    assert "in 1 of 2000 files" in text
    assert f"{size / 1024:.1f}\xa0KB of 1.0\xa0GB" in text
    address = f"{LIST}?owner__id__exact={ada.pk}"
    assert f'<a href="{address}">publications</a>' in text
    assert list(admin.get(address).context["cl"].result_list) == [publication]
    assert admin_owner.publications.count() == 1


def test_the_tables_speak_the_language_of_their_reader(ada: User, admin: Client) -> None:
    publication = put_up(ada, drawn("sea"))

    listed = admin.get(LIST, headers={"accept-language": "es"}).content.decode()
    one = admin.get(f"{LIST}{publication.pk}/change/", headers={"accept-language": "fr"}).content.decode()

    heads = re.findall(r'<div class="text">(?:<a[^>]*>|<span>)(?!<)([^<]+)', listed)
    assert heads == ["Portada", "Título", "Propietario", "Plan", "Fotos", "Visible", "Fecha de creación"]
    sections = re.findall(r'class="section"[^>]*>\s*([^<]+?)\s*</a>', listed)
    assert {"Publicaciones", "Imágenes de usuario", "Personas"} <= set(sections)
    labels = re.findall(r"<label>([^<:]+?)\s*:", one)
    moments = ["Date de création", "Dernière modification"]
    assert labels == ["Identifiant", "Propriétaire", "Forfait", "Titre", "Description", *moments, "État"]
