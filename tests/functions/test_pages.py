"""Status, health and development routes, as anybody may call them (devstack.md 6)."""

WHEN = "tomorrow 09:00-10:00"


async def test_health_is_ok_when_everything_answers(world):
    answer = await world.app_answers("/api/health")
    assert answer["status"] == "ok"
    assert {"tables", "queues", "rooms"} <= answer["checks"].keys()


async def test_health_is_degraded_when_rooms_is_down(world):
    await world.rooms_fault("GET", "userinfo", status=503)
    answer = await world.app_answers("/api/health")
    assert answer["status"] == "degraded"
    assert answer["checks"]["rooms"]["status"] == "down"


async def test_health_names_nobody(world):
    text = str(await world.app_answers("/api/health"))
    for person in world.company.persons.values():
        assert person["mail"] not in text
        assert person["name"] not in text


async def test_status_counts_links_and_subscriptions(world):
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    answer = await world.app_answers("/api/console/status.json")
    assert answer["quiet"] is True
    assert answer["mappings"]["linked"] == 1
    assert answer["subscriptions"] == {"active": 6, "expiring": 0, "failed": 0}
    assert answer["queues"]["sync-items"] == {"active": 0, "scheduled": 0, "dead": 0}


async def test_differences_carry_no_subject(a_world):
    block = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "title": "Reinigung"}
    world = await a_world(resources={"Pilatus": {"blocking_times": [block]}})
    event = await world.outlook("anna").books("Pilatus", at=WHEN, subject="Strategie")
    await world.settles()
    assert "Strategie" not in str(await world.differences())
    world.expected.stays_different(event, "missing", "cleaned", shown="blocking_time")


async def test_development_routes_are_shut_without_their_setting(a_world):
    world = await a_world()
    world.settings["dev_routes"] = False
    world.restarts()
    answer = await world.posts("/api/dev/full-pass")
    assert answer.status_code == 404
    world.settings["dev_routes"] = True
    world.restarts()


async def test_a_world_that_is_none_is_refused_and_changes_nothing(world):
    content = {"persons": [{"name": 5}], "policies": 3}
    answer = await world.calls_app("PUT", "/api/dev/world", json=content)
    assert answer.status_code in (400, 500)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
