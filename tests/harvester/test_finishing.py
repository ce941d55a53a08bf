import pytest

from harvester.models import Item, ItemState, Job, Step, StepState
from harvester.services import finishing
from imagehub.events.models import Event
from tests.crowds import together
from tests.harvester.harvesting import asked, fresh

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
