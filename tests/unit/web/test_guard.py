"""What may be asked of the web interface, and by whom: tried on the guard itself, with a server behind it."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from orchestration.web.guard import Guard

TOKEN = "proef-sleutel-van-genoeg-tekens"
PORT = 3000
JSON = {"content-type": "application/json"}
OURS = {"host": f"localhost:{PORT}"}


@dataclass
class Answer:
    """What came back; `reached`: whether the server behind the guard was asked."""

    status: int
    headers: dict[str, str]
    body: str
    reached: bool


@dataclass
class Behind:
    """The server behind the guard."""

    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


def ask(
    path: str = "/",
    method: str = "GET",
    headers: dict[str, str] | None = None,
    *,
    query: str = "",
    token: str | None = TOKEN,
    authorised: bool = True,
    elsewhere: tuple[str, ...] = (),
    kind: str = "http",
) -> Answer:
    behind, sent = Behind(), []
    given = {**OURS, **({"authorization": f"Bearer {TOKEN}"} if authorised else {}), **(headers or {})}
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "scheme": "http",
        "server": ("127.0.0.1", PORT),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(Guard(behind, ["werkplek"], elsewhere, token)(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0].get("headers", [])}
    body = b"".join(message.get("body", b"") for message in sent).decode()
    return Answer(sent[0].get("status", 0), found, body, bool(behind.asked))


def test_with_the_token_a_page_of_our_own_gets_through() -> None:
    assert ask("/graphql", "POST", {**JSON, "origin": f"http://localhost:{PORT}"}).reached
    assert ask("/runs").reached


def test_without_the_token_nothing_does() -> None:
    for path, method in (("/", "GET"), ("/server_info", "GET"), ("/graphql", "POST"), ("/logs/x", "GET")):
        answer = ask(path, method, JSON, authorised=False)
        assert (answer.status, answer.reached) == (403, False)
        assert "werkmonitor ui" in answer.body


@pytest.mark.parametrize(
    "headers", [{"authorization": "Bearer x"}, {"cookie": "werkmonitor_3000=x"}, {"cookie": "=;;,"}]
)
def test_a_wrong_token_is_none(headers: dict[str, str]) -> None:
    assert ask(headers=headers, authorised=False).status == 403
    assert ask(query="token=x", authorised=False).status == 403


def test_the_token_in_the_address_becomes_a_cookie_that_opens_the_rest() -> None:
    answer = ask("/runs", query=f"a=1&token={TOKEN}", authorised=False)
    assert (answer.status, answer.headers["location"], answer.reached) == (303, "/runs?a=1", False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and TOKEN not in cookie
    assert ask("/runs", headers={"cookie": f"ander=1; {cookie.partition(';')[0]}"}, authorised=False).reached


def test_the_way_back_never_leads_to_another_server() -> None:
    assert ask("//evil.example/", query=f"token={TOKEN}", authorised=False).headers["location"] == "/evil.example/"


def test_a_token_in_the_address_opens_no_post() -> None:
    assert ask("/graphql", "POST", JSON, query=f"token={TOKEN}", authorised=False).status == 403


@pytest.mark.parametrize(
    "host", ["localhost:3000", "localhost:8080", "127.0.0.1:3000", "[::1]:3000", "werkplek", "WERKPLEK:1", "LocalHost"]
)
def test_our_own_names_are_served_also_through_a_tunnel(host: str) -> None:
    assert ask(headers={"host": host}).reached


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:3000", "localhost.evil.example", "", "localhost@evil.example", "[", "werkplek, x"],
)
def test_any_other_name_is_refused(host: str) -> None:
    assert ask(headers={"host": host}).status == 421


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://localhost:9999",
        "http://127.0.0.1:3000",
        "https://localhost.evil",
        "",
        "[",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("token", [TOKEN, None])
def test_a_page_of_others_is_refused_with_or_without_a_token(origin: str, kind: str, token: str | None) -> None:
    answer = ask("/graphql", "POST", {**JSON, "origin": origin}, kind=kind, token=token)
    assert not answer.reached
    assert kind == "websocket" or answer.status == 403


def test_a_websocket_of_our_own_page_is_accepted() -> None:
    assert ask("/graphql", headers={"origin": f"http://localhost:{PORT}"}, kind="websocket").reached
    assert not ask(
        "/graphql", headers={"origin": f"http://localhost:{PORT}"}, kind="websocket", authorised=False
    ).reached


def test_a_proxy_under_another_name_is_served_when_it_is_named() -> None:
    page = {"host": "monitor.example.nl", "origin": "https://monitor.example.nl"}
    assert ask(headers=page).status == 421
    assert ask(headers=page, elsewhere=("monitor.example.nl",)).reached
    assert ask(headers={"origin": "https://monitor.example.nl"}, elsewhere=("monitor.example.nl",)).reached


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("GET", ""),
        ("HEAD", ""),
        ("PUT", "application/json"),
        ("DELETE", "application/json"),
        ("POST", ""),
        ("POST", "text/plain"),
        ("POST", "text/plain; application/json"),
        ("POST", "application/x-www-form-urlencoded"),
        ("POST", "multipart/form-data; boundary=x"),
        ("POST", "application/graphql"),
    ],
)
@pytest.mark.parametrize("token", [TOKEN, None])
def test_only_a_post_of_json_reaches_graphql(method: str, kind: str, token: str | None) -> None:
    answer = ask("/graphql", method, {"content-type": kind}, query="query=mutation", token=token)
    assert not answer.reached
    assert answer.status in (405, 415)


def test_a_post_of_json_with_a_character_set_does() -> None:
    assert ask("/graphql", "POST", {"content-type": "Application/JSON; charset=utf-8"}).reached


@pytest.mark.parametrize("path", ["/report_asset_materialization/published", "/report_asset_check/x", "/anything"])
def test_any_other_way_to_change_something_is_as_narrow(path: str) -> None:
    assert not ask(path, "POST", {"content-type": "text/plain"}).reached
    assert ask(path, "POST", JSON).reached


def test_no_page_of_others_may_frame_ours() -> None:
    assert ask("/").headers["x-frame-options"] == "SAMEORIGIN"
