"""A worker whose work is measured: `python -m tests.benchmarks.worker [documents.json collection [only]]`.

It says that it is ready, waits for a line, asks for a harvest of the documents (lists of addresses) if there
are any or else waits until somebody has, works until nothing is left (unless it is only to ask), and prints what
that took.
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.toll import Toll

PATIENT = 3600.0  # seconds: one session, so that nothing but the work is measured


def main(documents: list[list[str]], collection: str, *, only: str = "") -> None:
    """Work, and tell."""
    import django

    django.setup()
    from harvester.engine import session
    from harvester.models import Job
    from harvester.services import claiming
    from imagehub.images import decoders
    from tests.harvester.harvesting import DRAFT, asked

    with Toll() as toll:
        if documents:
            asked({str(at): urls for at, urls in enumerate(documents)}, replace(DRAFT, collection=collection))
        while not (documents or claiming.is_wanted()):
            time.sleep(0.01)  # another worker asks, in a process that can't tell us
        while not only and session.run(PATIENT):
            pass
        decoders.shutdown()
    job = Job.objects.latest("pk")
    toll.tell(kept=job.downloaded + job.unchanged, unchanged=job.unchanged, said=job.reasons | {"status": job.status})


if __name__ == "__main__":
    if sys.argv[1:]:
        path, collection, *rest = sys.argv[1:]
        main(json.loads(Path(path).read_text(encoding="utf-8")), collection, only=" ".join(rest))
    else:
        main([], "")
