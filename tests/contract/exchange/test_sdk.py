"""The real Graph client, typed models included, against the face."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx
import pytest
from kiota_abstractions.authentication import BaseBearerTokenAuthenticationProvider
from kiota_abstractions.authentication.access_token_provider import AccessTokenProvider
from kiota_abstractions.authentication.allowed_hosts_validator import AllowedHostsValidator
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.attendee_type import AttendeeType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.day_of_week import DayOfWeek
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.event_type import EventType
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
from msgraph.generated.models.recurrence_pattern import RecurrencePattern
from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
from msgraph.generated.models.recurrence_range import RecurrenceRange
from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
from msgraph.generated.models.single_value_legacy_extended_property import (
    SingleValueLegacyExtendedProperty,
)
from msgraph.generated.models.subscription import Subscription
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
    GetSchedulePostRequestBody,
)
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import (
    DeltaRequestBuilder,
)
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import (
    CancelPostRequestBody,
)
from msgraph.generated.users.item.events.item.event_item_request_builder import (
    EventItemRequestBuilder,
)
from msgraph.generated.users.item.events.item.instances.instances_request_builder import (
    InstancesRequestBuilder,
)
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core import GraphClientFactory

from tests.contract.exchange.company import ANNA, BASE, PROPERTY, SAENTIS, Company
from tests.contract.exchange.endpoint import LIFECYCLE, NOTIFY


class SimulatorToken(AccessTokenProvider):
    """Asks the simulator's own token endpoint."""

    def __init__(self, company: Company) -> None:
        self._company = company

    async def get_authorization_token(
        self,
        uri: str,  # noqa: ARG002 - one audience only
        additional_authentication_context: dict | None = None,  # noqa: ARG002 - as above
    ) -> str:
        return (await self._company.token()).json()["access_token"]

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


@pytest.fixture
async def graph(company: Company) -> AsyncIterator[GraphServiceClient]:
    async with httpx.AsyncClient(transport=company.transport, base_url=f"{BASE}/v1.0") as plain:
        http = GraphClientFactory.create_with_default_middleware(client=plain)
        provider = BaseBearerTokenAuthenticationProvider(SimulatorToken(company))
        adapter = GraphRequestAdapter(provider, http)
        adapter.base_url = f"{BASE}/v1.0"
        yield GraphServiceClient(request_adapter=adapter)


def budget(*mails: str) -> Event:
    return Event(
        subject="Budget",
        start=DateTimeTimeZone(date_time="2026-03-03T09:00:00", time_zone="UTC"),
        end=DateTimeTimeZone(date_time="2026-03-03T10:00:00", time_zone="UTC"),
        attendees=[
            Attendee(type=AttendeeType.Resource, email_address=EmailAddress(address=mail))
            for mail in mails
        ],
        single_value_extended_properties=[
            SingleValueLegacyExtendedProperty(id=PROPERTY, value="42")
        ],
    )


async def test_an_event_is_made_read_changed_and_cancelled(
    company: Company, graph: GraphServiceClient
):
    events = graph.users.by_user_id(ANNA).events
    created = await events.post(budget(SAENTIS))
    await company.settle()
    options = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
        expand=[f"singleValueExtendedProperties($filter=id eq '{PROPERTY}')"]
    )
    found = await events.by_event_id(created.id).get(RequestConfiguration(query_parameters=options))
    assert found.attendees[0].status.response.value == "accepted"
    assert found.single_value_extended_properties[0].value == "42"
    assert found.additional_data["@odata.etag"] != created.additional_data["@odata.etag"]

    changed = await events.by_event_id(created.id).patch(Event(show_as=FreeBusyStatus.Oof))
    assert (changed.subject, changed.show_as) == ("Budget", FreeBusyStatus.Oof)
    loaded = await events.by_event_id(created.id).get()
    loaded.subject = "All of it again"
    assert (await events.by_event_id(created.id).patch(loaded)).subject == "All of it again"

    await events.by_event_id(created.id).cancel.post(CancelPostRequestBody(comment="no"))
    with pytest.raises(ODataError) as refused:
        await events.by_event_id(created.id).get()
    assert refused.value.response_status_code == 404
    assert refused.value.error.code == "ErrorItemNotFound"
    assert refused.value.error.inner_error.request_id


async def test_a_patch_with_python_names_is_refused(graph: GraphServiceClient):
    events = graph.users.by_user_id(ANNA).events
    created = await events.post(budget())
    wrong = Event()
    wrong.show_as = None
    with pytest.raises(ODataError) as refused:
        await events.by_event_id(created.id).patch(wrong)

    assert refused.value.error.code == "RequestBodyRead"


