"""The line put together: the jobs that a dialplan may ask for, and the adapters they get."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from paytone import assisting, outgoing, people
from paytone.ask import GaveUp, WantsPerson, patiently
from paytone.config import Environment, Settings, SettingsRefused
from paytone.counter import take_payment_for
from paytone.flows import OWN_NUMBER, CallsOut, Checks, Desk, LockRule, Talk
from paytone.flows.autopay import autopay
from paytone.flows.banner_admin import banner_admin
from paytone.flows.bills import tell_bills
from paytone.flows.goodbye import goodbye
from paytone.flows.help import ANSWERS, answer
from paytone.flows.history import history
from paytone.flows.identify import identify
from paytone.flows.language import LanguageChoice, MadeBy
from paytone.flows.later import later
from paytone.flows.lookup import lookup
from paytone.flows.menu import MENU_KEYS, WHOLE_MENU, balance, menu, tell_balance
from paytone.flows.methods import saved_methods
from paytone.flows.more_time import more_time
from paytone.flows.other_ways import other_ways
from paytone.flows.pay_bill import pay_bill
from paytone.flows.pay_only import pay_only
from paytone.flows.receipts import receipts
from paytone.flows.resume import resume
from paytone.flows.stop_calls import stop_calls
from paytone.gateway import Gateway
from paytone.gateway.notices import Notices
from paytone.phone import HungUp
from paytone.phone.classic_agi import ClassicAgi
from paytone.phone.fastagi import Answer, FastAgi
from paytone.prompts import Prompt
from paytone.rules.contact import Channel
from paytone.rules.job import Ended, Next, Status
from paytone.store import Store, StoreAway
from paytone.visit import NotIdentified, OnlyPays, Visit

if TYPE_CHECKING:
    from paytone.back_office.calls_out import Switchboard
    from paytone.back_office.send_letters import Post
    from paytone.callback import Courier
    from paytone.gateway.braintree import BraintreeGateway
    from paytone.mail import Mailer

log = logging.getLogger(__name__)

LINE_TROUBLE: Final = Prompt("line-trouble")
NEEDS_PIN: Final = Prompt("needs-pin")


async def _identify(visit: Visit) -> Ended:
    if not visit.is_stored:
        await patiently(visit.phone, visit.store_call())
    choice = LanguageChoice(
        keys=await visit.variable("PAYTONE_LANGUAGE_KEYS"),
        made_by=MadeBy(await visit.variable("PAYTONE_LANGUAGE_BY")),
    )
    help_key = await visit.variable("PAYTONE_HELP_KEY")
    return await identify(visit.phone, visit.desk, visit.call, choice, help_key=help_key)


async def _resume(visit: Visit) -> Ended:
    return await resume(visit.phone, visit.desk, visit.call, await visit.account())


async def _balance(visit: Visit) -> Ended:
    return await tell_balance(visit.phone, visit.desk, await visit.account())


async def _menu(visit: Visit) -> Ended:
    prompts = await visit.prompts("PAYTONE_MENU_PROMPT") or WHOLE_MENU
    if await visit.variable("PAYTONE_MENU_BALANCE") == "yes":
        prompts = (*await balance(visit.phone, visit.desk, await visit.account()), *prompts)
    keys = await visit.variable("PAYTONE_MENU_KEYS") or MENU_KEYS
    ended = await menu(visit.phone, prompts, keys)
    if ended.choice:
        return ended
    return replace(ended, next=await visit.home(verified=Next.ACCOUNT))


async def _pay_bill(visit: Visit) -> Ended:
    return await pay_bill(visit.phone, visit.desk, visit.call, await visit.account())


async def _more_time(visit: Visit) -> Ended:
    return await more_time(Talk(visit.phone, visit.desk, visit.call, await visit.account()))


async def _methods(visit: Visit) -> Ended:
    talk = Talk(visit.phone, visit.desk, visit.call, await visit.account())
    return await saved_methods(talk)


async def _autopay(visit: Visit) -> Ended:
    return await autopay(visit.phone, visit.desk, visit.call, await visit.account())


async def _later(visit: Visit) -> Ended:
    return await later(visit.phone, visit.desk, visit.call, await visit.account())


async def _history(visit: Visit) -> Ended:
    return await history(visit.phone, visit.desk, visit.call, await visit.account())


async def _bills(visit: Visit) -> Ended:
    return await tell_bills(visit.phone, visit.desk, await visit.account())


async def _lookup(visit: Visit) -> Ended:
    return await lookup(visit.phone, visit.desk, visit.call, await visit.account())


async def _receipts(visit: Visit) -> Ended:
    return await receipts(visit.phone, visit.desk, visit.call, await visit.account())


async def _other_ways(visit: Visit) -> Ended:
    account = await visit.account_if_known()
    ended = await other_ways(visit.phone, visit.desk, visit.call, account)
    return replace(ended, next=await visit.home(verified=Next.MENU))


async def _pay_only(visit: Visit) -> Ended:
    account = await visit.account_to_pay()
    return await pay_only(visit.phone, visit.desk, visit.call, account)


async def _help(visit: Visit) -> Ended:
    topic = await visit.variable("PAYTONE_HELP")
    if topic in ANSWERS:
        await answer(visit.phone, visit.desk, topic, queue=await people.queue_of(visit))
        return Ended(Status.DONE, Next.HELP)
    if topic:
        log.error("PAYTONE_HELP does not name a question")
    return Ended(Status.DONE, await visit.home(verified=Next.MENU))


async def _stop_calls(visit: Visit) -> Ended:
    return await stop_calls(visit.phone, visit.desk, visit.call)


async def _banner_admin(visit: Visit) -> Ended:
    return await banner_admin(visit.phone, visit.desk, visit.call)


async def _goodbye(visit: Visit) -> Ended:
    return await goodbye(visit.phone)


Jobs = Mapping[str, Callable[[Visit], Awaitable[Ended]]]

JOBS: Final[Jobs] = {
    "identify": _identify,
    "resume": _resume,
    "balance": _balance,
    "menu": _menu,
    "pay-bill": _pay_bill,
    "more-time": _more_time,
    "autopay": _autopay,
    "methods": _methods,
    "later": _later,
    "history": _history,
    "bills": _bills,
    "lookup": _lookup,
    "receipts": _receipts,
    "other-ways": _other_ways,
    "pay-only": _pay_only,
    "help": _help,
    "stop-calls": _stop_calls,
    "out-greeting": outgoing.greeting,
    "out-machine": outgoing.machine,
    "out-passcode": outgoing.passcode,
    "out-ended": outgoing.ended,
    "person": people.person,
    "person-answered": people.person_answered,
    "person-ended": people.person_ended,
    "closed": people.closed_for,
    "call-back": people.call_back_for,
    "call-back-dial": people.call_back_dial,
    "agent-login": people.agent_login_for,
    "take-payment": take_payment_for,
    "banner-admin": _banner_admin,
    "assist": assisting.pay,
    "assist-alone": assisting.alone,
    "assist-account": assisting.account,
    "goodbye": _goodbye,
}
"""
The verbs that a dialplan may ask for.

