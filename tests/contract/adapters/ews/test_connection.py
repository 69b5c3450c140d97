"""What a connection refuses before it says a word: no login, a foreign or a private address."""

import asyncio
import contextlib
import gzip
import socket
import threading
from contextlib import closing
from ipaddress import ip_network

import pytest
from requests import Response
from requests.adapters import HTTPAdapter

from core.adapters.ews import client, peers
from core.adapters.ews.client import EwsConnection
from core.adapters.ews.login import EwsAuthentication, EwsLogin
from core.adapters.ews.mailer import EwsMailer
from core.adapters.ews.operations import protocol_for
from core.adapters.ews.peers import check_peer
from core.adapters.ews.xml import m
from core.errors import NotPermittedError, ServiceUnavailableError
from tests.contract.adapters.ews.conftest import (
    ANNA,
    BEAT,
    CELLAR,
    MAILBOXES,
    NO_ITEMS,
    ROOM,
    place,
)
from tests.contract.exchange.ews_client import PAGE


def connection(login, **more):
    return EwsConnection(login, environment=CELLAR, address_of=MAILBOXES.__getitem__, **more)


def a_login(url, **more):
    values = {"user": "u", "password": "p", "authentication": EwsAuthentication.BASIC}
    return EwsLogin(url=url, **values, **more)


async def test_an_environment_without_credentials_refuses_and_says_what_to_do():
    with pytest.raises(NotPermittedError, match="ROOMSYNC_EWS_ENVIRONMENTS") as told:
        await connection(None).ask(ANNA, "GetItem", m("GetItem"), "reading")
    assert told.value.origin == "exchange/cellar/p11"


async def test_a_foreign_sync_url_harms_its_own_mailbox_only():
    login = a_login("https://mail.example.com/EWS/Exchange.asmx")
    there = connection(login, url_of=lambda _: "https://evil.example/EWS/Exchange.asmx")
    with pytest.raises(NotPermittedError, match="sync_url") as told:
        await there.ask(ANNA, "GetItem", m("GetItem"), "reading")
    assert told.value.origin == "exchange/cellar/p11"


@pytest.mark.parametrize(
    ("peer", "networks", "is_taken"),
    [
        ("93.184.216.34", [], True),
        ("10.1.2.3", [], False),
        ("10.1.2.3", ["10.0.0.0/8"], True),
        ("192.168.1.1", ["10.0.0.0/8"], False),
        ("169.254.169.254", ["10.0.0.0/8"], False),
        ("127.0.0.1", ["10.0.0.0/8"], False),
        ("::1", [], False),
        ("fe80::1%eth0", [], False),
        ("::ffff:10.1.2.3", [], False),
        ("::ffff:10.1.2.3", ["10.0.0.0/8"], True),
        ("fd00::5", ["fd00::/8"], True),
        ("10.1.2.3", None, True),
        ("168.63.129.16", [], False),
        ("224.0.0.1", [], False),
        ("64:ff9b::a9fe:a9fe", [], False),
        ("64:ff9b::5db8:d822", [], True),
        ("64:ff9b::a01:203", ["10.0.0.0/8"], True),
        ("::127.0.0.1", [], False),
    ],
)
def test_who_is_at_the_other_end_counts_and_not_the_name(peer, networks, is_taken):
    declared = None if networks is None else [ip_network(each) for each in networks]
    if is_taken:
        check_peer(peer, declared)
        return
    with pytest.raises(NotPermittedError, match="private network"):
        check_peer(peer, declared)


@pytest.fixture
def listener():
    """A server of this machine that notes what it is told and hangs up."""
    heard = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def listen():
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    peer.settimeout(1)
                    heard.append(peer.recv(65536))

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/EWS/Exchange.asmx", heard


async def test_no_credentials_reach_an_undeclared_network(listener):
    url, heard = listener
    there = connection(a_login(url, networks=(ip_network("10.0.0.0/8"),)))
    with pytest.raises(NotPermittedError, match="private network"):
        await asyncio.wait_for(there.ask(ANNA, "GetItem", m("GetItem"), "reading"), 5)
    await there.aclose()
    assert not any(heard)


async def test_a_declared_network_is_talked_to(listener):
    url, heard = listener
    there = connection(a_login(url, networks=(ip_network("127.0.0.0/8"),)))
    with pytest.raises(ServiceUnavailableError):
        await asyncio.wait_for(there.ask(ANNA, "GetItem", m("GetItem"), "reading"), 5)
    await there.aclose()
    assert b"Basic" in heard[0]