async def test_delta_goes_from_page_to_page(graph: GraphServiceClient, company: Company):
    await company.switch(delta_empty_pages=False)
    user = graph.users.by_user_id(ANNA)
    for _ in range(3):
        await user.events.post(budget())
    config = RequestConfiguration(
        query_parameters=DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
            start_date_time="2026-03-01T00:00:00Z", end_date_time="2026-04-01T00:00:00Z"
        )
    )
    config.headers.add("Prefer", "odata.maxpagesize=2")
    config.headers.add("Prefer", 'IdType="ImmutableId"')
    first = await user.calendar_view.delta.get(request_configuration=config)
    assert (len(first.value), first.odata_delta_link) == (2, None)
    second = await user.calendar_view.delta.with_url(first.odata_next_link).get(
        request_configuration=config
    )
    assert len(second.value) == 1

    await user.events.by_event_id(first.value[0].id).delete()
    third = await user.calendar_view.delta.with_url(second.odata_delta_link).get(
        request_configuration=config
    )
    (gone,) = third.value
    assert gone.id == first.value[0].id
    assert gone.additional_data["@removed"] == {"reason": "deleted"}


async def test_a_subscription_is_made_renewed_and_deleted(
    graph: GraphServiceClient, company: Company
):
    end = company.clock.now() + timedelta(days=1)
    created = await graph.subscriptions.post(
        Subscription(
            change_type="created,updated,deleted",
            notification_url=NOTIFY,
            lifecycle_notification_url=LIFECYCLE,
            resource=f"users/{ANNA}/events",
            expiration_date_time=end,
            client_state="secret",
        )
    )
    assert created.expiration_date_time == end
    one = graph.subscriptions.by_subscription_id(created.id)
    later = end + timedelta(hours=5)
    assert (await one.patch(Subscription(expiration_date_time=later))).id == created.id
    await one.reauthorize.post()
    assert [s.expiration_date_time for s in (await graph.subscriptions.get()).value] == [later]
    await one.delete()
    with pytest.raises(ODataError) as refused:
        await one.get()

    assert refused.value.response_status_code == 404


async def test_free_busy_rooms_and_people_are_read(graph: GraphServiceClient, company: Company):
    await graph.users.by_user_id(ANNA).events.post(budget(SAENTIS))
    await company.settle()
    answer = await graph.users.by_user_id(ANNA).calendar.get_schedule.post(
        GetSchedulePostRequestBody(
            schedules=[SAENTIS, "nobody@contoso.example"],
            start_time=DateTimeTimeZone(date_time="2026-03-03T08:00:00", time_zone="UTC"),
            end_time=DateTimeTimeZone(date_time="2026-03-03T11:00:00", time_zone="UTC"),
            availability_view_interval=60,
        )
    )
    assert answer.value[0].availability_view == "020"
    assert answer.value[0].working_hours.start_time.hour == 8
    assert answer.value[1].error.response_code == "ErrorMailRecipientNotFound"

    rooms = (await graph.places.graph_room.get()).value
    assert rooms[0].email_address == SAENTIS
    assert (await graph.users.by_user_id(ANNA).get()).display_name == "Anna Meier"
    settings = await graph.users.by_user_id(SAENTIS).mailbox_settings.get()
    assert settings.user_purpose.value == "room"
    assert settings.time_zone == "W. Europe Standard Time"


async def test_a_series_and_its_dates(graph: GraphServiceClient, company: Company):
    event = budget(SAENTIS)
    event.recurrence = PatternedRecurrence(
        pattern=RecurrencePattern(
            type=RecurrencePatternType.Weekly, interval=1, days_of_week=[DayOfWeek.Tuesday]
        ),
        range=RecurrenceRange(
            type=RecurrenceRangeType.Numbered,
            start_date=date(2026, 3, 3),
            number_of_occurrences=3,
        ),
    )
    user = graph.users.by_user_id(ANNA)
    master = await user.events.post(event)
    assert master.type is EventType.SeriesMaster
    window = InstancesRequestBuilder.InstancesRequestBuilderGetQueryParameters(
        start_date_time="2026-03-01", end_date_time="2026-04-01"
    )
    dates = user.events.by_event_id(master.id).instances
    found = await dates.get(request_configuration=RequestConfiguration(query_parameters=window))
    second = found.value[1]
    assert (len(found.value), second.type) == (3, EventType.Occurrence)
    assert second.original_start.isoformat() == "2026-03-10T09:00:00+00:00"

    changed = await user.events.by_event_id(second.id).patch(Event(subject="Special"))
    assert (changed.type, changed.series_master_id) == (EventType.Exception, master.id)
    await user.events.by_event_id(found.value[2].id).delete()
    query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
        select=["subject", "cancelledOccurrences"], expand=["exceptionOccurrences"]
    )
    again = await user.events.by_event_id(master.id).get(
        request_configuration=RequestConfiguration(query_parameters=query)
    )
    assert [e.subject for e in again.exception_occurrences] == ["Special"]
    assert [text[-10:] for text in again.cancelled_occurrences] == ["2026-03-17"]
