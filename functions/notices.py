"""The worker that mails: one notice, one mail."""

from typing import List  # noqa: UP035 - the worker reads only this spelling in annotations

import azure.functions as func

from core.bootstrap import App, current_app
from core.errors import TransientError
from functions import told
from functions.failures import failing_plainly

bp = func.Blueprint()


@bp.function_name("notices")
@bp.service_bus_queue_trigger(
    arg_name="messages",
    queue_name="notices",
    connection="ServiceBusConnection",
    cardinality=func.Cardinality.MANY,
)
@failing_plainly
async def notices(messages: List[func.ServiceBusMessage]) -> None:  # noqa: UP006 - as above
    """Write and send the mails of a batch."""
    app = current_app()
    told.waited("notices", messages, app)
    await handle_notices([message.get_body() for message in messages], app)


async def handle_notices(bodies: list[bytes], app: App) -> None:
    """Send all; a message that cannot be read is given up, the others go on."""
    from core.adapters.servicebus.bus import NOTICES  # noqa: PLC0415 - late
    from core.adapters.servicebus.notice_forms import decode_notice  # noqa: PLC0415 - late
    from core.app.mail_batch import mail_batch  # noqa: PLC0415 - late
    from core.app.put_off import put_off  # noqa: PLC0415 - late
    from core.app.work_batch import read_batch  # noqa: PLC0415 - late

    app.in_flight += len(bodies)
    try:
        try:
            services, post = await app.services(), await app.post_room()
        except TransientError as error:
            unread = app.services_unread
            await put_off(await read_batch(bodies, decode_notice, unread, NOTICES), error, unread)
            return
        await mail_batch(await read_batch(bodies, decode_notice, services, NOTICES), services, post)
    finally:
        app.in_flight -= len(bodies)
