"""The composition root: the only place that knows concrete adapters. Built at first use."""

from core.bootstrap.app import App
from core.bootstrap.current import current_app, replace_app
from core.bootstrap.outside import Outside

__all__ = ["App", "Outside", "current_app", "replace_app"]
