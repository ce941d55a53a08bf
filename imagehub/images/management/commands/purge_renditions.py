"""`manage.py purge_renditions IMAGE_ID`: removes what was made of an image, so that it is made again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from imagehub.images import cache
from imagehub.images.models import Image


class Command(BaseCommand):
    """Remove all renditions of some images; the originals stay."""

    help = "Remove all renditions of some images. Originals stay, and each rendition is made again when asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("image_ids", nargs="+", metavar="IMAGE_ID", help="the part of its address behind /i/")

    def handle(self, *_args: object, **options: Any) -> None:
        """Purge them in turn; an unknown one ends it."""
        for image_id in options["image_ids"]:
            image = Image.objects.filter(public_id=image_id).first()
            if image is None:
                raise CommandError(f"There is no image {image_id}.")
            self.stdout.write(f"{image_id}: {cache.purge_image(image)} renditions removed")
