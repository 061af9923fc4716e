# The production image: web, worker, beat and the upgrade step are one image with different commands.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ABMHUB_HOME=/var/lib/abmhub \
    ABMHUB_COLLECTED_STATIC=yes \
    ABMHUB_LOG_FORMAT=json

WORKDIR /srv/abmhub

# The locks alone first: packages are installed again only when these change.
COPY requirements-uv.txt requirements.txt ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && uv pip install --system --no-cache --compile-bytecode --require-hashes -r requirements.txt

COPY . .
# The key signs nothing: it lets the settings load while the image is built.
RUN python -m abmhub.web.assets \
    && SECRET_KEY=building python manage.py collectstatic --no-input \
    && useradd --system --home-dir /var/lib/abmhub --create-home abmhub

USER abmhub
VOLUME /var/lib/abmhub
EXPOSE 8000
