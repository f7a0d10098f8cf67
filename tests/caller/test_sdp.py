import pytest

from paytone.caller.sdp import Codec, Media, NoAudio, offer, read

ANSWER = (
    "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=Asterisk\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP {types}\r\n{more}a=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:96 telephone-event/8000\r\na=sendrecv\r\n"
)


def answer(port: str = "10012", types: str = "0 96", more: str = "") -> bytes:
    return ANSWER.format(port=port, types=types, more=more).encode()


@pytest.mark.parametrize("codec", list(Codec))
def test_an_offer_reads_as_what_it_offers(codec: Codec) -> None:
    assert Media("127.0.0.1", 4000, codec, 101) == read(offer("127.0.0.1", 4000, codec, session=1))


def test_an_answer_says_where_audio_and_keys_go() -> None:
    assert Media("10.0.0.1", 10012, Codec.ULAW, 96) == read(answer())


def test_the_streams_own_address_comes_before_the_sessions() -> None:
    assert "10.0.0.2" == read(answer(more="c=IN IP4 10.0.0.2\r\n")).host


def test_an_address_of_another_stream_is_not_taken() -> None:
    video = "m=video 9 RTP/AVP 99\r\nc=IN IP4 10.9.9.9\r\n"

    assert "10.0.0.1" == read(answer() + video.encode()).host


def test_a_line_that_takes_no_keys_as_events_says_so() -> None:
    assert read(answer(types="0")).events is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        answer(port="0"),
        answer(port="65536"),
        answer(port="-5"),
        answer(types="3"),
        answer().replace(b"c=IN IP4 10.0.0.1", b"c=IN IP4 999.0.0.1"),
        answer().replace(b"c=IN IP4 10.0.0.1", b"c=IN IP6 ::1"),
        answer().replace(b"m=audio", b"m=video"),
        b"m=audio \r\n",
    ],
    ids=[
        "nothing",
        "refused",
        "no such port",
        "negative",
        "no codec",
        "no address",
        "IPv6",
        "no audio",
        "cut off",
    ],
)
def test_what_cannot_be_used_is_refused(body: bytes) -> None:
    with pytest.raises(NoAudio):
        read(body)
