import pytest

from tests.contract.exchange.company import ANNA, SAENTIS, Company, Person, meeting
from tests.contract.exchange.graph_types import MISSING, GraphTypes, MetadataMismatchError


def known(types: GraphTypes | None) -> GraphTypes:
    if types is None:
        pytest.skip(MISSING)
    return types


async def test_traffic_is_really_checked_against_the_metadata(
    company: Company, anna: Person, types: GraphTypes | None
):
    known(types)
    event = await anna.create(meeting(SAENTIS))
    await company.settle()
    await anna.read(event)
    await anna.events()

    assert company.transport.checked == 3


@pytest.mark.parametrize(
    "spoiled",
    [
        {"subjekt": "x"},
        {"isAllDay": "no"},
        {"showAs": "sleeping"},
        {"attendees": {}},
        {"start": {"timeZone": "UTC", "dateTime": None}},
        {"createdDateTime": "2026-03-02T07:00:00"},
        {"reminderMinutesBeforeStart": True},
    ],
)
def test_the_checker_finds_what_graph_would_never_say(types: GraphTypes | None, spoiled: object):
    with pytest.raises(MetadataMismatchError):
        known(types).check("microsoft.graph.event", spoiled)


async def test_notifications_are_as_the_metadata_has_them(
    company: Company, anna: Person, types: GraphTypes | None
):
    await company.subscribe(ANNA)
    await anna.create(meeting())
    await company.settle()
    await company.control("POST", "lifecycle", {"event": "missed", "mail": ANNA})
    await company.settle()

    for path, content in company.endpoint.posts:
        if path.endswith("lifecycle"):
            # Lifecycle notifications have neither changeType nor resource.
            assert {"subscriptionId", "lifecycleEvent"} <= set(content["value"][0])
        known(types).check("microsoft.graph.changeNotificationCollection", content)


async def test_what_is_not_built_is_listed_and_refused(company: Company, anna: Person):
    event = await anna.create(meeting())
    answer = await anna.call("POST", f"me/events/{event['id']}/forward", {}, expect=501)

    assert answer.json()["error"]["code"] == "NotImplemented"
    assert "forwarding a meeting" in await company.control("GET", "not-built")
