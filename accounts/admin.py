"""Accounts and keys in the admin: what changes more than a field goes through the services."""

from collections.abc import Iterator
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import keys, names, services, users
from accounts.models import ApiKey, Plan, User
from accounts.quotas import quota_of
from accounts.services import KeyDraft
from imagehub.images.quotas import usage_of
from imagehub.lib import captions
from imagehub.lib.backstage import LookOnly, StaffList

# Its package names it in English alone; what a model is called here is no matter of migrations.
_SESSION = UserSession._meta  # noqa: SLF001  # Django's public seam
_SESSION.verbose_name, _SESSION.verbose_name_plural = _("session"), _("sessions")

_RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class PersonForm(UserChangeForm):  # type: ignore[type-arg]  # the stubs' parameter does not exist at run time
    """An account's fields, its name under the rules that hold everywhere."""

    def clean_username(self) -> str:
        """Return the one spelling of the name."""
        return names.clean(self.cleaned_data["username"])


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # likewise
    """A password set by staff, which ends what the old one opened."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002, ARG002  # Django's signature
        """Change the password through the service."""
        services.set_password(self.user, self.cleaned_data["password1"])
        return self.user  # type: ignore[no-any-return]  # the form is untyped


@admin.action(description=_("Give the premium plan"), permissions=["act"])
def give_premium(admin_: StaffList, request: HttpRequest, people: QuerySet[User]) -> None:
    """Switch accounts to the premium plan."""
    _give(Plan.PREMIUM, admin_, request, people)


@admin.action(description=_("Take back to the free plan"), permissions=["act"])
def give_free(admin_: StaffList, request: HttpRequest, people: QuerySet[User]) -> None:
    """Switch accounts to the free plan."""
    _give(Plan.FREE, admin_, request, people)


def _give(plan: Plan, admin_: StaffList, request: HttpRequest, people: QuerySet[User]) -> None:
    for person in people:
        services.set_plan(person, plan, by=users.signed_in(request))
    admin_.note(request, people, str(plan.label))


@admin.register(User)
class PersonAdmin(StaffList, UserAdmin):  # type: ignore[type-arg]  # likewise
    """Shows accounts; deleting one erases everything of it."""

    form = PersonForm
    change_password_form = PasswordForm
    actions = [give_premium, give_free]
    list_display = ("username", "email", "public_id", "plan", "is_active", "is_staff")
    list_filter = ("plan", "is_active", "is_staff")
    search_fields = ("username__istartswith", "email__istartswith", "public_id__exact")
    search_help_text = _("The beginning of a user name or an e-mail address, or the whole id.")
    indexed = ("plan", "is_active", "is_staff")
    readonly_fields = ("public_id", "last_login", "date_joined", "room", "belongings")
    fieldsets = (
        (None, {"fields": ("public_id", "username", "email", "password")}),
        (_("What it may use"), {"fields": ("plan", "is_listed")}),
        (_("What it keeps"), {"fields": ("room", "belongings")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )

    @admin.display(description=_("room taken"))
    def room(self, person: User) -> str:
        """Say how much of its quota an account has used."""
        used, quota = usage_of(person.pk), quota_of(person)
        facts = {"bytes": filesizeformat(used.bytes), "most": filesizeformat(quota.bytes)}
        facts |= {"files": str(used.files), "most_files": str(quota.files)}
        return str(_("%(bytes)s of %(most)s in %(files)s of %(most_files)s files") % facts)

    @admin.display(description=_("things"))
    def belongings(self, person: User) -> SafeString:
        """Lead to what an account has in each feature."""
        return format_html_join(" · ", '<a href="{}?owner__id__exact={}">{}</a>', _places(person))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:  # noqa: ARG002  # Django's signature
        """Let nobody give rights, to themselves least of all, but those who have them all."""
        return self.readonly_fields if users.signed_in(request).is_superuser else (*self.readonly_fields, *_RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Keep whoever may change accounts from taking over one that may do more."""
        return super().has_change_permission(request, obj) and _may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Keep them from erasing one, too."""
        return super().has_delete_permission(request, obj) and _may_change(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        """Save, and end every way in of an account that was disabled."""
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            services.revoke_access(obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Erase one account."""
        services.erase_account(obj, by=users.signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Erase the chosen accounts, each in its own transaction."""
        for person in queryset:
            services.erase_account(person, by=users.signed_in(request))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """Name the accounts alone: the service takes care of what hangs on them."""
        chosen = [str(person) for person in objs]
        may_delete = all(self.has_delete_permission(request, person) for person in objs)
        missing = set() if may_delete else {str(User._meta.verbose_name)}  # noqa: SLF001  # Django's public seam
        return chosen, {str(User._meta.verbose_name_plural): len(chosen)}, missing, []  # noqa: SLF001  # likewise


class ServiceKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # likewise
    """A key that belongs to no account."""

    scopes = forms.MultipleChoiceField(label=_("Scopes"), choices=[(scope, scope) for scope in keys.SCOPES])

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "expires_at")


@admin.register(ApiKey)
class ApiKeyAdmin(StaffList):
    """Makes keys for services and revokes any; a key itself is seen once, when it is made."""

    called: ClassVar[captions.Names] = {"hint": _("shown of the key"), "scopes": _("scopes")}
    list_display = ("name", "hint", "owner", "scopes", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("owner",)
    search_fields = ("public_id__exact", "owner__username__exact", "name__icontains", "hint__icontains")
    search_help_text = _("The whole id or user name; or a part of the name or of what is shown of the key.")
    indexed = ("owner__id",)
    form = ServiceKeyForm

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:  # noqa: ARG002  # Django's signature
        """Keys are replaced, not edited."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:  # noqa: ARG002, FBT001  # Django's signature
        """Make a service key and show it this once."""
        made = services.create_service_key(
            KeyDraft(obj.name, tuple(obj.scopes), obj.expires_at), by=users.signed_in(request)
        )
        obj.pk, obj.public_id = made.row.pk, made.row.public_id
        messages.warning(request, _("Copy the key now, it is not shown again: %(key)s") % {"key": made.secret})

    def delete_model(self, request: HttpRequest, obj: ApiKey) -> None:
        """Revoke a key."""
        services.revoke_key(obj.public_id, by=users.signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Revoke the chosen keys that still open something."""
        for key in queryset.filter(revoked_at=None):
            services.revoke_key(key.public_id, by=users.signed_in(request))


@admin.register(Group)
class GroupsAdmin(StaffList, GroupAdmin):
    """What members of staff may do, by the group."""

    search_fields = ("name__istartswith",)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Let nobody give rights to a group of their own but those who have them all."""
        return super().has_change_permission(request, obj) and users.signed_in(request).is_superuser


@admin.register(EmailAddress)
class AddressAdmin(LookOnly):
    """Addresses and whether somebody has shown that they are theirs; accounts are where they change."""

    list_display = ("email", "user", "primary", "verified")
    list_filter = ("verified",)
    list_select_related = ("user",)
    search_fields = ("email__istartswith", "user__username__exact")
    search_help_text = _("The beginning of an e-mail address, or the whole user name.")


@admin.register(UserSession)
class SessionAdmin(LookOnly):
    """Who is signed in where; an account that is disabled is signed out everywhere."""

    called: ClassVar[captions.Names] = {
        "created_at": _("signed in"),
        "ip": _("network address"),
        "last_seen_at": _("last seen"),
        "user_agent": _("browser"),
    }
    list_display = ("user", "ip", "user_agent", "created_at", "last_seen_at")
    list_select_related = ("user",)
    exclude = ("session_key", "data")
    search_fields = ("user__username__exact", "ip__icontains")
    search_help_text = _("The whole user name, or a part of the network address.")
    indexed = ("user__id",)


@admin.register(LogEntry)
class LogAdmin(LookOnly):
    """What staff did here: nobody changes that, nor removes it."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "told")
    list_filter = ("action_flag", "action_time")
    list_select_related = ("user", "content_type")
    search_fields = ("user__username__exact", "object_repr__icontains")
    search_help_text = _("The whole name of who did it, or a part of what it was done to.")
    indexed = ("user__id",)

    @admin.display(description=_("what was done"))
    def told(self, entry: LogEntry) -> str:
        """Say it in the reader's language."""
        return entry.get_change_message()


def _may_change(request: HttpRequest, person: User | None) -> bool:
    """Tell whether an account is no business of superusers alone."""
    return person is None or not person.is_staff or users.signed_in(request).is_superuser


def _places(person: User) -> Iterator[tuple[str, int, str]]:
    """Yield the admin's list of everything that an app names as owned by accounts."""
    for app in apps.get_app_configs():
        for label in getattr(app, "owned_by_accounts", ()):
            options = apps.get_model(label)._meta  # noqa: SLF001  # Django's public seam
            listed = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
            yield listed, person.pk, str(options.verbose_name_plural)
