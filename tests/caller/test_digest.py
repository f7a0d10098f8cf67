import re

import pytest

from paytone.caller.digest import Challenge, Credentials, NoDigest, authorization, read_challenges

RFC_2617 = (
    'Digest realm="testrealm@host.com", qop="auth,auth-int", '
    'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
RFC_2069 = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'


def answered(challenge: str, password: str, cnonce: str) -> str:
    return authorization(
        read_challenges([challenge]),
        Credentials("Mufasa", password),
        method="GET",
        uri="/dir/index.html",
        cnonce=cnonce,
    )


@pytest.mark.parametrize(
    ("challenge", "password", "cnonce", "response"),
    [
        (RFC_2617, "Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1"),
        (
            RFC_7616.format("MD5"),
            "Circle of Life",
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            "8ca523f5e9506fed4657c9700eebdbec",
        ),
        (
            RFC_7616.format("SHA-256"),
            "Circle of Life",
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
        (RFC_2069, "Circle Of Life", "", "670fd8c2df070c60b045671b8b24ff02"),
    ],
    ids=["RFC 2617, 3.5", "RFC 7616, 3.9.1, MD5", "RFC 7616, 3.9.1, SHA-256", "without qop"],
)
def test_the_standards_own_examples_are_answered_as_printed(
    challenge: str, password: str, cnonce: str, response: str
) -> None:
    assert f'response="{response}"' in answered(challenge, password, cnonce)


def test_an_answer_says_all_that_the_server_needs() -> None:
    header = answered(RFC_2617, "Circle Of Life", "0a4f113b")

    assert "Digest " == header[:7]
    assert {
        "username": '"Mufasa"',
        "realm": '"testrealm@host.com"',
        "nonce": '"dcd98b7102dd2f0e8b11d0f600bfb0c093"',
        "uri": '"/dir/index.html"',
        "response": '"6629fae49393a05397450978507c4ef1"',
        "opaque": '"5ccc069c403ebaf9f0171e9517f40e41"',
        "cnonce": '"0a4f113b"',
        "algorithm": "MD5",
        "qop": "auth",
        "nc": "00000001",
    } == dict(re.findall(r'(\w+)=("[^"]*"|[^,]+)', header[7:]))


def test_the_strongest_challenge_is_chosen() -> None:
    values = [RFC_7616.format("MD5"), RFC_7616.format("SHA-512"), RFC_7616.format("SHA-256")]

    assert "SHA-256" == read_challenges(values).algorithm


def test_a_stale_nonce_and_escaped_quotes_are_read() -> None:
    value = r'digest realm="the \"line\"", nonce=n, stale=TRUE, algorithm=md5'

    assert Challenge('the "line"', "n", "MD5", stale=True) == read_challenges([value])


@pytest.mark.parametrize(
    "value",
    [
        "Basic realm=x",
        RFC_7616.format("SHA-512"),
        'Digest realm="no nonce"',
        'Digest realm=a, nonce=b, qop="auth-int"',
        "",
    ],
)
def test_a_challenge_of_another_kind_is_not_answered(value: str) -> None:
    with pytest.raises(NoDigest):
        read_challenges([value])


def test_a_password_is_not_shown() -> None:
    assert "<Credentials Mufasa>" == repr(Credentials("Mufasa", "Circle Of Life"))
