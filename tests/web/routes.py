"""Every route of the application, with an address that fits it."""

import re

from web.app import EVERYTHING
from web.gate import GuardedRoute


def every_route() -> list[GuardedRoute]:
    return [route for routes in EVERYTHING for route in routes.all]


def address(route: GuardedRoute) -> str:
    return re.sub(r"\{\w+(:\w+)?\}", "11", route.path)
