"""The demo account: made on an empty data folder, through the same services as anybody's."""

from dataclasses import dataclass

from accounts import services as accounts
from accounts import users
from accounts.models import User
from avatars import services as avatars
from avatars import uploads
from imagehub import scenes


@dataclass(frozen=True)
class Login:
    """What is typed on the sign-in page."""

    username: str
    password: str


LOGIN = Login("demo", "imagehub-demo")
EMAIL = "demo@example.org"


def furnish() -> None:
    """Make the account with its pictures, unless there is anybody already."""
    if User.objects.exists():
        return
    user = accounts.register(accounts.draft(LOGIN.username, EMAIL, LOGIN.password))
    for draw in scenes.SCENES.values():
        avatars.add(uploads.judge(scenes.jpeg(draw())), owner=user, by=user)


def login() -> Login | None:
    """Return the way into the demo account as long as it is the one that everybody knows."""
    user = users.by_login(LOGIN.username)
    return LOGIN if user and user.check_password(LOGIN.password) else None
