"""What people give a deployment: by the names that the pages say, and worth what they say."""

import pytest

from tests.kit.worse import MAIN, PROD, Change

AZD, DEV = "main.bicepparam", "dev.bicepparam"


@pytest.mark.parametrize(
    "change",
    [
        (PROD, "param alertMails = json(readEnvironmentVariable('ALERT_MAILS', '[]'))\n", "",
         "alertMails is not given: nobody would be told"),
        (PROD, "zoneRedundant = true", "zoneRedundant = false", "zoneRedundant must be true"),
        (PROD, "storageSku = 'Standard_GZRS'", "storageSku = 'Standard_LRS'", "lies in one zone"),
        (AZD, "param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')\n", "",
         "signInClientId cannot be set by azd"),
        (AZD, "'ROOMS_CLIENT_ID'", "'ROOMS_TOKEN_URL'",
         "roomsClientId must read ROOMS_CLIENT_ID, not ROOMS_TOKEN_URL"),
        (AZD, "'APP_SETTINGS'", "'SETTINGS'", "settings must read APP_SETTINGS"),
        (AZD, "int(readEnvironmentVariable('ALWAYS_READY_HTTP', '1'))",
         "int(readEnvironmentVariable('ALWAYS_READY_HTTP', '0'))",
         "alwaysReadyHttp: without ALWAYS_READY_HTTP it is '0', in main.bicep '1'"),
        (AZD, "'IS_PRIVATE', 'false'", "'IS_PRIVATE', 'true'", "in main.bicep 'false'"),
        (AZD, "int(readEnvironmentVariable('MAXIMUM_INSTANCES', '40'))",
         "readEnvironmentVariable('MAXIMUM_INSTANCES', '40')",
         "maximumInstances must be of type int, not string"),
        (DEV, "'ALERT_MAILS'", "'ALERT_MAIL'", "alertMails must read ALERT_MAILS"),
        (MAIN, "param instanceMemoryMB int = 2048", "param instanceMemoryMB int = 1024",
         "instanceMemoryMB: 1024 is none of"),
        (MAIN, "param alwaysReadyHttp int = 1", "param alwaysReadyHttp int = 0", "less than 1"),
        (MAIN, "param zoneRedundant bool = false", "param zoneRedundant bool = 'no'",
         "zoneRedundant must be of type bool"),
    ],
    ids=lambda change: change[3],
)  # fmt: skip
def test_what_is_given_wrongly_is_noticed(texts, app, change):
    assert Change(*change).is_noticed(texts, app)


def test_a_deployment_for_people_asks_for_the_address_of_rooms(texts):
    """Otherwise one without it would be of an installation that there is not."""
    assert "readEnvironmentVariable('ROOMS_BASE_URL')\n" in texts[PROD]
