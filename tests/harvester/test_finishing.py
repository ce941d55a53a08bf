import pytest

from harvester import naming
from harvester.models import Harvested, Item, ItemState, Job, Step, StepState
from harvester.processors import PROCESSORS
from harvester.services import claiming, finishing, processing, settling
from harvester.work import File, Result
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.lib.digests import sha256
from tests.crowds import together
from tests.harvester.collected import picture
from tests.harvester.harvesting import asked, done, fresh, metadata

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_step_that_two_workers_finish_at_once_counts_once() -> None:
    job = asked({str(number): ["http://pictures.example/1.jpg"] for number in range(300)})
    done = list(Step.objects.order_by("number").values_list("pk", flat=True))
    *most, last = done
    Item.objects.filter(number__lt=Step.objects.get(pk=last).first).update(state=ItemState.DONE)

    together(*[lambda: [finishing.finish_steps([pk]) for pk in most]] * 4)
    assert (fresh(job).steps_left, fresh(job).is_over) == (1, False)

    Item.objects.update(state=ItemState.DONE)
    Job.objects.update(status="running")
    together(*[lambda: finishing.finish_steps([last])] * 4)
    assert (fresh(job).steps_left, fresh(job).status) == (0, "completed")
    assert set(job.steps.values_list("state", flat=True)) == {StepState.DONE}
    assert Event.objects.filter(kind="job.completed").count() == 1


def test_what_is_made_of_a_file_while_its_document_is_described_is_not_left_out() -> None:
    job = asked({"a": ["http://pictures.example/1.jpg"]})
    claim = claiming.take("mine")
    assert claim is not None
    errand, data = claim.waiting[0], picture()
    file = File(naming.original(errand.parcel.home, "img_001.jpg"), "image/jpeg", 640, 480, len(data), "", sha256(data))
    storage.replace(file.key, data)
    settling.settle([Result(errand, "downloaded", "pictures.example", change="added", file=file)])

    closings = finishing.tidied(claim.parcels)
    processing.made(Harvested.objects.get(), PROCESSORS["thumbnail"])
    storage.replace(*closings[0].description)
    assert finishing.close(closings) == []
    assert fresh(job).processed_items == 0

    claiming.give_back("mine", [claim])
    assert (done(job).status, fresh(job).processed_items) == ("completed", 1)
    images = metadata("a")["images"]
    assert isinstance(images, dict)
    assert [made["filename"] for made in images["processed"]["thumbnail"]] == ["img_001.webp"]
