"""How often somebody may do what costs more than most, and how much of it at once."""

from imagehub.api.throttling import Quota

IMAGES = Quota("images", 100, 60)  # requests about images, by API and page together
LINKS = Quota("links", 60, 60)  # requests about links to boards, likewise
