"""What can be done with accounts, one function and one transaction each."""

from accounts.services.access import end_access, revoke_access, set_password, sign_in
from accounts.services.erasure import erase_account
from accounts.services.keys import KeyDraft, NewKey, create_key, create_service_key, revoke_key
from accounts.services.registration import EMAIL_TAKEN, NAME_TAKEN, draft, register, register_quietly
from accounts.services.standing import change_profile, set_plan

__all__ = [
    "EMAIL_TAKEN",
    "NAME_TAKEN",
    "KeyDraft",
    "NewKey",
    "change_profile",
    "create_key",
    "create_service_key",
    "draft",
    "end_access",
    "erase_account",
    "register",
    "register_quietly",
    "revoke_access",
    "revoke_key",
    "set_password",
    "set_plan",
    "sign_in",
]
