"""Pages that belong to no feature."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Strangers learn what this is; who is signed in goes straight to their pictures."""
    if request.user.is_authenticated:
        return redirect("/pictures/")
    return render(request, "home/home.html")
