"""The page on which anybody looks at a publication."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.policies import may_act_for
from publications import exhibits, finding


@require_safe
@cache_control(private=True, no_cache=True)
def page(request: HttpRequest, publication_id: str) -> HttpResponse:
    """Show a publication to whoever may see it; its owner and staff also find the way to its editor."""
    visitor = request.user
    publication = finding.found(publication_id, seen_by=visitor)
    may_edit = isinstance(visitor, User) and may_act_for(visitor, publication.owner)
    whole = {"exhibit": exhibits.of(publication), "may_edit": may_edit}
    return render(request, "publications/page.html", whole)
