# One file, many images: each purpose is a stage, and `--target` picks one.
# Runtime dependencies are installed once, for every stage below.
FROM python:3-alpine AS base
WORKDIR /app
RUN pip install pipenv==2018.10.13
COPY Pipfile /app/
COPY Pipfile.lock /app/
RUN pipenv install --system --deploy

# The application, without anything that only development needs.
FROM base AS app
COPY src /app

# Development dependencies go first: a change of the source keeps them cached.
FROM base AS test-base
RUN pipenv install --system --deploy --dev
COPY src /app

# A capital marks a stage that is meant to be a target.
FROM test-base AS Test
RUN pytest --black

# Known vulnerabilities in the dependencies fail this one.
FROM test-base AS Check
RUN safety check

FROM test-base AS Docs
RUN pycco -i *.py
WORKDIR /app/docs
EXPOSE 8000
CMD ["python", "-m", "http.server"]

FROM app AS Shell
CMD ["flask", "shell"]

# Shared by the two stages that run the application.
FROM app AS release
EXPOSE 5000

FROM release AS Dev
ENV FLASK_ENV=development
CMD ["python", "app.py"]

# The last stage is what `docker build` makes when no target is given.
FROM release AS Prod
CMD ["gunicorn", "-b", ":5000", "app:app"]
