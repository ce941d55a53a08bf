"""The document that describes the API, and the page to try it out."""

from django.urls import path

from imagehub.api import views

urlpatterns = [
    path("schema", views.SchemaView.as_view(), name="schema"),
    path("docs", views.DocsView.as_view(), name="docs"),
]
