"""Puts together what the doctor asks around the app: addresses out of the app settings."""

from typing import TYPE_CHECKING

from core.adapters.servicebus.bus import QUEUES
from core.adapters.web import HttpWeb
from core.app.doctor.surroundings import Surroundings
from core.domain.ids import EnvironmentId
from core.settings import Settings

if TYPE_CHECKING:
    from core.bootstrap.app import App


async def surroundings_of(app: "App") -> Surroundings:
    """Return what a checkup needs of an app."""
    settings = app.settings
    return Surroundings(
        web=HttpWeb(app.outside.web_transport),
        callbacks=app.callbacks,
        counts=app.counts,
        queues=QUEUES,
        clocks={} if settings.clock_file else _clocks(settings),
        probes={EnvironmentId(k): v for k, v in settings.probe_addresses.items()},
        is_rooms_heard=bool(settings.rooms_webhook_secrets),
        vault=app.vault,
        post=await app.post_room(),
    )


def _clocks(settings: Settings) -> dict[str, str]:
    on_premises = {
        f"Exchange ({name})": known.url for name, known in settings.ews_environments.items()
    }
    is_graph = bool(settings.graph_client_id or settings.graph_environments)
    online = {"Exchange Online": settings.graph_base_url} if is_graph else {}
    return online | on_premises | {"ROOMS": settings.rooms_base_url}
