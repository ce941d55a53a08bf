"""What people write on the pages of webhooks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from imagehub.api.forms import ServiceForm
from imagehub.webhooks import services
from imagehub.webhooks.models import LONGEST_DESCRIPTION, LONGEST_URL
from imagehub.webhooks.policies import Caller
from imagehub.webhooks.services import SUBJECTS, Draft, Hearing, New

NAMES = {
    "picture.*": _("User pictures"),
    "pictures.*": _("All pictures of a user removed"),
    "publication.*": _("Publications"),
    "image.*": _("Generated images"),
    "board.*": _("Boards"),
    "album.*": _("Albums"),
    "job.*": _("Harvests"),
    "edit.*": _("Edits"),
    "library.*": _("The library"),
    "webhook.*": _("Webhooks"),
}


class WebhookForm(ServiceForm):
    """A new webhook."""

    url = forms.CharField(label=_("Address"), max_length=LONGEST_URL, widget=forms.URLInput)
    description = forms.CharField(label=_("Name"), max_length=LONGEST_DESCRIPTION, required=False)
    events = forms.MultipleChoiceField(
        label=_("What it hears of"), required=False, choices=[(one, NAMES.get(one, one)) for one in SUBJECTS]
    )
    hears_everybody = forms.BooleanField(label=_("What happens to everybody"), required=False)

    def __init__(self, *args: object, by: Caller, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.by = by
        if not by.is_staff:
            del self.fields["hears_everybody"]

    def save(self) -> New | None:
        """Make the webhook; None when something about it is refused."""
        said = self.cleaned_data
        hears = Hearing.EVERYBODY if said.get("hears_everybody") else Hearing.ONESELF
        wanted = Draft(said["url"], tuple(said["events"]), said["description"], hears)
        return self.judged(lambda: services.create(wanted, by=self.by))
