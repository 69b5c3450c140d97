"""Everything around the settings: access, webhook, clocks, subscriptions, processing, ourselves."""

import asyncio

from core.app.doctor.access import scope_findings
from core.app.doctor.clocks import clock_findings
from core.app.doctor.own import own_findings
from core.app.doctor.processing import processing_findings
from core.app.doctor.rights import rights_findings
from core.app.doctor.secrets import secret_findings
from core.app.doctor.subscriptions import subscription_findings
from core.app.doctor.surroundings import Surroundings
from core.app.doctor.webhook import webhook_findings
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.finding import Finding


async def checkup_findings(
    directory: Directory, around: Surroundings, services: Services
) -> list[Finding]:
    """Return what is wrong around the app; each part asks its own, at the same time."""
    found = await asyncio.gather(
        scope_findings(directory, around.probes, services),
        webhook_findings(directory, around),
        clock_findings(around, services.clock),
        subscription_findings(directory, around.callbacks, services),
        processing_findings(directory, services),
        rights_findings(directory, services),
        own_findings(around, services),
        secret_findings(around.vault, services.clock),
    )
    return [finding for some in found for finding in some]