def test_environments_with_the_same_account_share_no_connections():
    """Those are of the library's cache, by address and account alone (ews-and-security A2)."""
    login = a_login("https://mail.example.com/EWS/Exchange.asmx")
    one, other = protocol_for(login, 4), protocol_for(login, 8)
    assert one is not other
    assert (one.max_connections, other.max_connections) == (4, 8)


@pytest.fixture
def answering():
    """A server of this machine that answers everything in the same bad way."""
    stopped = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve(parts, between_s):
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer, contextlib.suppress(OSError), peer.makefile("rb") as asked:
                    length = 0
                    while line := asked.readline().strip().lower():
                        if line.startswith(b"content-length:"):
                            length = int(line.partition(b":")[2])
                    # All of it: what is left unread would end the connection with a reset.
                    asked.read(length)
                    for part in parts:
                        peer.sendall(part)
                        if stopped.wait(between_s):
                            return

        def begin(parts, between_s=0.0, **more):
            threading.Thread(target=serve, args=(parts, between_s), daemon=True).start()
            login = a_login(
                f"http://127.0.0.1:{server.getsockname()[1]}/EWS/Exchange.asmx",
                networks=(ip_network("127.0.0.0/8"),),
            )
            return connection(login, **more)

        yield begin
        stopped.set()


async def refused(there):
    with pytest.raises(ServiceUnavailableError) as told:
        await asyncio.wait_for(there.ask(ANNA, "GetItem", m("GetItem"), "reading"), 5)
    await there.aclose()
    return str(told.value)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        [HEAD + b"Content-Length: 20\r\n\r\n<html>guest network<"],
        [HEAD + b"Content-Length: 100\r\n\r\n<s:Envelope"],
        [b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n"],
        [b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"],
        [b"nothing of the kind\r\n\r\n"],
    ],
    ids=["a login page", "cut off", "a redirect", "busy", "no HTTP"],
)
async def test_what_is_no_answer_says_so_soon_and_shows_nothing(answering, parts):
    there = answering(parts)
    with pytest.raises((ServiceUnavailableError, NotPermittedError)) as told:
        await asyncio.wait_for(there.ask(ANNA, "GetItem", m("GetItem"), "reading"), 5)
    await there.aclose()
    assert "guest" not in str(told.value)
    assert "evil" not in str(told.value)


async def test_a_page_without_tls_says_that_it_is_about_that():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve():
            peer, _ = server.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                peer.recv(4096)

        threading.Thread(target=serve, daemon=True).start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}/EWS/Exchange.asmx"
        there = connection(a_login(url, networks=(ip_network("127.0.0.0/8"),)))
        assert "TLS 1.2" in await refused(there)


async def test_an_answer_without_an_end_ends(answering, monkeypatch):
    monkeypatch.setattr(client, "LONGEST_S", 0.3)
    drops = [HEAD + b"Content-Length: 1000\r\n\r\n", *[b" "] * 1000]
    assert "in time" in await refused(answering(drops, between_s=0.02))


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
async def test_an_answer_in_chunks_is_read_whole(answering, is_packed):
    """As IIS sends it."""
    body = gzip.compress(NO_ITEMS) if is_packed else NO_ITEMS
    more = b"Content-Encoding: gzip\r\n" if is_packed else b""
    parts = [body[start : start + 50] for start in range(0, len(body), 50)]
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in parts]
    head = HEAD + more + b"Transfer-Encoding: chunked\r\n\r\n"
    there = answering([head, *chunks, b"0\r\n\r\n"])
    (reply,) = await there.ask(ANNA, "GetItem", m("GetItem"), "reading")
    assert reply.get("ResponseClass") == "Success"
    await there.aclose()


async def test_a_thread_is_free_again_when_nobody_waits_for_its_answer_any_more(
    answering, monkeypatch
):
    """Else a few answers without an end would take all threads until the process ends."""
    monkeypatch.setattr(client, "LONGEST_S", 0.3)
    drops = [HEAD + b"Content-Length: 1000\r\n\r\n", *[b" "] * 1000]
    there = answering(drops, between_s=0.02, parallel=1)
    with pytest.raises(ServiceUnavailableError):
        await there.ask(ANNA, "GetItem", m("GetItem"), "reading")
    threads = there._carrier._threads
    await asyncio.wait_for(asyncio.wrap_future(threads.submit(int)), 2)
    await there.aclose()


