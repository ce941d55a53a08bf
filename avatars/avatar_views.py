"""Faces for `<img>` on any site."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from avatars import faces, wishes

FRESH = "public, max-age=300, must-revalidate"


@csrf_exempt  # so that other methods hear that they are not allowed; none changes anything
@require_safe
def avatar(request: HttpRequest, name: str, ending: str = "") -> HttpResponse:
    """Show somebody's face; whoever has an older one sees the new one at the next revalidation."""
    wish = wishes.read(request.GET.dict(), ending=ending, accept=request.headers.get("Accept", ""))
    face = faces.of(faces.person(name), wish)
    response = _fresh(face) if _lacks(request, face) else HttpResponseNotModified()
    for header, value in _open_to_all(face).items():
        response[header] = value
    if not ending:
        patch_vary_headers(response, ["Accept"])
    return response


def _lacks(request: HttpRequest, face: faces.Face) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return not {"*", f'"{face.tag}"', f'W/"{face.tag}"'} & set(known)


def _fresh(face: faces.Face) -> HttpResponse:
    data = face.data()
    return HttpResponse(data, content_type=face.format.content_type, headers={"Content-Length": str(len(data))})


def _open_to_all(face: faces.Face) -> dict[str, str]:
    headers = {
        "ETag": f'"{face.tag}"',
        "Cache-Control": FRESH,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return {**headers, "X-Avatar-Upscaled-From": str(face.upscaled_from)} if face.upscaled_from else headers
