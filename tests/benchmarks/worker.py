"""A worker whose work is measured: `python -m tests.benchmarks.worker [documents.json collection]`.

It says that it is ready, waits for a line, asks for a harvest of the documents (lists of addresses) if there
are any or else waits until somebody has, works until nothing is left, and prints what that took.
"""

import json
import sys
import time
from pathlib import Path

from tests.benchmarks.toll import Toll

PATIENT = 3600.0  # seconds: one session, so that nothing but the work is measured


def main(documents: list[list[str]], collection: str) -> None:
    """Work, and tell."""
    import django

    django.setup()
    from harvester.drafts import Draft
    from harvester.engine import session
    from harvester.models import Job, Kind
    from harvester.services import claiming, jobs
    from harvester.sources.entries import Entry
    from imagehub.images import decoders
    from tests.harvester.harvesting import ROBOT

    with Toll() as toll:
        if documents:
            entries = [Entry(str(at), f"hotel {at}", tuple(urls)) for at, urls in enumerate(documents)]
            jobs.create_listed(Draft(Kind.SOURCE, "json.file", collection), entries, by=ROBOT)
        while not (documents or claiming.is_wanted()):
            time.sleep(0.01)  # another worker asks, in a process that can't tell us
        while session.run(PATIENT):
            pass
        decoders.shutdown()
    job = Job.objects.latest("pk")
    toll.tell(kept=job.downloaded + job.unchanged, unchanged=job.unchanged, said=job.reasons | {"status": job.status})


if __name__ == "__main__":
    if sys.argv[1:]:
        main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2])
    else:
        main([], "")
