"""A SIP user agent for one call: dials and proves who it is, or is dialled; hangs up (RFC 3261)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from paytone.caller import sdp
from paytone.caller.dialog import SDP, Authorization, Dialog, Refused
from paytone.caller.digest import Credentials
from paytone.caller.message import Message
from paytone.caller.wire import NoAnswer, Wire

_LINGER = 4.0
_ATTEMPTS = 3


class SipCall:
    """
    One call. All packets go to and come from one server.

    Args:
        on_media: Told where audio goes, whenever the line says so.
    """

    def __init__(self, on_media: Callable[[sdp.Media], None]) -> None:
        self.hung_up = asyncio.Event()
        """Set once the line has hung up."""
        self.rung = asyncio.Event()
        """Set once the line has called, and was answered or refused."""
        self.calling = ""
        """The number that the line called from."""
        self.shown = ""
        """The name that came with it."""
        self._on_media = on_media
        self._description = b""
        self._rang = self._stands = False
        self._wire: Wire
        self._dialog: Dialog
        self._server = ("", 0)
        self._waits = self._busy = False

    async def open(
        self,
        server: tuple[str, int],
        number: str,
        credentials: Credentials,
        *,
        calling_from: str | None = None,
    ) -> str:
        """
        Take a free port, and say under which local address the line will see it.

        Args:
            calling_from: Asserted as the caller's number; counts only if the line trusts it.
        """
        self._wire = await Wire.open(server, self._answer)
        self._dialog = Dialog(
            server=server,
            local=self._wire.local,
            number=number,
            credentials=credentials,
            calling_from=calling_from,
        )
        return self._wire.local[0]

    async def listen(self, server: tuple[str, int], port: int = 0) -> tuple[str, int]:
        """Take *port*, or a free one, to be dialled there by *server*; busy until `expect`."""
        self._server = server
        self._waits = self._busy = True
        self._wire = await Wire.open(server, self._answer, port=port)
        return self._wire.local

    def expect(self, description: bytes) -> None:
        """Answer the next call with *description*."""
        self._description = description
        self._busy = False

    async def dial(self, description: bytes, *, timeout: float) -> None:
        """
        Call, offering *description*, until the line answers.

        Args:
            timeout: Seconds to let it ring before the call is cancelled.

        Raises:
            Refused: The line said no.
            NoAnswer: Nobody answered in *timeout*.
        """
        self._description = description
        authorization: Authorization | None = None
        for left in reversed(range(_ATTEMPTS)):
            invite = self._dialog.request("INVITE", description, authorization)
            response = await self._ring(invite, timeout)
            if response.status < 300:
                self._accept(invite, response)
                return
            proved = authorization and not _is_stale(response)
            if response.status not in {401, 407} or proved or not left:
                raise Refused(response.status, response.reason)
            authorization = self._dialog.authorization(invite, response)

    async def hang_up(self) -> None:
        """End the call, if it stands; returns when the line agreed, or after 4 s."""
        if not self._stands or self.hung_up.is_set():
            return
        self._stands = False
        bye = self._dialog.request("BYE")
        try:
            async with asyncio.timeout(_LINGER):
                response = await self._wire.ask(bye, rings=_let_pass)
                if response.status in {401, 407}:
                    proof = self._dialog.authorization(bye, response)
                    again = self._dialog.request("BYE", b"", proof)
                    await self._wire.ask(again, rings=_let_pass)
        except (TimeoutError, NoAnswer, Refused):
            return

    def close(self) -> None:
        """Give the port back; may be repeated."""
        self._wire.close()

    async def _ring(self, invite: Message, timeout: float) -> Message:
        """The final response to *invite*, which is cancelled after *timeout*."""
        self._rang = False
        asking = asyncio.create_task(self._wire.ask(invite, rings=self._note_ringing))
        try:
            await asyncio.wait({asking}, timeout=timeout)
            if asking.done():
                return asking.result()
            await self._cancel(invite, asking)
            raise NoAnswer(f"no answer in {timeout:g} s")
        except asyncio.CancelledError:
            if self._rang:
                self._wire.send(self._dialog.cancelling(invite))
            raise
        finally:
            asking.cancel()

    async def _cancel(self, invite: Message, asking: asyncio.Task[Message]) -> None:
        """Take *invite* back; a call that was answered meanwhile is ended (RFC 3261, 9.1)."""
        if not self._rang:
            return
        cancel = self._dialog.cancelling(invite)
        cancelling = asyncio.create_task(self._wire.ask(cancel, rings=_let_pass))
        await asyncio.wait({asking}, timeout=_LINGER)
        cancelling.cancel()
        if asking.done() and not asking.exception() and asking.result().status < 300:
            self._accept(invite, asking.result())
            await self.hang_up()

    def _note_ringing(self, response: Message) -> None:
        self._rang = True
        self._take_description(response)

    def _accept(self, invite: Message, response: Message) -> None:
        self._stands = True
        self._wire.acknowledge(invite, self._dialog.accepted(invite, response))
        self._take_description(response)

    def _answer(self, request: Message) -> Message | None:
        """What to say to a request of the line's; it may come again and is then answered alike."""
        method = request.method
        if method == "ACK":
            return None
        if self._waits and method == "INVITE":
            return self._take_call(request)
        if not self._dialog.holds(request):
            return self._dialog.respond(request, 200 if method == "OPTIONS" else 481)
        if method == "BYE":
            self.hung_up.set()
        if method in {"INVITE", "UPDATE"}:
            return self._renegotiate(request)
        known = method in {"BYE", "CANCEL", "OPTIONS", "INFO", "NOTIFY"}
        return self._dialog.respond(request, 200 if known else 405)

    def _take_call(self, invite: Message) -> Message:
        dialog = Dialog.of_call(invite, server=self._server, local=self._wire.local)
        caller = re.search(r"sip:([^@>]*)@", invite.first("from"))
        self.calling = caller[1] if caller else ""
        named = re.match(r'\s*"([^"]*)"', invite.first("from"))
        self.shown = named[1] if named else ""
        self.rung.set()
        if self._busy:
            return dialog.answer(invite, 486)
        if not self._take_description(invite):
            return dialog.answer(invite, 488)
        self._dialog = dialog
        self._stands, self._waits = True, False
        return dialog.answer(invite, 200, self._description)

    def _renegotiate(self, request: Message) -> Message:
        if not self._take_description(request):
            return self._dialog.respond(request, 488)
        described = request.method == "INVITE" or request.body
        return self._dialog.respond(request, 200, self._description if described else b"")

    def _take_description(self, message: Message) -> bool:
        """Whether *message* holds either no session description or a good one."""
        if message.first("content-type").split(";")[0].strip().lower() != SDP:
            return True
        try:
            self._on_media(sdp.read(message.body))
        except sdp.NoAudio:
            return False
        return True


def _is_stale(response: Message) -> bool:
    challenges = response.all("www-authenticate") + response.all("proxy-authenticate")
    return any("stale=true" in text.replace(" ", "").lower() for text in challenges)


def _let_pass(_response: Message) -> None:
    """Nothing is to be done about a provisional response."""
