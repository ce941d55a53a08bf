"""How the sign-in library behaves with us: our names, our limits, our services."""

import re
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import guard, names, services, users
from accounts.models import User
from imagehub.lib.addresses import client_address

if TYPE_CHECKING:
    from django.forms import BaseForm

# One slash, then visible ASCII without the backslash, which browsers take for a slash.
_PATH = re.compile(r"/(?!/)[\x21-\x5b\x5d-\x7e]*")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Signing up, in and out, our way."""

    _attempt: guard.Attempt | None = None

    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002  # allauth's signature
        """Return the one spelling of a name that is allowed and free."""
        folded = names.clean(username)
        if not shallow and User.objects.filter(username=folded).exists():
            raise ValidationError(services.NAME_TAKEN, code="username_taken")
        return folded

    def clean_email(self, email: str) -> str:
        """Return the one spelling of an address."""
        return email.strip().lower()

    def save_user(self, request: HttpRequest, user: User, form: "BaseForm", commit: bool = True) -> User:  # noqa: FBT001, FBT002  # allauth's signature
        """Save a new account through the service, which settles races for a name."""
        drafted: User = super().save_user(request, user, form, commit=False)
        return services.register(drafted) if commit else drafted

    def set_password(self, user: User, password: str) -> None:
        """Change a password, which ends every token and every other session."""
        services.set_password(user, password)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try in the same budgets as the API's sign-in; Throttled (429) when they are spent."""
        login = str(credentials.get("username") or credentials.get("email") or "")
        self._attempt = guard.admit(login, users.by_login(login), client_address(request))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return who has these credentials; a try that succeeds does not count."""
        person: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if self._attempt is not None and isinstance(person, User):
            self._attempt.succeeded(person)
        return person

    def logout(self, request: HttpRequest) -> None:
        """End the session, and make open sockets that lived on it notice."""
        person = request.user
        super().logout(request)
        if isinstance(person, User):
            services.end_access(person)

    def is_safe_url(self, url: str | None) -> bool:
        """Tell whether a redirect stays here: a path of ours and nothing that a browser reads otherwise."""
        return bool(_PATH.fullmatch(url or "")) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count by."""
        return client_address(request)