Each reads PAYTONE_CALL (made and set where it is empty) and PAYTONE_INTRO (prompts joined with
``&`` to be said before its first question, then emptied: so keys typed ahead during a greeting are
not lost; ``banners`` among them stands for the banners of now), and sets PAYTONE_STATUS and
PAYTONE_NEXT. `menu` also reads PAYTONE_MENU_BALANCE (``yes`` says the balance first),
PAYTONE_MENU_PROMPT and PAYTONE_MENU_KEYS, and sets PAYTONE_CHOICE. `help` reads PAYTONE_HELP, the
question. `out-greeting` reads PAYTONE_OUT_KIND, and `out-ended` DIALSTATUS.
`person` reads PAYTONE_QUEUE, and PAYTONE_WHERE and PAYTONE_WHY, which the job that led to it set;
it sets PAYTONE_PERSON, PAYTONE_PLACE and what the agent's phone shows, which the other jobs read.
`assist` reads PAYTONE_AGENT_NAME, and sets PAYTONE_TOLD.
`take-payment` needs no account, and reads and sets PAYTONE_PAY_…: see
`paytone.rules.pay_request` and `paytone.rules.pay_result`.
`identify` reads PAYTONE_LANGUAGE_KEYS (keys that choose a language), PAYTONE_HELP_KEY (one that
asks for help) and PAYTONE_LANGUAGE_BY (``key`` or ``number``: how this call's was chosen), and sets
PAYTONE_CHOICE for such a key, PAYTONE_LEVEL for what was proved, and PAYTONE_LANGUAGE where the
customer's is another than is spoken.
"""

CALL_ENDINGS: Final = {
    Next.AGENT: "person",
    Next.QUEUE: "person",
    Next.CLOSED: "person",
    Next.GOODBYE: "goodbye",
}


async def do_job(verb: str, visit: Visit, leave: Callable[[], None], jobs: Jobs = JOBS) -> None:
    """
    Do the job *verb*, tell the dialplan how it ended, and record it, whatever happens.

    Args:
        leave: Gives the channel back to the dialplan; the record is written after that, so that no
            caller waits for it.
        jobs: The verbs and what does them.
    """
    how: str | None = "hung-up"
    try:
        await visit.begin()
        ended = await _ended(verb, visit, jobs)
        await visit.end(verb, ended)
        how = CALL_ENDINGS.get(ended.next)
    except HungUp:
        log.info("call %s: hung up in %s", visit.call.id, verb)
    finally:
        leave()
        await visit.record(verb, how)


async def _ended(verb: str, visit: Visit, jobs: Jobs) -> Ended:
    """How the job ended; a fault of ours is told to the caller, who then gets a person."""
    try:
        await visit.introduce()
        await patiently(visit.phone, visit.stored())
        return await jobs[verb](visit)
    except WantsPerson:
        return Ended(Status.AGENT, Next.AGENT)
    except GaveUp:
        return Ended(Status.GAVEUP, Next.AGENT)
    except OnlyPays:
        await visit.phone.say(NEEDS_PIN)
        return Ended(Status.REFUSED, Next.PAY_ONLY)
    except NotIdentified:
        return Ended(Status.REFUSED, Next.IDENTIFY)
    except StoreAway:
        log.error("call %s: the store is away in %s", visit.call.id, verb)
    except HungUp:
        raise
    except Exception as exc:  # noqa: BLE001 - the caller hears of it, whatever it is
        log.error("call %s: %s fails: %s", visit.call.id, verb, _where(exc))
    await visit.phone.announce(LINE_TROUBLE)
    return Ended(Status.TROUBLE, Next.AGENT)


def _where(exc: Exception) -> str:
    """The kind of *exc* and its place: its text or a traceback could quote keyed digits."""
    place = exc.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    line = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    return f"{type(exc).__name__} at {line}"


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


def answer_fast(settings: Settings, desk: Desk) -> Answer:
    """What the FastAGI server does with each channel."""

    async def answer(channel: FastAgi) -> None:
        verb = channel.script
        if verb not in JOBS:
            log.error("the dialplan asks for an unknown job")
            return
        await do_job(verb, Visit(channel.send, channel.headers, settings, desk), channel.leave)

    return answer


def answer_classic(verb: str) -> None:
    """
    Do one job as a classic AGI process on standard input and output; Asterisk starts it.

    It leaves no core file: it would hold a card.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.basicConfig(level=logging.WARNING, format="paytone %(levelname)s %(message)s")
    channel = ClassicAgi()
    try:
        settings = Settings.from_env({**os.environ, "PAYTONE_DATABASE_CONNECTIONS": "1"})
    except SettingsRefused as exc:
        sys.exit(f"paytone: {exc}")

    async def answer() -> None:
        async with desk_of(settings) as desk:
            await do_job(verb, Visit(channel.send, channel.headers, settings, desk), channel.leave)

    asyncio.run(answer())
