"""The one app of this process: made when a trigger first needs it, never at import."""

from core.bootstrap.app import App
from core.settings import load_settings

_apps: list[App] = []


def current_app() -> App:
    """Return this process's app; SettingsError at first use if the settings cannot work."""
    if not _apps:
        _apps.append(App(load_settings()))
    return _apps[0]


def replace_app(app: App | None) -> None:
    """Make `app` the one that triggers use; None forgets the present one. For tests."""
    _apps[:] = [] if app is None else [app]
