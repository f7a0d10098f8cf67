"""What jobs, the worker and the command work with, made as settings say."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING

from paytone.config import Environment, Settings
from paytone.flows import OWN_NUMBER, CallsOut, Checks, Desk, LockRule
from paytone.gateway import Gateway
from paytone.gateway.notices import Notices
from paytone.rules.contact import Channel
from paytone.store import Store

if TYPE_CHECKING:
    from paytone.back_office.calls_out import Switchboard
    from paytone.back_office.send_letters import Post
    from paytone.callback import Courier
    from paytone.gateway.braintree import BraintreeGateway
    from paytone.mail import Mailer


@asynccontextmanager
async def desk_of(settings: Settings) -> AsyncIterator[Desk]:
    """Everything that jobs work with, open for the ``async with`` block."""
    async with Store.open(
        settings.database_url.get_secret_value(),
        at_most=settings.database_connections,
        patience_s=settings.database_patience_s,
    ) as store:
        yield Desk(
            store=store,
            open_gateway=cache(lambda: gateway_of(settings)),
            limits=settings.limits,
            lock_rule=LockRule(
                limit=settings.lock_failures,
                window_s=settings.lock_window_s,
                lock_s=settings.lock_s,
            ),
            clock=settings.now,
            letters_by=settings.channels,
            fingerprints=settings.fingerprints,
            rule=settings.rule,
            enquiries=settings.enquiries or OWN_NUMBER,
            grants=settings.grants,
            checks=Checks(settings.enquiries)
            if settings.takes_checks and settings.enquiries
            else None,
            fee=settings.fee,
            centres_within_miles=settings.centres_within_miles,
            calls_out=_numbers_of(settings),
            codes=settings.codes,
            security_questions=settings.asked_of_callers,
            pays_without_pin=settings.pay_only == "on",
            offers_to_save=settings.save_methods == "on",
            sounds=settings.sounds,
            takes_messages=settings.takes_messages,
            calls_back=settings.calls_people,
            banners=settings.banners,
            admin_callers=frozenset(settings.admin_callers.split()),
        )


def _numbers_of(settings: Settings) -> CallsOut | None:
    if settings.caller_id is None or settings.stop_number is None:
        return None
    return CallsOut(reach=settings.caller_id, stop=settings.stop_number)


def gateway_of(settings: Settings) -> Gateway:
    """
    The gateway that *settings* name.

    Raises:
        GatewayRefused: The settings cannot be used.
    """
    return _braintree(settings)


def notices_of(settings: Settings) -> Notices:
    """
    What reads the notifications of the gateway that *settings* name.

    Raises:
        GatewayRefused: The settings cannot be used.
    """
    return _braintree(settings).notices


def switchboard_of(settings: Settings) -> Switchboard | None:
    """The switchboard that *settings* name; None where nobody is called."""
    # Imported late: calls do without them.
    from paytone.back_office.calls_out import Switchboard
    from paytone.trunk.asterisk import AsteriskTrunk, Way

    if not settings.calls_people:
        return None
    host, port, user, secret = settings.ami_way
    return Switchboard(
        AsteriskTrunk(
            Way(
                host=host,
                port=port,
                user=user,
                secret=secret,
                dial=settings.trunk or "",
                caller_id=settings.caller_id or "",
                ring_s=settings.ring_s,
            )
        ),
        rules=settings.calling,
        at_once=settings.calls_out_at_once,
        days_before=settings.days_before_calls,
    )


def post_of(settings: Settings) -> Post | None:
    """
    The post that *settings* name; None where they name no way to send anything.

    Raises:
        TextsWrong: There are no words for letters.
    """
    from paytone.back_office.send_letters import Post
    from paytone.mail.texts import load

    mailers = dict(_mailers(settings))
    if not mailers:
        return None
    return Post(mailers, load(settings.mail, settings.language), settings.codes)


def courier_of(settings: Settings) -> Courier | None:
    """Who tells of payments that a dialplan asked for; None where nobody is told."""
    from paytone.callback.http import HttpCourier

    if settings.callback_key is None:
        return None
    return HttpCourier(settings.callback_key.get_secret_value().encode(), settings.now)


def _mailers(settings: Settings) -> Iterator[tuple[Channel, Mailer]]:
    # Imported late: calls do without them.
    from paytone.mail import MailServer
    from paytone.mail.folder import FolderMailer
    from paytone.mail.sms import HttpSms
    from paytone.mail.smtp import SmtpMailer

    if settings.letters is not None:
        yield from ((channel, FolderMailer(settings.letters)) for channel in Channel)
        return
    if settings.smtp_url is not None and settings.mail_from is not None:
        server = MailServer.of(settings.smtp_url.get_secret_value())
        yield Channel.EMAIL, SmtpMailer(server, sender=settings.mail_from)
    if (gateway := settings.sms_gateway) is not None:
        yield Channel.SMS, HttpSms(gateway)


def _braintree(settings: Settings) -> BraintreeGateway:
    # Imported late: the SDK takes a quarter of a second, and most jobs do without it.
    from paytone.gateway.braintree import connect

    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        # The SDK would take a local Braintree's requests, cards and all, through the proxy.
        if settings.braintree_environment is Environment.LOCAL:
            os.environ.pop(proxy, None)
    return connect(
        environment=settings.braintree_environment.value,
        merchant_id=settings.braintree_merchant_id,
        public_key=settings.braintree_public_key,
        private_key=settings.braintree_private_key.get_secret_value(),
        local_url=settings.braintree_url,
        merchant_account=settings.braintree_merchant_account,
        patience=settings.braintree_patience_s,
    )
