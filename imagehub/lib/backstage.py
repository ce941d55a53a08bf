"""Lists for staff that cost the same however many rows there are.

A list looks at the newest rows only and offers the way further back; counts, filters and any order keep to these.
What an index tells apart, an owner for example, is chosen before that, among all rows. A search asks the index for
whole names, among all rows; words within texts (`__icontains`) are looked for among the newest.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_permission_codename
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from imagehub.lib import captions

if TYPE_CHECKING:
    from django.contrib.auth.models import PermissionsMixin  # a name only: of whom rights are asked

WINDOW = 10_000  # rows that a list looks at
MOST_FOUND = 1_000  # rows, the newest, that a search finds by each of its fields
AT_ONCE = 500  # rows, the first of a list, that one request acts on; a form may name all of them
PAST = "pk__lte"  # the parameter that leads further back


class LongList(ChangeList):
    """The newest rows, or the newest below one; of a search, what it has found."""

    model_admin: "StaffList"
    floor: int | None = None  # the newest row that is not looked at, if there is one

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the rows that the list shows; filters and orders see no others."""
        whole = self.root_queryset
        self.root_queryset = whole.filter(self._found(request) if self.query else self._newest(request))
        rows = super().get_queryset(request, exclude_parameters)
        self.root_queryset = whole
        return rows

    def get_results(self, request: HttpRequest) -> None:
        """Offer the whole list to those alone who see less of it."""
        super().get_results(request)
        if not (self.query or self.has_active_filters or self.newer):
            self.full_result_count = self.result_count

    @property
    def further(self) -> str:
        """Where the list goes on."""
        return self.get_query_string({PAST: self.floor}) if self.floor is not None else ""

    @property
    def newer(self) -> str:
        """Where the list begins, for whoever went further back."""
        return self.get_query_string(remove=[PAST]) if PAST in self.params else ""

    def _newest(self, request: HttpRequest) -> Q:
        narrow = Q(**dict(self._narrowing(request)))
        try:
            keys = self._all().filter(narrow).values_list("pk", flat=True)
            self.floor = next(iter(keys[WINDOW : WINDOW + 1]), None)
        except (ValueError, OverflowError, ValidationError) as error:
            raise IncorrectLookupParameters(error) from error
        return narrow if self.floor is None else narrow & Q(pk__gt=self.floor)

    def _narrowing(self, request: HttpRequest) -> Iterator[tuple[str, object]]:
        """Yield what the address says of columns with an index; `IN`, as a truth value by itself uses none."""
        for name in self.model_admin.indexed:
            if f"{name}__exact" in request.GET:
                yield f"{name}__in", [request.GET[f"{name}__exact"]]
        if PAST in request.GET:
            yield PAST, request.GET[PAST]

    def _found(self, request: HttpRequest) -> Q:
        """Look for whole names among all rows, and for words among those that the list would show without a search."""
        asked = {field: Q(**{field: self.query.strip()}) for field in self.search_fields}
        words = [field for field in asked if field.endswith("__icontains")]
        if words:
            newest = self._newest(request)
            asked |= {field: newest & asked[field] for field in words}
        found = (self._all().filter(each).values_list("pk", flat=True)[:MOST_FOUND] for each in asked.values())
        return Q(pk__in=sorted({key for keys in found for key in keys}))

    def _all(self) -> QuerySet[Any]:
        return self.model._default_manager.order_by("-pk")  # noqa: SLF001  # Django's public seam


class StaffList(admin.ModelAdmin):  # type: ignore[type-arg]  # the stubs' parameter does not exist at run time
    """Rows that staff looks through; each names its lookups in `search_fields` in full."""

    called: ClassVar[captions.Names] = {}  # its fields, beyond those that tables have in common
    indexed: ClassVar[tuple[str, ...]] = ()  # columns to filter by whose index keeps the order of the rows
    list_per_page = 50
    list_max_show_all = 0
    ordering = ("-pk",)
    show_full_result_count = False

    def __init__(self, model: type[Model], admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)
        captions.give(model, self.called)

    def get_changelist(self, request: HttpRequest, **_: Any) -> type[ChangeList]:  # noqa: ARG002  # Django's signature
        """Return the list that is bounded."""
        return LongList

    def response_action(  # type: ignore[override]  # the stubs are of a later Django
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Act on as many rows as one request should, and say so where more were chosen."""
        if request.POST.get("select_across") == "1":
            chosen = list(queryset.values_list("pk", flat=True)[: AT_ONCE + 1])
            queryset = queryset.filter(pk__in=chosen[:AT_ONCE])
            if len(chosen) > AT_ONCE:
                messages.warning(request, _only_so_many(AT_ONCE))
        return super().response_action(request, queryset)

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002  # likewise
        queryset: QuerySet[Any],
        search_term: str,  # noqa: ARG002  # likewise
    ) -> tuple[QuerySet[Any], bool]:
        """Leave the rows as they are: the list holds what was found, each once."""
        return queryset, False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Leave the actions to those who may change such rows, though nobody edits them here."""
        codename = get_permission_codename("change", self.opts)
        return cast("PermissionsMixin", request.user).has_perm(f"{self.opts.app_label}.{codename}")

    def note(self, request: HttpRequest, rows: Iterable[Model], sentence: str) -> None:
        """Write into the log of staff what was done to some rows."""
        LogEntry.objects.log_actions(str(request.user.pk), list(rows), CHANGE, change_message=sentence)


def _only_so_many(count: int) -> str:
    said = ngettext(
        "More were chosen than go at once: this is about the first alone.",
        "More were chosen than go at once: this is about the first %(count)d alone.",
        count,
    )
    return said % {"count": count}


class Shown(StaffList):
    """What staff looks at and removes; nothing is added or edited, as that is more than a field."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        """Leave that to its owner."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # likewise
        """Only look at it."""
        return False


class LookOnly(Shown):
    """What nobody removes here either: something would stay behind."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # likewise
        """Leave that to its feature."""
        return False


class Parts(admin.TabularInline):  # type: ignore[type-arg]  # the stubs' parameter does not exist at run time
    """What belongs to a row, to look at."""

    called: ClassVar[captions.Names] = {}  # likewise
    extra = 0
    can_delete = False

    def __init__(self, parent_model: type[Model], admin_site: AdminSite) -> None:
        super().__init__(parent_model, admin_site)
        captions.give(self.model, self.called)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # likewise
        """Leave that to its feature."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # likewise
        """Only look at them."""
        return False
