"""A company in which something is to be repaired."""

SOON, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
WRONG = {"error": {"code": "ErrorPropertyValidationFailure", "message": "Something is wrong."}}
OWN = {"sec-fetch-site": "same-origin"}


async def gives_up(world):
    """Anna's booking was moved in ROOMS, and Exchange did not take it; now it would."""
    booking = await world.rooms("anna").books("Säntis", at=SOON, title="Planung")
    await world.settles()
    await world.graph_fault("PATCH", "/events/", times=1000, status=400, body=WRONG)
    await world.rooms("anna").moves(booking, to=LATER)
    await world.settles()
    await world.exchange_control_delete("faults")
    return booking


async def reads(world, path, **params):
    answer = await world.calls_app("GET", f"/api/console/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def does(world, path, method="POST", **body):
    return await world.calls_app(method, f"/api/console/v1/{path}", json=body)


async def done(world, path, method="POST", **body):
    """Ask what would be done, then have that done; return the answer to the second."""
    shown = await does(world, path, method, **body, dry_run=True)
    assert shown.status_code == 200, shown.text
    plan = shown.json()["plan"]
    answer = await does(world, path, method, **body, dry_run=False, plan=plan)
    assert answer.status_code == 200, answer.text
    assert answer.json()["plan"] == plan
    return answer.json()


async def deeds(world):
    return (await reads(world, "deeds"))["deeds"]
