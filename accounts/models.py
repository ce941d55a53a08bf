"""Who people are to us: accounts, the outside identities that lead to them, and their credentials."""

import hashlib

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField


class Plan(models.TextChoices):
    """What an account may use; set by staff or by a verified outside token only."""

    FREE = "free", _("Free")
    PREMIUM = "premium", _("Premium")


class User(AbstractUser):
    """An account; outside it is known only by its public id."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.user_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)  # type: ignore[assignment]  # null: external people have none
    plan = models.CharField(max_length=16, choices=Plan, default=Plan.FREE)
    is_listed = models.BooleanField(_("findable by e-mail hash"), default=False)  # Libravatar opt-in
    email_md5 = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    email_sha256 = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    class Meta(AbstractUser.Meta):
        # What staff tells accounts apart by, the newest first.
        indexes = [
            models.Index(fields=["plan", "-id"], name="user_by_plan"),
            models.Index(fields=["is_staff", "-id"], name="user_by_staff"),
            models.Index(fields=["is_active", "-id"], name="user_by_activity"),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the address in one spelling and its hashes in step with it."""
        self.email = self.email.strip().lower() if self.email else None
        address = (self.email or "").encode()
        self.email_md5 = hashlib.md5(address, usedforsecurity=False).hexdigest() if address else ""
        self.email_sha256 = hashlib.sha256(address).hexdigest() if address else ""
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came


class ExternalIdentity(models.Model):
    """Who an outside issuer says somebody is; issuer and subject together, never one alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities")
    issuer = ExactCharField(max_length=200)
    subject = ExactCharField(max_length=255)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_per_identity")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.subject}"


class TokenFamily(models.Model):
    """One sign-in by token and all that was refreshed from it; revoked as a whole."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="token_families")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="token_family_by_expiry")]

    def __str__(self) -> str:
        return str(self.public_id)


LONGEST_KEY_NAME = 80  # characters


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Questions about keys."""

    def live(self) -> "ApiKeyQuerySet":
        """Keys that are neither revoked nor expired."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)


class ApiKey(models.Model):
    """A named key with scopes; only its digest is kept. Without an owner it is a service's."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys", null=True, blank=True
    )
    name = models.CharField(max_length=LONGEST_KEY_NAME)
    scopes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the key
    hint = models.CharField(max_length=12, editable=False)  # its first characters, to recognise it by
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        # Revoked ones stay; those that hold are found among any number of them.
        indexes = [models.Index(fields=["owner", "revoked_at", "-id"], name="api_key_by_standing")]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def is_live(self) -> bool:
        """Tell whether the key still opens anything: not revoked, not expired, its owner not disabled."""
        is_expired = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not is_expired and (self.owner is None or self.owner.is_active)


class KnownAddress(models.Model):
    """An address from which an account signed in; it is not slowed down by strangers' failures."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_addresses")
    digest = models.CharField(max_length=64)  # keyed hash of the network address
    last_seen = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="one_row_per_known_address")]

    def __str__(self) -> str:
        return self.digest[:8]
