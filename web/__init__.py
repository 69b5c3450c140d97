"""The operator's web application: pages and a JSON API over the use cases, one ASGI app.

It is loaded when somebody asks for it (`functions/console.py`), never on a notification's way.
"""
