"""ROOMS' own notifications to the people of a booking; they land in the mail ledger as `other`."""

from devstack.kit.journal import MailEntry, iso
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.house import House

SENDER = "noreply@rooms.example"
SUBJECTS = {
    "confirmed": "Buchungsbestätigung",
    "changed": "Buchung geändert",
    "cancelled": "Buchung annulliert",
}


def notify(house: House, event: str, booking: Booking) -> None:
    """Mail the person in charge (else the organizer) and the creator (R-104, R-312).

    A private title is never written into a mail.
    """
    receivers = _receivers(house, booking)
    if not receivers:
        return
    resource = house.store.resources[booking.resource_id]
    title = "Privat" if booking.private else booking.title
    begin, end = (m.astimezone(resource.zone) for m in (booking.begin, booking.end))
    period = f"{begin:%d.%m.%Y %H:%M} - {end:%d.%m.%Y %H:%M}"
    language = house.store.persons[booking.organizer_id].language
    house.mails.append(
        MailEntry(
            time=iso(house.now()),
            to=receivers,
            sender=SENDER,
            kind="other",
            subject=f"{SUBJECTS[event]}: {resource.name}",
            text=f"{title}\n{resource.name}\n{period}\n",
            language=language,
            cause=dict(house.cause),
        )
    )


def _receivers(house: House, booking: Booking) -> list[str]:
    first = booking.person_in_charge_id or booking.organizer_id
    persons = [house.store.persons.get(person_id) for person_id in (first, booking.creator_id)]
    return list(dict.fromkeys(p.mail for p in persons if p is not None and p.mail))
