"""Text messages handed to a real HTTP gateway, whatever it says."""

from __future__ import annotations

import socket

import pytest

from paytone.mail import HandedIn, Letter, Lost, NotNow, Refused, Sent
from paytone.mail.sms_form import SmsGateway
from tests.mail.text_gateway import FORM_BODY, TextGateway, open_gateway

LETTER = Letter("3125550142", "", 'Paid $5.00 & "thanks" + é', "paytone.7.abc")


async def test_a_message_arrives_as_a_form() -> None:
    with open_gateway() as gateway:
        assert Sent() == await gateway.carrier().hand_in(LETTER)
    expected = {"To": "+13125550142", "From": "+18885550100", "Body": LETTER.text}
    assert [expected] == gateway.messages


async def test_a_message_arrives_as_json() -> None:
    body = '{"to": ["+1$to"], "text": "$text", "id": "$reference", "unicode": true}'
    with open_gateway() as gateway:
        carrier = gateway.carrier(body, "Authorization: Bearer hush-hush | X-Line: paytone")
        assert Sent() == await carrier.hand_in(LETTER)
    expected = {"to": ["+13125550142"], "text": LETTER.text, "id": "paytone.7.abc", "unicode": True}
    assert [expected] == gateway.messages
    assert "Bearer hush-hush" == gateway.headers[0]["Authorization"]
    assert "paytone" == gateway.headers[0]["X-Line"]


async def test_a_name_and_password_in_the_url_are_given() -> None:
    with open_gateway() as gateway:
        carrier = gateway.carrier(url="http://AC123:hush@127.0.0.1:{}/send")
        assert Sent() == await carrier.hand_in(LETTER)
    assert "Basic QUMxMjM6aHVzaA==" == gateway.headers[0]["Authorization"]


@pytest.mark.parametrize(
    ("status", "handed_in"),
    [
        (200, Sent()),
        (202, Sent()),
        (204, NotNow("the gateway answers 204")),
        (302, NotNow("the gateway answers 302")),
        (400, Refused("the gateway answers 400")),
        (422, Refused("the gateway answers 422")),
        (401, NotNow("the gateway answers 401")),
        (404, NotNow("the gateway answers 404")),
        (429, NotNow("the gateway answers 429")),
        (500, NotNow("the gateway answers 500")),
        (502, Lost("the gateway answers 502")),
        (503, NotNow("the gateway answers 503")),
        (504, Lost("the gateway answers 504")),
    ],
)
async def test_what_the_gateway_says(status: int, handed_in: HandedIn) -> None:
    with open_gateway(TextGateway(answers=[status])) as gateway:
        assert handed_in == await gateway.carrier().hand_in(LETTER)
    assert 1 == len(gateway.messages)


async def test_an_answer_that_takes_too_long_leaves_a_doubt() -> None:
    with open_gateway(TextGateway(slow_s=1.0)) as gateway:
        assert Lost("ReadTimeout") == await gateway.carrier().hand_in(LETTER)


async def test_an_answer_that_is_lost_leaves_a_doubt() -> None:
    with open_gateway(TextGateway(hangs_up=True)) as gateway:
        assert isinstance(await gateway.carrier().hand_in(LETTER), Lost)
    assert 1 == len(gateway.messages)


async def test_a_gateway_that_is_away_takes_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert NotNow("ConnectionError") == await TextGateway(port).carrier().hand_in(LETTER)


async def test_a_gateway_that_does_not_prove_its_name_takes_nothing() -> None:
    with open_gateway() as gateway:
        carrier = gateway.carrier(url="https://127.0.0.1:{}/send")
        assert isinstance(await carrier.hand_in(LETTER), NotNow)
    assert [] == gateway.messages


def test_secrets_are_not_shown() -> None:
    gateway = SmsGateway.of("https://me:hush@sms.example/", FORM_BODY, "X-Key: hush", "200")
    assert "hush" not in repr(gateway)


@pytest.mark.parametrize(
    ("url", "body", "headers", "taken", "why"),
    [
        ("http://sms.example/", FORM_BODY, "", "200", "must be https"),
        ("ftp://hush@sms.example/", FORM_BODY, "", "200", "must be https"),
        ("https://sms.example:port/", FORM_BODY, "", "200", "must be https"),
        ("https://sms.example/", "To=me&Body=$text", "", "200", r"no \$to"),
        ("https://sms.example/", "To=$to&Body=$cvv", "", "200", "may hold"),
        ("https://sms.example/", "To=$to&Body=5$", "", "200", "may hold"),
        ("https://sms.example/", '{"to": "$to"', "", "200", "no JSON"),
        ("https://sms.example/", FORM_BODY, "hush", "200", "Name: value"),
        ("https://sms.example/", FORM_BODY, "", "2xx", "numbers"),
        ("https://sms.example/", FORM_BODY, "", "", "numbers"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    url: str, body: str, headers: str, taken: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        SmsGateway.of(url, body, headers, taken)
    assert "hush" not in str(refused.value)
