"""Harvests that are done once more, from what is remembered of how they were asked for."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from harvester import drafts, naming, reasons
from harvester.drafts import Draft
from harvester.models import Job, Schedule
from harvester.policies import Requester, job_seen_by, require_may_harvest
from harvester.services import jobs
from harvester.sources import api
from harvester.sources.entries import Entry
from imagehub.lib.errors import Conflict, Invalid
from imagehub.lib.outbound import Refused, targets

_ADDRESS = "source"  # in the metadata of a draft: where its documents are listed


def is_possible(draft: Draft) -> bool:
    """Tell whether the documents of a harvest can be read again; those of a file were read once."""
    return draft.database not in naming.LISTED or _address(draft) is not None


def judge(draft: Draft) -> None:
    """Refuse what can't be done again and again, whoever asks: Invalid or Forbidden."""
    jobs.judge(draft)
    if not is_possible(draft):
        raise Invalid(details={"collection": [_("These documents were listed in a file; send it again.")]})
    if (address := _address(draft)) is not None:
        try:
            targets.read(address)
        except Refused as refusal:
            raise Invalid(details={"api_url": [reasons.sentence(refusal.reason)]}) from None


def begin(draft: Draft, *, by: Requester, schedule: Schedule | None = None) -> Job:
    """Begin a harvest of the documents that are there now; refused as `jobs.create` and the source refuse."""
    require_may_harvest(by)
    judge(draft)
    entries = _listed(draft)
    if entries is None:
        return jobs.create(draft, by=by, schedule=schedule)
    return jobs.create_listed(draft, entries, by=by, schedule=schedule)


def again(public_id: str, *, by: Requester) -> Job:
    """Begin a harvest as an earlier one was asked for; Conflict while that one is under way."""
    former = job_seen_by(by, public_id)
    if not former.is_over:
        raise Conflict(_("Wait until the job is over, or cancel it."))
    return begin(drafts.of(former), by=by)


def _listed(draft: Draft) -> Iterator[Entry] | None:
    address = _address(draft)
    return None if address is None else api.entries(address, draft.fields)


def _address(draft: Draft) -> str | None:
    said = draft.metadata.get(_ADDRESS) if draft.database == naming.API_DATABASE else None
    return said if isinstance(said, str) else None
