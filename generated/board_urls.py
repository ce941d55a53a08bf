"""The pages of boards; mounted at `/generated/boards/`."""

from django.urls import re_path

from generated.views.boards import BoardPage, MyBoards
from imagehub.lib import ids

app_name = "boards"
urlpatterns = [
    re_path(r"^\Z", MyBoards.as_view(), name="mine"),
    re_path(rf"^(?P<board_id>{ids.PUBLIC_ID.pattern})/\Z", BoardPage.as_view(), name="board"),
]
