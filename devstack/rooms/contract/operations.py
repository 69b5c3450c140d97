"""All operations that this face serves (rooms-api 3-6)."""

from devstack.rooms.contract.booking_operations import BOOKINGS, RESERVATION
from devstack.rooms.contract.person_operations import CALENDAR, PERSONS
from devstack.rooms.contract.place_operations import LOCATIONS, RESOURCES

SERVED = (*BOOKINGS, *RESERVATION, *RESOURCES, *LOCATIONS, *PERSONS, *CALENDAR)
