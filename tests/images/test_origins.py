from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from accounts.models import User
from imagehub.images import origins, presets, renditions, services, storage
from imagehub.images.models import Image, Source
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.marking import mark_of
from imagehub.images.pipeline.marks import Marks, Origin, SourceType
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.quotas import UNLIMITED
from imagehub.lib.digests import sha256
from tests.corpus import build, generated
from tests.images.conftest import FORMATS, Keep

Photo = Callable[..., bytes]
TRAINED = SourceType.TRAINED_ALGORITHMIC_MEDIA
COMPOSITE = SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA


def judged(data: bytes) -> Clean:
    return services.judge(data, formats=FORMATS, limits=Limits())


def keep_clean(owner: User, clean: Clean) -> Image:
    with services.stored(clean, key=f"images/users/u/{clean.digest}.png") as stored, transaction.atomic():
        return services.ingest(stored, owner=owner, source=Source.GENERATED, quota=UNLIMITED)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "origin", "source_type"),
    [
        (build.encoded(build.picture(), "JPEG"), "unknown", ""),
        (generated.with_packet("JPEG"), "ai", "trainedAlgorithmicMedia"),
        (generated.png(parameters=generated.A1111), "ai", "trainedAlgorithmicMedia"),
        (generated.with_manifest("PNG", "compositeSynthetic"), "ai", "compositeSynthetic"),
        (generated.with_manifest("PNG"), "unknown", ""),
        (generated.with_packet("WEBP", generated.packet("digitalCapture")), "not-ai", "digitalCapture"),
        (generated.with_packet("WEBP", generated.packet("screenCapture")), "unknown", "screenCapture"),
    ],
)
def test_a_kept_picture_remembers_its_file_s_claim(
    ada: User, keep: Keep, data: bytes, origin: str, source_type: str
) -> None:
    image = keep(ada, data)
    image.refresh_from_db()
    assert (image.origin, image.source_type) == (origin, source_type)


@pytest.mark.django_db
def test_a_marked_picture_is_stored_as_its_row_says(ada: User, keep: Keep) -> None:
    image = keep(ada, generated.with_packet("PNG"))
    data = storage.read(image.key)
    assert (image.digest, image.size) == (sha256(data), len(data))


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("format_", presets.FORMATS.values())
def test_every_rendition_of_a_marked_picture_is_marked_alike(ada: User, keep: Keep, form: str, format_: Format) -> None:
    image = keep(ada, generated.with_packet(form, generated.packet("compositeWithTrainedAlgorithmicMedia")))
    for name in ("thumb", "avatar-32"):
        kept, data = renditions.read(image, name, format_)
        assert mark_of(data, format_) is COMPOSITE
        assert (kept.digest, kept.size) == (sha256(data), len(data))


@pytest.mark.django_db
@pytest.mark.parametrize("format_", presets.FORMATS.values())
def test_renditions_of_other_pictures_say_nothing(ada: User, keep: Keep, format_: Format) -> None:
    for data in (
        build.encoded(build.picture(), "JPEG"),
        generated.with_packet("PNG", generated.packet("digitalCapture")),
    ):
        assert b"DigitalSourceType" not in renditions.read(keep(ada, data), "thumb", format_)[1]


@pytest.mark.django_db
def test_a_generated_picture_is_marked_whatever_its_file_says(ada: User, root: Path) -> None:
    clean = origins.generated(judged(build.encoded(build.picture(), "PNG")))
    image = keep_clean(ada, clean)
    assert (image.origin, image.source_type) == ("ai", "trainedAlgorithmicMedia")
    assert mark_of((root / image.key).read_bytes(), Format.PNG) is TRAINED
    assert image.digest == sha256((root / image.key).read_bytes())


@pytest.mark.parametrize(
    ("claimed", "settled"),
    [
        ("digitalCapture", TRAINED),
        ("compositeWithTrainedAlgorithmicMedia", COMPOSITE),
        ("trainedAlgorithmicMedia", TRAINED),
    ],
)
def test_a_generated_picture_keeps_the_part_its_file_gives_to_the_model(claimed: str, settled: SourceType) -> None:
    clean = origins.generated(judged(generated.with_packet("PNG", generated.packet(claimed))))
    assert (clean.marks.source_type, mark_of(clean.data, Format.PNG)) == (settled, settled)


def test_marking_twice_is_marking_once() -> None:
    once = origins.generated(judged(build.encoded(build.picture(), "PNG")))
    assert origins.generated(once) == once


def test_what_else_the_file_told_is_there_for_who_imports_it() -> None:
    clean = origins.generated(judged(generated.png(parameters=generated.A1111)))
    parts = (generated.PROMPT, generated.NEGATIVE, generated.A1111_PARAMETERS)
    assert clean.marks == Marks(TRAINED, "Automatic1111", *parts)


@pytest.mark.parametrize(
    ("original", "settled"),
    [
        ("trainedAlgorithmicMedia", COMPOSITE),
        ("compositeSynthetic", COMPOSITE),
        ("digitalCapture", None),
        ("", None),
    ],
)
def test_an_edit_of_a_model_s_work_is_marked_as_a_composite(
    photo: Photo, original: str, settled: SourceType | None
) -> None:
    plain = judged(photo())
    edit = origins.edited(plain, original)
    assert mark_of(edit.data, Format.JPEG) is settled
    assert (edit == plain) is (settled is None)


def test_pages_have_words_for_every_origin() -> None:
    assert {Origin(word) for word, _ in origins.CHOICES} == set(Origin)
    assert origins.schema_org("trainedAlgorithmicMedia") == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    assert origins.schema_org("digitalCapture") == origins.schema_org("") == ""
