"""Cost and limits: the pages show what was counted, the command multiplies it."""

import json
from pathlib import Path

import pytest

from core.adapters.servicebus.bus import QUEUES
from core.settings import Settings
from core.telemetry.vocabulary import ATTRIBUTES, CALLS, ON_EVERY_SPAN
from infra.cost import tables
from infra.cost.__main__ import main
from infra.cost.company import GROUPS, PARALLEL, READY_IN_ZONES, Company, gb_s_apart, gb_s_shared
from infra.cost.counted import CHANGES, MEAN
from infra.cost.ingest import METRIC, SPAN, Told
from infra.cost.limits import INSTANCES, first_met, largest, uses
from infra.cost.meters import LOG_ALERTS, METRIC_SERIES, month_of, total
from infra.cost.operations import Operations

PROJECT = Path(__file__).parents[2]
COMPANIES = [Company(mailboxes=size) for size in tables.SIZES]


def page(name):
    return (PROJECT / "docs" / name).read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("cost.md", tables.changes()),
        ("cost.md", tables.idle()),
        ("cost.md", tables.bill_of_changes(2, Told(), {})),
        ("cost.md", tables.bill_of_month(COMPANIES[1], Told(), {})),
        ("limits.md", tables.asked(COMPANIES)),
        ("limits.md", tables.limits(COMPANIES)),
    ],
    ids=["changes", "idle", "bill of changes", "bill of a month", "asked", "limits"],
)
def test_the_page_shows_what_was_counted(name, table):
    assert table in page(name), f"docs/{name} should have this table:\n\n{table}\n"


def test_the_page_names_the_limit_that_is_met_first_and_by_whom():
    """The prose of docs/limits.md is about it: another one would need another page."""
    assert {first_met(company).what for company in COMPANIES} == {"Service Bus, on average"}
    assert f"Half of them are used by {largest(Company(mailboxes=1)):,} mailboxes" in page(
        "limits.md"
    )


def test_no_size_of_company_on_the_page_uses_more_than_half_of_any_limit():
    assert all(use.share < 0.5 for company in COMPANIES for use in uses(company))


def test_a_company_as_large_as_it_may_be_uses_half_of_a_limit():
    size = largest(Company(mailboxes=1))

    assert first_met(Company(mailboxes=size)).share <= 0.5
    assert first_met(Company(mailboxes=size + 100)).share > 0.5


def test_what_is_worked_on_at_once_is_what_the_host_and_bicep_say():
    host = (PROJECT / "host.json").read_text("utf-8")
    bicep = (PROJECT / "infra" / "bicep" / "main.bicep").read_text("utf-8")

    assert f'"maxConcurrentSessions": {PARALLEL}' in host
    assert f"param maximumInstances int = {INSTANCES}" in bicep


def test_each_queue_and_each_timer_is_a_group_of_its_own():
    code = "".join(path.read_text("utf-8") for path in (PROJECT / "functions").glob("*.py"))
    triggers = [code.count(f".{each}(") for each in ("timer_trigger", "service_bus_queue_trigger")]

    assert 1 + sum(triggers) == GROUPS
    page = (PROJECT / "docs" / "cost.md").read_text("utf-8")
    assert f"`--ready {READY_IN_ZONES}`" in page


def test_as_many_alerts_are_billed_as_there_are():
    bicep = (PROJECT / "infra" / "bicep" / "modules" / "alerts.bicep").read_text("utf-8")
    logs, _, metrics = bicep.partition("var metricAlerts")

    assert logs.count("query: loadTextContent(") == LOG_ALERTS
    assert metrics.count("metric: '") + len(QUEUES) - 1 == METRIC_SERIES


def test_the_row_that_is_billed_has_attributes_that_are_told():
    assert json.loads(SPAN["Properties"]).keys() <= ATTRIBUTES.keys() | set(ON_EVERY_SPAN)
    assert json.loads(METRIC["Properties"]).keys() <= set(CALLS.attributes)


def test_the_mean_is_that_of_all_changes():
    assert MEAN.messages == sum(each.messages for each in CHANGES.values()) / len(CHANGES)


def test_an_execution_is_billed_a_second_at_least():
    short, long = (gb_s_apart(Operations(executions=10), 2, seconds) for seconds in (0.2, 3))

    assert (short, long) == (20, 60)
    assert gb_s_shared(Operations(executions=320), 2) == 20


def test_a_month_is_summed_only_if_each_price_is_known():
    meters = month_of(Company(mailboxes=100), Told())
    prices = {meter.name: 1.0 for meter in meters}

    assert total(meters, prices) is not None
    for meter in meters:
        assert total(meters, {k: v for k, v in prices.items() if k != meter.name}) is None


def test_more_telemetry_of_rounds_costs_more_and_none_of_them_still_tells_of_changes():
    logged = [
        next(m for m in month_of(Company(mailboxes=100), Told(rounds=share)) if m.name == "logs")
        for share in (0, 0.01, 1)
    ]

    assert 0 < logged[0].least < logged[1].least < logged[2].least


def test_the_command_multiplies_with_the_prices_it_is_given(capsys):
    assert main(["--mailboxes", "100", "--price", "bus_hours=2"]) == 0

    shown = capsys.readouterr().out
    assert "| `bus_hours` | hours of the namespace | 720 | 1,440 |" in shown
    assert "**all**" not in shown


def test_the_command_sums_up_when_it_knows_all_prices(capsys):
    names = [meter.name for meter in month_of(Company(mailboxes=1), Told())]

    main([word for name in names for word in ("--price", f"{name}=0")])

    assert "| **all** |  |  | 0 |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--price", "bus_hour=2"], "there is no meter bus_hour; executions, "),
        (["--mailboxes", "0"], "one at least"),
    ],
)
def test_what_would_be_left_out_of_the_bill_is_refused(capsys, arguments, told):
    with pytest.raises(SystemExit):
        main(arguments)

    assert told in capsys.readouterr().err


def test_a_price_that_is_no_number_is_refused_with_how_to_write_it(capsys):
    with pytest.raises(SystemExit):
        main(["--price", "bus=cheap"])

    assert "write it as meter=0.123" in capsys.readouterr().err


def test_the_shares_of_traces_are_those_of_the_app():
    shares = {name: field.default for name, field in Settings.model_fields.items()}

    assert (Told().actions, Told().rounds) == (
        shares["trace_share"],
        shares["trace_share_of_rounds"],
    )
