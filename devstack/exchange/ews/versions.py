"""Which version of the schema is asked for, and which server answers."""

from devstack.exchange.ews.errors import SoapFaultError
from devstack.exchange.ews.soap import Element, first, t

SCHEMAS = (
    "Exchange2007",
    "Exchange2007_SP1",
    "Exchange2010",
    "Exchange2010_SP1",
    "Exchange2010_SP2",
    "Exchange2013",
    "Exchange2013_SP1",
    "Exchange2015",
    "Exchange2016",
)
BUILDS = {
    "Exchange2016": ("15", "1", "2507", "6", "V2017_07_11"),
    "Exchange2019": ("15", "2", "1544", "4", "V2017_07_11"),
    "Exchange2013_SP1": ("15", "0", "1497", "2", "Exchange2013_SP1"),
    "Exchange2010_SP2": ("14", "3", "513", "0", "Exchange2010_SP2"),
}
"""What the servers call themselves; 2019 and Subscription Edition have no schema of their own."""


def requested_version(envelope: Element, server: str) -> str:
    """Return the schema a request is written in; one the server does not have is a fault."""
    header = first(envelope, "Header")
    wish = None if header is None else first(header, "RequestServerVersion")
    version = SCHEMAS[0] if wish is None else wish.get("Version", "")
    newest = "Exchange2016" if server == "Exchange2019" else server
    if version not in SCHEMAS or SCHEMAS.index(version) > SCHEMAS.index(newest):
        raise SoapFaultError(
            "ErrorInvalidServerVersion", "The specified server version is invalid."
        )
    return version


def server_version(server: str) -> Element:
    """Return the header of every answer."""
    major, minor, build, revision, schema = BUILDS[server]
    return t(
        "ServerVersionInfo",
        MajorVersion=major,
        MinorVersion=minor,
        MajorBuildNumber=build,
        MinorBuildNumber=revision,
        Version=schema,
    )
