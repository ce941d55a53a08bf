"""Addresses of the harvester's pages."""

from django.urls import path

from harvester.views.desk import Desk
from harvester.views.files import Files
from harvester.views.run import Again, Cancel, Retry, Run
from harvester.views.schedules import Schedules
from harvester.views.start import Start

app_name = "harvester"
urlpatterns = [
    path("", Desk.as_view(), name="desk"),
    path("new/", Start.as_view(), name="new"),
    path("files/", Files.as_view(), name="files"),
    path("schedules/", Schedules.as_view(), name="schedules"),
    path("jobs/<str:job_id>/", Run.as_view(), name="run"),
    path("jobs/<str:job_id>/cancel/", Cancel.as_view(), name="cancel"),
    path("jobs/<str:job_id>/retry/", Retry.as_view(), name="retry"),
    path("jobs/<str:job_id>/again/", Again.as_view(), name="again"),
]
