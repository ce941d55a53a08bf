"""The admin as a whole."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.db.models import QuerySet
from django.http import HttpRequest


class StaffSiteConfig(AdminConfig):
    """Makes our site the one that all modules called `admin` register with."""

    default_site = "imagehub.lib.staffsite.StaffSite"


class StaffSite(AdminSite):
    """The admin, in which nothing costs more because there is more."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Leave out what other packages bring: their lists count all rows. What is of use of it we show."""
        from imagehub.lib.backstage import StaffList  # noqa: PLC0415  # it needs a loaded app registry

        if admin_class and issubclass(admin_class, StaffList):
            super().register(model_or_iterable, admin_class, **options)

    def get_log_entries(self, request: HttpRequest) -> QuerySet[Any]:
        """Read what somebody did last in the order in which it was written, which an index serves."""
        return super().get_log_entries(request).order_by("-pk")
