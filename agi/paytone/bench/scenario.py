"""The journey as SIPp plays it: it hears nothing, so every key is pressed by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from paytone.bench.journey import Turn, seconds_of
from paytone.prompts import Prompt

LATE_S: Final = 5.0
"""How late the line may end the call; a key that it missed makes it later."""
KEY_MS: Final = 100
"""How long each key is held."""
KEY_TO_KEY_S: Final = 0.2
"""From one key of SIPp's to the next."""
ANSWER_S: Final = 0.5
"""From the answer to the first word, at most."""
MARGIN_S: Final = 0.7
"""From the end of a question to the key, so that the answer's gap begins in silence."""
CUT_S: Final = 1.6
"""From the beginning of a question to the key of a caller who does not hear it out."""
FRAME_S: Final = 0.02
"""What each file may add to the sum of their lengths."""

HEAD: Final = """\
<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="pay a bill">
"""

DIAL: Final = """\
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:@USER@@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>@TO_TAG@
Call-ID: [call_id]
CSeq: @CSEQ@ INVITE
Contact: <sip:@USER@@[local_ip]:[local_port]>
Max-Forwards: 70
@AUTH@Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 96
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-16
]]></send>
"""

ACK: Final = """\
  <send><![CDATA[
ACK [next_url] SIP/2.0
[routes]
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:@USER@@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: @CSEQ@ ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
"""

REFUSED: Final = '  <recv response="100" optional="true"/>\n  <recv response="401" auth="true"/>\n'

ANSWERED: Final = """\
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true" rtd="true"/>
"""

END: Final = """\
  <recv request="BYE" timeout="@LAST@"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""


class Pace(Enum):
    """When the caller keys."""

    PATIENT = "hears every question out"
    USUAL = "cuts questions for numbers short, hears menus out"
    HURRIED = "cuts every question short"


def wait_before(turn: Turn, sounds: Path, pace: Pace) -> float:
    """Seconds from the key before *turn* (or the answer) to the moment when its own may come."""
    announced = _lasting(turn.announced, sounds)
    heard_out = _lasting(turn.said, sounds) + MARGIN_S
    cut = pace is Pace.HURRIED or (pace is Pace.USUAL and turn.room > 1)
    return announced + (min(CUT_S, heard_out) if cut else heard_out)


def _lasting(prompts: tuple[Prompt, ...], sounds: Path) -> float:
    return seconds_of(prompts, sounds) + len(prompts) * FRAME_S


def keying(turn: Turn) -> float:
    """Seconds that the keys of *turn* take to press."""
    return turn.pressed * KEY_TO_KEY_S


def seconds(turns: Sequence[Turn], sounds: Path, pace: Pace) -> float:
    """How long a call takes, when the line itself takes no time."""
    waits = (
        wait_before(turn, sounds, pace) if turn.keys else _lasting(turn.announced, sounds)
        for turn in turns
    )
    return ANSWER_S + sum(waits) + sum(map(keying, turns))


def scenario(turns: Sequence[Turn], sounds: Path, *, pace: Pace, user: str, password: str) -> str:
    """The XML that SIPp plays: dial, press each turn's keys when it is due, await the BYE."""
    login = f"[authentication username={user} password={password}]\n"
    parts = [
        HEAD,
        _filled(DIAL, user, cseq=1),
        REFUSED,
        _filled(ACK, user, cseq=1),
        _filled(DIAL, user, cseq=2, auth=login),
        ANSWERED,
        _filled(ACK, user, cseq=2),
        _pause(ANSWER_S),
    ]
    for turn in turns:
        if turn.keys:
            parts += [
                _pause(wait_before(turn, sounds, pace)),
                _press(turn.keys),
                _pause(keying(turn)),
            ]
    last = round((_lasting(turns[-1].announced, sounds) + LATE_S) * 1000)
    return "".join([*parts, END.replace("@LAST@", str(last))])


def _filled(text: str, user: str, *, cseq: int, auth: str = "") -> str:
    values = {"@USER@": escape(user), "@CSEQ@": str(cseq), "@AUTH@": auth, "@TO_TAG@": ""}
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _pause(wait: float) -> str:
    return f'  <pause milliseconds="{round(wait * 1000)}"/>\n'


def _press(keys: str) -> str:
    return f'  <nop><action><exec play_dtmf="{escape(keys)},{KEY_MS}"/></action></nop>\n'
