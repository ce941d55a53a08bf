"""The older harvester's addresses, without trailing slashes; mounted at `/api/v1/`."""

from django.urls import path

from harvester.api import download_views, image_views, job_views, operation_views

_PLACE = "<str:database>/<str:collection>"

urlpatterns = [
    path("download/batch", download_views.DownloadBatch.as_view()),
    path(f"download/collection/{_PLACE}", download_views.DownloadCollection.as_view()),
    path(f"download/document/{_PLACE}/<path:document_id>", download_views.DownloadDocument.as_view()),
    path("download/file", download_views.DownloadFromFile.as_view()),
    path("download/from-api-url", download_views.DownloadFromApi.as_view()),
    path("download/preview", download_views.Preview.as_view()),
    path("health", operation_views.Health.as_view()),
    path("images", image_views.Databases.as_view()),
    path("images/<str:database>", image_views.Collections.as_view()),
    path(f"images/{_PLACE}", image_views.Documents.as_view()),
    path(f"images/{_PLACE}/<str:document>", image_views.OneDocument.as_view()),
    path(f"images/{_PLACE}/<str:document>/<path:file>", image_views.OneFile.as_view(), name="harvested_file"),
    path("jobs", job_views.Jobs.as_view()),
    path("jobs/<str:job_id>", job_views.OneJob.as_view()),
    path("jobs/<str:job_id>/cancel", job_views.CancelJob.as_view()),
    path("jobs/<str:job_id>/errors", job_views.JobErrors.as_view()),
    path("jobs/<str:job_id>/items", job_views.JobItems.as_view()),
    path("jobs/<str:job_id>/retry", job_views.RetryJob.as_view()),
    path("metrics", operation_views.Metrics.as_view()),
]
