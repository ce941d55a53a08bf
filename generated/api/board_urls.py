"""The API of boards; mounted at `/api/v1/`, without trailing slashes."""

from django.urls import path

from generated.api import board_views as views

urlpatterns = [
    path("boards", views.Boards.as_view()),
    path("boards/<str:board_id>", views.OneBoard.as_view()),
    path("boards/<str:board_id>/items", views.Items.as_view()),
    path("boards/<str:board_id>/items/<str:image_id>", views.OneItem.as_view()),
    path("boards/<str:board_id>/links", views.Links.as_view()),
    path("boards/<str:board_id>/links/<str:link_id>", views.OneLink.as_view()),
]