async def test_an_account_that_is_refused_in_full_swing_is_tried_by_the_threads_only():
    """A password that is changed while all mailboxes are busy must not lock the account."""
    tries = []

    class Refusing(HTTPAdapter):
        def send(self, request, *_, **__):
            tries.append(request.url)
            answer = Response()
            answer.status_code, answer.request, answer.url = 401, request, request.url
            answer._content = b""
            return answer

    there = EwsConnection(
        a_login("https://mail.example.com/EWS/Exchange.asmx"),
        environment=CELLAR,
        address_of=lambda mailbox: f"{mailbox}@contoso.example",
        adapter=Refusing,
        parallel=4,
    )
    there._door._was_tried = True
    looks = [
        there.ask(place(f"p{number}"), "GetItem", m("GetItem"), "reading") for number in range(40)
    ]
    told = await asyncio.gather(*looks, return_exceptions=True)
    await there.aclose()
    assert {type(error) for error in told} == {NotPermittedError}
    assert len(tries) <= 4


async def test_a_sync_url_at_which_the_account_is_refused_harms_its_own_mailbox_only():
    """The door of the environment stays open, and it is not the environment that is parked."""

    class OneRefuses(HTTPAdapter):
        def send(self, request, *_, **__):
            answer = Response()
            answer.status_code = 401 if "mail2" in request.url else 200
            answer.request, answer.url, answer._content = request, request.url, NO_ITEMS
            return answer

    there = EwsConnection(
        a_login("https://mail.example.com/EWS", hosts=frozenset({"mail2.example.com"})),
        environment=CELLAR,
        address_of=MAILBOXES.__getitem__,
        url_of=lambda mailbox: "https://mail2.example.com/EWS" if mailbox == "p12" else "",
        adapter=OneRefuses,
    )
    for _ in range(2):
        with pytest.raises(NotPermittedError) as told:
            await there.ask(BEAT, "GetItem", m("GetItem"), "reading")
        assert told.value.origin == "exchange/cellar/p12"
        assert await there.ask(ANNA, "GetItem", m("GetItem"), "reading")
    await there.aclose()


async def test_an_account_that_the_environment_refuses_is_left_alone_at_every_address(connect):
    there = connect(password="wrong")
    with pytest.raises(NotPermittedError, match="check user and password"):
        await there.ask(ANNA, "GetItem", m("GetItem"), "reading")
    there._url_of = lambda _: PAGE.replace("/EWS", "/cellar/EWS")
    with pytest.raises(NotPermittedError, match="left alone") as told:
        await there.ask(BEAT, "GetItem", m("GetItem"), "reading")
    assert told.value.origin == "exchange/cellar"


async def test_an_answer_that_is_larger_than_anything_honest_is_not_kept(answering, monkeypatch):
    monkeypatch.setattr(peers, "LARGEST", 100_000)
    body = b" " * 200_000
    await refused(answering([HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode(), body]))


async def test_an_answer_that_was_read_is_handed_on_whole(answering, monkeypatch):
    """As requests does it, byte by byte, one megabyte takes a second of work."""
    cut = []
    as_it_is = Response.iter_content

    def counted(answer, *args, **options):
        pieces = list(as_it_is(answer, *args, **options))
        cut.append(len(pieces))
        return iter(pieces)

    monkeypatch.setattr(Response, "iter_content", counted)
    body = b"<html>" + b" " * 5_000
    await refused(answering([HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode(), body]))
    assert sum(cut) < 5


async def test_a_server_that_says_nothing_holds_up_no_other_environment(connect):
    """Each has its own threads; those of the silent one are all taken."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/EWS/Exchange.asmx"
        stuck = connection(a_login(url), parallel=2)
        waiting = [
            asyncio.create_task(stuck.ask(place, "GetItem", m("GetItem"), "reading"))
            for place in (ANNA, BEAT, ROOM)
        ]
        await asyncio.sleep(0)
        answered = await asyncio.wait_for(EwsMailer(connect(), MAILBOXES["p11"]).was_sent("n"), 5)
        assert answered is False
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await stuck.aclose()
