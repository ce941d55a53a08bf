# syntax=docker/dockerfile:1
# One image for every process of ImageHub; compose.yaml says which command each runs.

FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc pkg-config libmariadb-dev \
 && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/imagehub/.venv
COPY requirements.lock requirements-deploy.lock /tmp/
RUN /opt/imagehub/.venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock \
 && /opt/imagehub/.venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements-deploy.lock

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libmariadb3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin imagehub \
 && install --directory --owner imagehub --group imagehub /var/lib/imagehub /srv/imagehub
ENV PATH=/opt/imagehub/.venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/var/lib/imagehub
WORKDIR /opt/imagehub
COPY --from=build /opt/imagehub/.venv .venv
COPY manage.py ./
COPY imagehub imagehub
COPY accounts accounts
COPY avatars avatars
COPY publications publications
COPY generated generated
COPY harvester harvester
COPY templates templates
COPY static static
# Nothing below is ever written: what the processes keep lies in the two volumes.
RUN python -m compileall -q imagehub accounts avatars publications generated harvester
USER imagehub
VOLUME ["/var/lib/imagehub", "/srv/imagehub"]
EXPOSE 8000 8001
STOPSIGNAL SIGTERM
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "16", "--respawn-failed-workers", "--workers-kill-timeout", "10", \
     "imagehub.wsgi:application"]
