"""Does the edits of a history that are done in ROOMS."""

from datetime import timedelta

from tests.kit.moments import ZONE
from tests.kit.recurring import FIRST_DAY
from tests.kit.rooms_series import SeriesInRooms
from tests.kit.rooms_user import BookingRef
from tests.kit.views import BookingView
from tests.kit.world import World
from tests.series_histories.edits import Edit
from tests.series_histories.rules import in_rooms


class InRooms:
    """Everybody at ROOMS; what an edit names and is not there, nobody edits."""

    def __init__(self, world: World) -> None:
        self._world, self._topics = world, 0

    async def does(self, edit: Edit) -> bool:
        """Do an edit; return whether there was anything to do it to."""
        if edit.what.startswith("books"):
            await self._books(edit)
            return True
        singles, series = await self._found()
        if edit.what == "makes series":
            if not singles:
                return False
            single = singles[edit.series % len(singles)]
            rule = in_rooms(edit.rule, edit.number, _day(single))
            await self._user(single).redraws(_ref(single), rule)
            return True
        if not series:
            return False
        items = series[edit.series % len(series)]
        if "item" not in edit.what and "following" not in edit.what:
            await self._edits(self._user(items[0]), items[0], edit)
        elif "following" in edit.what:
            await self._edits_following(items[edit.date % len(items)], edit)
        else:
            await self._edits_item(items[edit.date % len(items)], edit)
        return True

    async def _books(self, edit: Edit) -> None:
        user = self._world.rooms(edit.person)
        guest = "marc" if edit.person != "marc" else "anna"
        at, title = f"{FIRST_DAY} {_hours(edit)}", self._topic()
        if edit.what == "books single":
            await user.books(edit.room, at=at, title=title, participants=[guest])
            return
        rule = in_rooms(edit.rule, edit.number, FIRST_DAY)
        await user.books_series(
            edit.room, at=at, title=title, participants=[guest], recurrence=rule
        )

    async def _edits(self, user: SeriesInRooms, first: BookingView, edit: Edit) -> None:
        ref = _ref(first)
        match edit.what:
            case "renames":
                await user.renames_following(ref, self._topic())
            case "moves":
                await user.moves_following(ref, f"{_day(first)} {_hours(edit)}")
            case "participants":
                await user.sets_participants_of_series(ref, edit.person)
            case "changes room":
                await user.changes_room_of_following(ref, edit.room)
            case "another rule" | "another length":
                name = edit.rule if edit.what == "another rule" else "weekly"
                await user.redraws(ref, in_rooms(name, edit.number, _day(first)))
            case "cancels":
                await user.cancels_series(ref)
            case "hands over" if edit.person != first.organizer:
                await user.hands_over_series(ref, edit.person)
            case "hands over":
                pass
            case "makes single":
                await user.makes_single(ref)
            case _:
                raise KeyError(edit.what)

    async def _edits_item(self, item: BookingView, edit: Edit) -> None:
        user, ref = self._user(item), _ref(item)
        match edit.what:
            case "moves item":
                await user.moves(ref, f"{_day(item, edit.days)} {_hours(edit)}")
            case "renames item":
                await user.renames(ref, self._topic())
            case "changes room of item":
                await user.changes_room(ref, edit.room)
            case "participants of item":
                await user.sets_participants(ref, edit.person)
            case "cancels item":
                await user.cancels(ref)
            case "hands over item":
                if edit.person != item.organizer:
                    await user.hands_over(ref, edit.person)
            case _:
                raise KeyError(edit.what)

    async def _edits_following(self, item: BookingView, edit: Edit) -> None:
        user, ref = self._user(item), _ref(item)
        match edit.what:
            case "moves following":
                await user.moves_following(ref, f"{_day(item)} {_hours(edit)}")
            case "renames following":
                await user.renames_following(ref, self._topic())
            case "room of following":
                await user.changes_room_of_following(ref, edit.room)
            case _:
                raise KeyError(edit.what)

    async def _found(self) -> tuple[list[BookingView], list[list[BookingView]]]:
        """Return the single bookings and the series still to come, each series by time."""
        now = self._world.clock.now()
        coming = sorted(
            (b for b in await self._world.bookings() if b.is_promise and b.slot.start > now),
            key=lambda b: (b.slot.start, b.booking_id),
        )
        series: dict[int, list[BookingView]] = {}
        for booking in coming:
            if booking.series is not None:
                series.setdefault(booking.series, []).append(booking)
        singles = [b for b in coming if b.series is None]
        return singles, [series[number] for number in sorted(series)]

    def _user(self, booking: BookingView) -> SeriesInRooms:
        return self._world.rooms(booking.organizer)

    def _topic(self) -> str:
        self._topics += 1
        return f"Titel {self._topics}."


def _ref(booking: BookingView) -> BookingRef:
    return BookingRef(booking.booking_id)


def _day(booking: BookingView, later: int = 0) -> str:
    return str(booking.slot.start.astimezone(ZONE).date() + timedelta(days=later))


def _hours(edit: Edit) -> str:
    return f"{edit.hour:02d}:00-{edit.hour:02d}:50"
