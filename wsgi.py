"""The application for a WSGI server: `gunicorn wsgi:app`."""

from timebank import create_app

app = create_app()
