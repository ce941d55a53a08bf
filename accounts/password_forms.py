"""The library's password forms without the second field: a password that can be shown is typed once."""

from allauth.account import forms


class ChangePassword(forms.ChangePasswordForm):  # type: ignore[misc]  # allauth is untyped
    """The old password and the new one."""

    password2 = None


class SetPassword(forms.SetPasswordForm):  # type: ignore[misc]  # allauth is untyped
    """A first password."""

    password2 = None


class ResetPassword(forms.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth is untyped
    """The new password of somebody who opened the link in our mail."""

    password2 = None
