"""What leaves as a file says so."""

from imagehub.api.attachments import labels


def test_a_file_is_saved_under_its_name_and_kept_by_no_cache() -> None:
    assert labels("fuchs-ä.png", "image/png") == {
        "Content-Type": "image/png",
        "Content-Disposition": "attachment; filename*=utf-8''fuchs-%C3%A4.png",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
