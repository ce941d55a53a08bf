"""What a harvest would find, told without fetching or keeping anything."""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypedDict

from django.conf import settings

from harvester import naming, sources
from harvester.drafts import Draft
from harvester.services import jobs
from harvester.sources.entries import Entry
from imagehub.lib.outbound import Reason, Refused, targets
from imagehub.lib.outbound.addresses import WEB_PORTS, Allowance, allowance, may_reach

MOST_SAMPLED = 200  # documents that are looked into
MOST_HOSTS = 50
MOST_SHOWN = 10  # documents
MOST_URLS_SHOWN = 5  # of each


class Sample(TypedDict):
    """One document, as it would be harvested."""

    document_id: str
    search_field: str
    folder: str
    images: int
    urls: list[str]  # the first of them


class Preview(TypedDict):
    """How much a harvest would find; all but `documents` is counted in the first `sampled` documents."""

    documents: int
    sampled: int
    urls: int
    hosts: dict[str, int]
    refused: dict[str, int]
    sample: list[Sample]


def preview(draft: Draft) -> Preview:
    """Tell what a harvest would find where it finds it now."""
    jobs.judge(draft)
    source = sources.opened(draft)
    documents = source.count()
    return _told(documents, list(islice(source.read(), min(documents, MOST_SAMPLED))))


def listed(entries: Iterable[Entry]) -> Preview:
    """Tell what a harvest of these documents would find."""
    going = iter(entries)
    sampled = list(islice(going, MOST_SAMPLED))
    return _told(len(sampled) + sum(1 for _entry in going), sampled)


def _told(documents: int, sampled: Sequence[Entry]) -> Preview:
    hosts, refused = _judged(url for entry in sampled for url in entry.urls)
    refused.update(no_url=sum(entry.odd for entry in sampled), too_many_urls=sum(entry.left_out for entry in sampled))
    return {
        "documents": documents,
        "sampled": len(sampled),
        "urls": sum(len(entry.urls) for entry in sampled),
        "hosts": dict(hosts.most_common(MOST_HOSTS)),
        "refused": {reason: count for reason, count in refused.most_common() if count},
        "sample": [_sample(entry) for entry in sampled[:MOST_SHOWN]],
    }


def _sample(entry: Entry) -> Sample:
    return {
        "document_id": entry.document_id,
        "search_field": naming.search_field(entry.document_id, entry.label),
        "folder": naming.folder(entry.document_id, entry.label),
        "images": len(entry.urls),
        "urls": list(entry.urls[:MOST_URLS_SHOWN]),
    }


def _judged(urls: Iterator[str]) -> tuple[Counter[str], Counter[str]]:
    """Count addresses by host, or by the reason for which they would not be visited."""
    hosts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    allowances = tuple(map(allowance, settings.OUTBOUND_ALLOW))
    for url in urls:
        try:
            hosts[_host(url, allowances)] += 1
        except Refused as refusal:
            refused[refusal.reason.value] += 1
    return hosts, refused


def _host(url: str, allowances: Sequence[Allowance]) -> str:
    """Return the host of an address; Refused as far as that is certain before its name is looked up."""
    target = targets.read(url)
    try:
        may = may_reach(ipaddress.ip_address(target.host), target.port, allowances)
    except ValueError:
        may = target.port in WEB_PORTS or any(target.port in allowed.ports for allowed in allowances)
    if not may:
        raise Refused(Reason.ADDRESS)
    return target.host
