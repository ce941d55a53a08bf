"""What people write on the account pages."""

from datetime import datetime, timedelta
from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import guard, keys, services
from accounts.models import LONGEST_KEY_NAME, User
from accounts.services import KeyDraft, NewKey
from imagehub.api.forms import ServiceForm

SCOPE_NAMES = {
    "pictures": _("User pictures"),
    "publications": _("Publications"),
    "images": _("Generated images"),
    "harvest": _("Harvesting"),
    "events": _("News"),
}


class ProfileForm(ServiceForm):
    """What others may know and what we need to reach somebody."""

    username = forms.CharField(label=_("Username"), max_length=150)
    email = forms.EmailField(label=_("E-mail"))
    is_listed = forms.BooleanField(label=_("Show my picture to sites that know my e-mail"), required=False)

    def save(self, user: User) -> User | None:
        """Change the profile; None when something in it is refused."""
        return self.judged(lambda: services.change_profile(user, self.cleaned_data, by=user))


class KeyForm(ServiceForm):
    """A new API key."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_KEY_NAME)
    scopes = forms.MultipleChoiceField(label=_("What it opens"))
    days = forms.TypedChoiceField(
        label=_("Good for"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("1 year")), (0, _("No end"))],
        coerce=int,
        initial=90,
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.user = user
        scopes = cast("forms.MultipleChoiceField", self.fields["scopes"])
        scopes.choices = [(scope, SCOPE_NAMES[scope]) for scope in keys.scopes_open_to(user)]

    def expiry(self) -> datetime | None:
        """Return when the key ends, None for never."""
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None

    def save(self) -> NewKey | None:
        """Make the key; None when something about it is refused."""
        wanted = KeyDraft(self.cleaned_data["name"], tuple(self.cleaned_data["scopes"]), self.expiry())
        return self.judged(lambda: services.create_key(self.user, wanted, by=self.user))


class EraseForm(forms.Form):
    """The password once more, before everything goes."""

    password = forms.CharField(label=_("Password"), strip=False)

    def __init__(self, *args: object, user: User, address: str, **kwargs: object) -> None:
        self.user = user
        self.address = address
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    def clean_password(self) -> str:
        """Refuse a password that is not this account's; tries count like tries to sign in."""
        password: str = self.cleaned_data["password"]
        attempt = guard.admit(self.user.username, self.user, self.address)
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        attempt.succeeded(self.user)
        return password
