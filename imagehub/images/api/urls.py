"""Routes of the image core."""

from django.urls import path

from imagehub.images.api.views import Renditions

urlpatterns = [path("renditions/<str:image_id>", Renditions.as_view())]
