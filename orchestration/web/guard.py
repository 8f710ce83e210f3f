"""Who may ask Dagster's web server what: stands before it, since it looks at nothing itself.

Dagster takes a mutation by GET, from any page that a browser shows, under any name; so a page elsewhere could close a
year. Here: names come from a list, pages of others are refused, only a POST of JSON goes through to what changes
anything, and whoever comes brings the token that the start of `werkmonitor ui` printed. No Dagster here.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HERE = ("localhost", "127.0.0.1", "::1")
PARAMETER = "token"
READING = ("GET", "HEAD", "OPTIONS")
GRAPHQL = "/graphql"
HTML = "text/html"
# no page of others may show ours in a frame, to have somebody click in it
ADDED = [(b"x-frame-options", b"SAMEORIGIN"), (b"referrer-policy", b"same-origin")]
ELSEWHERE = "Dit adres hoort niet bij deze werkmonitor. Andere namen noemt u met WERKMONITOR_UI_HOSTS."
OTHER_PAGE = "Deze vraag komt van een andere webpagina en wordt niet beantwoord."
NO_TOKEN = "Open het adres dat `werkmonitor ui` bij de start toonde: daarin staat de sleutel."
ONLY_JSON = "Wat iets verandert, gaat met POST en JSON."


@dataclass(frozen=True)
class Refusal:
    """What is answered instead, in Dutch."""

    status: int
    words: str


class Guard:
    """An ASGI application that lets through to another what may be asked.

    `names`: under which this server is reached, beside those of this computer. `elsewhere`: those of a proxy before it,
    whose pages are ours too. `token`: None where something before us asks who it is.
    """

    def __init__(self, app: App, names: Iterable[str], elsewhere: Iterable[str], token: str | None) -> None:
        self._app, self._token = app, token
        self._elsewhere = {name.casefold() for name in elsewhere}
        self._names = {name.casefold() for name in (*HERE, *names)} | self._elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, refuse, or hand out the cookie."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        refusal = self._origin_refused(scope, headers)
        if refusal is None and scope["type"] == "http" and self._brings_token(scope):
            await _answer(send, 303, "", [(b"location", _without_token(scope)), (b"set-cookie", self._cookie(scope))])
            return
        refusal = refusal or self._token_refused(scope, headers) or _way_refused(scope, headers)
        if refusal is None:
            await self._app(scope, receive, _adding(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _answer(send, refusal.status, refusal.words, [])

    def _origin_refused(self, scope: Scope, headers: Mapping[str, str]) -> Refusal | None:
        host = headers.get("host", "")
        server = str((scope.get("server") or ("",))[0])  # the address that was connected to: no name that can be bent
        if _name_in(host) not in self._names | {server}:
            return Refusal(421, ELSEWHERE)
        origin = headers.get("origin")
        if origin is None or _authority(origin) == host.casefold() or _name_in(_authority(origin)) in self._elsewhere:
            return None
        return Refusal(403, OTHER_PAGE)

    def _token_refused(self, scope: Scope, headers: Mapping[str, str]) -> Refusal | None:
        if self._token is None:
            return None
        bearer = headers.get("authorization", "").partition("Bearer ")[2]
        held = _cookies(headers).get(_cookie_name(scope), "")
        if _equal(bearer, self._token) or _equal(held, _digest(self._token)):
            return None
        return Refusal(403, NO_TOKEN)

    def _brings_token(self, scope: Scope) -> bool:
        brought = dict(_query(scope)).get(PARAMETER)
        reads = scope["method"] in ("GET", "HEAD")
        return self._token is not None and reads and brought is not None and _equal(brought, self._token)

    def _cookie(self, scope: Scope) -> bytes:
        value = f"{_cookie_name(scope)}={_digest(str(self._token))}"
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        return f"{value}; Path=/; HttpOnly; SameSite=Lax{secure}".encode("ascii")


def _way_refused(scope: Scope, headers: Mapping[str, str]) -> Refusal | None:
    """What changes anything comes by POST, as JSON: no link, picture or form of another page can send that."""
    if scope["type"] == "websocket":
        return None
    if scope["method"] in READING:
        asks = scope["path"].rstrip("/").endswith(GRAPHQL) and HTML not in headers.get("accept", "")
        return Refusal(405, ONLY_JSON) if asks and scope["method"] != "OPTIONS" else None
    kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
    is_json = scope["method"] == "POST" and kind == "application/json"
    return None if is_json else Refusal(415 if scope["method"] == "POST" else 405, ONLY_JSON)


def _headers(scope: Scope) -> dict[str, str]:
    """By name; of a header that stands there twice all values, so that none is looked past."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        found[key] = f"{found[key]}, {value.decode('latin-1')}" if key in found else value.decode("latin-1")
    return found


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.casefold()
    except ValueError:
        return ""


def _name_in(authority: str) -> str:
    """Without the port: a tunnel has another."""
    try:
        return (urlsplit(f"//{authority}").hostname or "").casefold()
    except ValueError:
        return ""


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _without_token(scope: Scope) -> bytes:
    rest = urlencode([(name, value) for name, value in _query(scope) if name != PARAMETER])
    path = "/" + scope.get("raw_path", scope["path"].encode()).decode("latin-1").lstrip("/")  # never another server's
    return f"{path}?{rest}".rstrip("?").encode("latin-1")


def _cookies(headers: Mapping[str, str]) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _cookie_name(scope: Scope) -> str:
    # a browser sends the cookies of all ports of a computer to each of them
    return f"werkmonitor_{(scope.get('server') or ('', 0))[1]}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _equal(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


def _adding(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *ADDED]}
        await send(message)

    return sending


async def _answer(send: Send, status: int, words: str, headers: list[tuple[bytes, bytes]]) -> None:
    always = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"), *ADDED]
    await send({"type": "http.response.start", "status": status, "headers": [*always, *headers]})
    await send({"type": "http.response.body", "body": words.encode()})
