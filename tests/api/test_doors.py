"""What pages do alike with buttons and forms."""

import pytest
from django import forms
from django.test import RequestFactory

from imagehub.api.doors import pressed, rendered
from imagehub.lib.errors import Invalid


class _Name(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize("sent", [{"action": "burn"}, {"action": ""}, {}])
def test_a_button_that_the_page_does_not_have_is_refused(sent: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        pressed(RequestFactory().post("/", sent), {"keep": 1})


def test_the_pressed_button_says_what_is_done() -> None:
    assert pressed(RequestFactory().post("/", {"action": "keep"}), {"keep": 1, "drop": 2}) == 1


def test_a_page_is_a_refusal_once_one_of_its_forms_was_refused() -> None:
    request = RequestFactory().get("/")
    statuses = [
        rendered(request, "components/form_errors.html", {"other": _Name(), "form": form}).status_code
        for form in (_Name(), _Name({"name": "Ada"}), _Name({"name": ""}))
    ]

    assert statuses == [200, 200, 400]
