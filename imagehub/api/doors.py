"""What pages share that scripts of ours ask as well."""

from typing import cast

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from imagehub.api import answers, refusals
from imagehub.lib.accept import accepts
from imagehub.lib.errors import ImageHubError, Invalid


class Door(LoginRequiredMixin, View):
    """A page for whoever is signed in; a script of ours is refused in JSON, a person by a page."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer in the form that was asked for."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except ImageHubError as error:
            if not is_script(request):
                raise
            return answers.as_json(refusals.of(error))


def is_script(request: HttpRequest) -> bool:
    """Tell whether a script of ours asks, rather than a form."""
    return accepts(request.headers.get("Accept", ""), "application/json")


def require(form: forms.Form) -> dict[str, object]:
    """Return what a form was sent with, or Invalid."""
    if not form.is_valid():
        raise Invalid(details=form.errors)
    return cast("dict[str, object]", form.cleaned_data)
