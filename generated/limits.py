"""How often somebody may do what costs more than most."""

from imagehub.api.throttling import Quota

LINKS = Quota("links", 60, 60)  # requests about links to boards, by API and page together
