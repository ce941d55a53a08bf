"""The document that describes the API, the page to try it out, and a sign of life."""

from django.urls import path

from imagehub.api import views

urlpatterns = [
    path("schema", views.SchemaView.as_view(), name="schema"),
    path("docs", views.DocsView.as_view(), name="docs"),
    path("v1/health/live", views.Live.as_view()),
]
