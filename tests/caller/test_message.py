import pytest

from paytone.caller.message import Message, NotSip, read, tag_in, uri_in

OK = (
    b"SIP/2.0 200 OK\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5062;rport=5062;branch=z9hG4bKabc;received=127.0.0.1\r\n"
    b"Record-Route: <sip:one;lr>\r\nRecord-Route: <sip:two;lr>\r\n"
    b'f: "Ada; of <London>" <sip:ada@127.0.0.1>;tag=mine\r\n'
    b"t: <sip:42@127.0.0.1;user=phone>;tag=theirs\r\n"
    b"Subject: folded\r\n over two lines\r\n"
    b"i: 77\r\nCSeq: 2 INVITE\r\nl: 4\r\n\r\nv=0\r\nmore than it says"
)


def test_a_response_is_read_with_compact_and_folded_headers() -> None:
    message = read(OK)

    assert (200, "OK", "INVITE", (2, "INVITE")) == (
        message.status,
        message.reason,
        message.method,
        message.cseq,
    )
    assert "z9hG4bKabc" == message.branch
    assert ["<sip:one;lr>", "<sip:two;lr>"] == message.all("record-route")
    assert "folded over two lines" == message.first("subject")
    assert "77" == message.first("call-id")
    assert b"v=0\r" == message.body


def test_a_request_survives_writing_and_reading() -> None:
    request = Message("BYE sip:42@127.0.0.1 SIP/2.0", (("cseq", "3 BYE"), ("to", "<x>")), b"hi")

    again = read(request.write())

    assert ("BYE", 0, b"hi") == (again.method, again.status, again.body)
    assert b"\r\nContent-Length: 2\r\n\r\nhi" in request.write()


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\r\n\r\n",
        b"\xff\xfe\x00",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"SIP/2.0 700 Never\r\n\r\n",
        b"SIP/2.0 200 OK\r\nno header here\r\n\r\n",
        b"SIP/2.0 200 OK\r\n: nameless\r\n\r\n",
        b"SIP/2.0 200 OK\r\n" + b"a: b\r\n" * 201 + b"\r\n",
        b"INVITE " + b"x" * 501 + b" SIP/2.0\r\n\r\n",
    ],
    ids=[
        "nothing",
        "keep-alive",
        "noise",
        "http",
        "status out of range",
        "no colon",
        "no name",
        "too many headers",
        "endless URI",
    ],
)
def test_what_is_no_sip_is_refused(datagram: bytes) -> None:
    with pytest.raises(NotSip):
        read(datagram)


@pytest.mark.parametrize("length", [b"-1", b"99999999999999", b"x", b"\xd9\xa3"])
def test_an_absurd_content_length_cuts_nothing(length: bytes) -> None:
    assert b"body" == read(b"SIP/2.0 200 OK\r\nl: " + length + b"\r\n\r\nbody").body


@pytest.mark.parametrize("cseq", [b"", b"INVITE", b"9 ", b"99999999999 BYE", b"-1 BYE"])
def test_an_unreadable_cseq_matches_no_request(cseq: bytes) -> None:
    assert read(b"SIP/2.0 200 OK\r\nCSeq: " + cseq + b"\r\n\r\n").cseq in {(-1, ""), (9, "")}


def test_uri_and_tag_are_found_in_addresses() -> None:
    message = read(OK)

    assert "sip:ada@127.0.0.1" == uri_in("<sip:ada@127.0.0.1>;expires=60")
    assert "sip:ada@127.0.0.1" == uri_in("sip:ada@127.0.0.1;expires=60")
    assert "theirs" == tag_in(message.first("to"))
    assert "" == tag_in("<sip:42@127.0.0.1;tag=inside>")
