# ONBUILD writes instructions for the stages that start from this one.
# They are carried out there, before anything else.
FROM python:3.13-slim AS service-base
WORKDIR /app
ONBUILD COPY requirements.txt .
ONBUILD RUN pip install --no-cache-dir -r requirements.txt
ONBUILD COPY . .

FROM service-base AS api
CMD ["gunicorn", "api:app"]

FROM service-base AS worker
CMD ["celery", "--app", "worker", "worker"]
