"""The messages of one call: who, to whom, in which order; no I/O (RFC 3261, section 12)."""

from __future__ import annotations

import secrets
from typing import Self
from urllib.parse import quote

from paytone.caller import digest
from paytone.caller.digest import Credentials
from paytone.caller.message import Message, tag_in, uri_in

SDP = "application/sdp"
_ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY"
_WORDS = {
    200: "OK",
    180: "Ringing",
    405: "Method Not Allowed",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    488: "Not Acceptable Here",
}

Authorization = tuple[str, str]


class Refused(Exception):
    """
    The line refused the call; none stands.

    Args:
        status: The SIP status: 401 or 403 for a wrong password, 486 for busy.
        reason: The words that came with it.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


class Dialog:
    """
    The caller's side of one call.

    Args:
        local: The address and port that the line sees.
        calling_from: Asserted as the caller's number (RFC 3325); None to assert nothing.
    """

    def __init__(
        self,
        *,
        server: tuple[str, int],
        local: tuple[str, int],
        number: str,
        credentials: Credentials,
        calling_from: str | None,
    ) -> None:
        host, port = local
        self._credentials = credentials
        self._via = f"SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK"
        me = f"sip:{quote(credentials.username)}@{host}"
        self._from = f"<{me}>;tag={secrets.token_hex(6)}"
        self._contact = f"<{me}:{port}>"
        self._target = f"sip:{quote(number, safe='+*-_.')}@{server[0]}:{server[1]}"
        self._to = f"<{self._target}>"
        self._asserted = f"<sip:{quote(calling_from, safe='+')}@{host}>" if calling_from else None
        self._routes: list[str] = []
        self._call_id = secrets.token_hex(12)
        self._cseq = 0

    @classmethod
    def of_call(cls, invite: Message, *, server: tuple[str, int], local: tuple[str, int]) -> Self:
        """The called party's side of the call that *invite* opens."""
        nobody = Credentials("called", "")
        dialog = cls(server=server, local=local, number="", credentials=nobody, calling_from=None)
        dialog._call_id = invite.first("call-id")
        dialog._from = f"{invite.first('to')};tag={secrets.token_hex(6)}"
        dialog._to = invite.first("from")
        dialog._target = uri_in(invite.first("contact"))
        dialog._routes = invite.all("record-route")
        return dialog

    def answer(self, invite: Message, status: int, body: bytes = b"") -> Message:
        """The response to the *invite* that opened this call, which it belongs to from then on."""
        response = self.respond(invite, status, body)
        headers = [(k, self._from if k == "to" else v) for k, v in response.headers]
        return Message(response.start, tuple(headers), body)

    def request(
        self, method: str, body: bytes = b"", authorization: Authorization | None = None
    ) -> Message:
        """The next request of this call."""
        self._cseq += 1
        return self._write(method, self._cseq, body, authorization)

    def accepted(self, invite: Message, response: Message) -> Message:
        """The ACK to an accepted *invite*; what follows goes where *response* says."""
        self._to = response.first("to")
        self._routes = response.all("record-route")[::-1]
        self._target = uri_in(response.first("contact")) or self._target
        return self._write("ACK", invite.cseq[0], b"", None)

    def cancelling(self, invite: Message) -> Message:
        """The CANCEL of *invite*: same branch, same number (RFC 3261, 9.1)."""
        return in_same_transaction(invite, "CANCEL", to=invite.first("to"))

    def authorization(self, request: Message, response: Message) -> Authorization:
        """
        The header that answers the challenge to *request* in *response*.

        Raises:
            Refused: The challenge is of no kind known here.
        """
        asked, answer = "www-authenticate", "authorization"
        if response.status == 407:
            asked, answer = "proxy-authenticate", "proxy-authorization"
        try:
            challenge = digest.read_challenges(response.all(asked))
        except digest.NoDigest as exc:
            raise Refused(response.status, str(exc)) from exc
        return answer, digest.authorization(
            challenge,
            self._credentials,
            method=request.method,
            uri=request.start.split()[1],
            cnonce=secrets.token_hex(8),
        )

    def holds(self, request: Message) -> bool:
        """Whether *request* belongs to this call."""
        return request.first("call-id") == self._call_id

    def respond(self, request: Message, status: int, body: bytes = b"") -> Message:
        """The response to *request*."""
        headers = [h for h in request.headers if h[0] in {"via", "record-route"}]
        to = request.first("to")
        headers += [
            ("from", request.first("from")),
            ("to", to if tag_in(to) else f"{to};tag={secrets.token_hex(6)}"),
            ("call-id", request.first("call-id")),
            ("cseq", request.first("cseq")),
            ("contact", self._contact),
            ("allow", _ALLOW),
        ]
        if body:
            headers.append(("content-type", SDP))
        return Message(f"SIP/2.0 {status} {_WORDS[status]}", tuple(headers), body)

    def _write(
        self, method: str, cseq: int, body: bytes, authorization: Authorization | None
    ) -> Message:
        headers = [
            ("via", self._via + secrets.token_hex(10)),
            ("max-forwards", "70"),
            *(("route", route) for route in self._routes),
            ("from", self._from),
            ("to", self._to),
            ("call-id", self._call_id),
            ("cseq", f"{cseq} {method}"),
            ("contact", self._contact),
            ("allow", _ALLOW),
            ("user-agent", "Paytone caller"),
        ]
        if self._asserted:
            headers.append(("p-asserted-identity", self._asserted))
        if authorization:
            headers.append(authorization)
        if body:
            headers.append(("content-type", SDP))
        return Message(f"{method} {self._target} SIP/2.0", tuple(headers), body)


def in_same_transaction(invite: Message, method: str, *, to: str) -> Message:
    """The ACK of a refused *invite*, or its CANCEL (RFC 3261, 17.1.1.3 and 9.1)."""
    kept = {"via", "max-forwards", "route", "from", "call-id"}
    headers = [header for header in invite.headers if header[0] in kept]
    headers += [("to", to), ("cseq", f"{invite.cseq[0]} {method}")]
    return Message(method + invite.start.removeprefix("INVITE"), tuple(headers))
