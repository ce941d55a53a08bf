"""What pages share that scripts of ours ask as well."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import View

from imagehub.api import answers, refusals
from imagehub.lib.accept import accepts
from imagehub.lib.errors import ImageHubError, Invalid

T = TypeVar("T")


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


def pressed(request: HttpRequest, acts: Mapping[str, T]) -> T:
    """Return what the pressed button stands for, or Invalid for one that the page doesn't have."""
    act = acts.get(request.POST.get("action", ""))
    if act is None:
        raise Invalid
    return act


def rendered(request: HttpRequest, template: str, whole: Mapping[str, Any]) -> HttpResponse:
    """Return a page, as a refusal where one of its forms was refused."""
    is_refused = any(form.errors for form in whole.values() if isinstance(form, forms.BaseForm))
    return render(request, template, whole, status=400 if is_refused else 200)
