"""What others harvest with, measured like our worker: `python -m tests.benchmarks.rivals NAME OPTIONS`.

It runs in a virtualenv of its own (the `bench` extra); the options are JSON: `documents` (a file), `folder`,
`connections` (altogether, half of them to a host), `timeout` and `retries`.
"""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.benchmarks.toll import Toll

PROCESSES = 2  # of img2dataset, as many as ours lets decode
Options = dict[str, Any]


def img2dataset(options: Options, **how: bool) -> int:
    """Download with img2dataset; return how many pictures it has kept.

    Its processes are forked rather than begun anew, so that it is not the loading of libraries that counts.
    """
    library, forking = import_module("img2dataset"), multiprocessing.get_context("fork")
    import_module("img2dataset.distributor").get_context = lambda _: forking  # type: ignore[attr-defined]  # a module's name
    folder = Path(options["folder"])
    urls = [url for urls in _documents(options) for url in urls]
    (folder / "urls.txt").write_text("\n".join(urls), encoding="utf-8")
    library.download(
        url_list=str(folder / "urls.txt"),
        output_folder=str(folder / "out"),
        output_format="files",
        resize_mode="no",
        processes_count=PROCESSES,
        thread_count=options["connections"] // PROCESSES,
        number_sample_per_shard=max(1, len(urls) // (2 * PROCESSES)),
        timeout=options["timeout"],
        retries=options["retries"],
        **how,
    )
    return sum(path.stat().st_size > 0 for path in folder.rglob("*.jpg"))


def scrapy(options: Options, pipeline: str, store: str, field: str) -> int:
    """Download with a pipeline of Scrapy; return how many pictures it has kept."""
    library = import_module("scrapy")
    documents = _documents(options)

    class Spider(library.Spider):  # type: ignore[misc, name-defined]  # it is not there when types are checked
        name = "bench"
        start_urls = ["data:,"]

        def parse(self, response: object) -> Any:
            yield from ({field: urls} for urls in documents)

    process = import_module("scrapy.crawler").CrawlerProcess(
        {
            "ITEM_PIPELINES": {pipeline: 1},
            store: str(Path(options["folder"]) / "out"),
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS": options["connections"],
            "CONCURRENT_REQUESTS_PER_DOMAIN": options["connections"] // 2,
            "DOWNLOAD_DELAY": 0,
            "DOWNLOAD_TIMEOUT": options["timeout"],
            "RETRY_TIMES": options["retries"],
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "CRITICAL",
        }
    )
    crawler = process.create_crawler(Spider)
    process.crawl(crawler)
    process.start()
    return int(crawler.stats.get_value("file_status_count/downloaded", 0))


def _documents(options: Options) -> list[list[str]]:
    return list(json.loads(Path(options["documents"]).read_text(encoding="utf-8")))


RIVALS: dict[str, Callable[[Options], int]] = {
    "img2dataset": lambda options: img2dataset(options, skip_reencode=True),
    "img2dataset raw": lambda options: img2dataset(options, disable_all_reencoding=True),
    "scrapy images": lambda options: scrapy(
        options, "scrapy.pipelines.images.ImagesPipeline", "IMAGES_STORE", "image_urls"
    ),
    "scrapy files": lambda options: scrapy(options, "scrapy.pipelines.files.FilesPipeline", "FILES_STORE", "file_urls"),
}


def main(name: str, options: Options) -> None:
    """Work, and tell."""
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it would ask a site of its own whether it is the newest
    import_module(name.partition(" ")[0])
    with Toll() as toll:
        kept = RIVALS[name](options)
    toll.tell(kept=kept)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
