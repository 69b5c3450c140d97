from devstack.exchange.model import bodies
from tests.contract.exchange.company import BOB, Company, Person, meeting


async def test_text_comes_back_as_html_unless_text_is_preferred(anna: Person):
    sent = {"contentType": "text", "content": "Line <1>\nLine 2"}
    event = await anna.create(meeting(body=sent))
    assert event["body"]["contentType"] == "html"
    assert "Line &lt;1&gt;<br>" in event["body"]["content"]
    assert event["bodyPreview"] == "Line <1>\r\nLine 2"

    shown = await anna.read(event, Prefer='outlook.body-content-type="text"')
    assert shown["body"] == {"contentType": "text", "content": "Line <1>\r\nLine 2"}


async def test_html_is_wrapped_once_and_then_stable(anna: Person):
    sent = "<p>Hello</p>"
    first = await anna.create(meeting(body={"contentType": "html", "content": sent}))
    stored = first["body"]["content"]
    again = await anna.change(first, body={"contentType": "html", "content": stored})

    assert stored != sent
    assert stored.startswith("<html><head>")
    assert again["body"]["content"] == stored


def test_a_document_of_ones_own_gets_the_charset_declared():
    given = "<html><head><title>x</title></head><body>y</body></html>"

    assert bodies.from_html(given).count(bodies.HEAD) == 1
    assert bodies.from_html("<HTML><body>y</body></HTML>").count(bodies.HEAD) == 1
    assert bodies.preview(bodies.from_html(given)) == "y"


async def test_the_preview_is_short(anna: Person):
    event = await anna.create(meeting(body={"contentType": "text", "content": "x" * 300}))

    assert len(event["bodyPreview"]) == 255


async def test_an_online_meeting_lives_in_the_body(company: Company, anna: Person, bob: Person):
    event = await anna.create(
        meeting(BOB, isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    )
    assert event["isOnlineMeeting"] is True
    assert event["onlineMeeting"]["joinUrl"] in event["body"]["content"]
    await company.settle()
    assert (await bob.only())["onlineMeeting"] == event["onlineMeeting"]

    kept = await anna.change(event, subject="Other")
    assert kept["isOnlineMeeting"] is True
    after = await anna.change(event, body={"contentType": "text", "content": "new agenda"})
    assert (after["isOnlineMeeting"], after["onlineMeeting"]) == (False, None)
