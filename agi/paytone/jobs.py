"""The jobs that a dialplan may ask for."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from paytone import assisting, outgoing, people
from paytone.ask import patiently
from paytone.counter import take_payment_for
from paytone.flows import Talk
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
from paytone.rules.job import Ended, Next, Status
from paytone.visit import Visit

log = logging.getLogger(__name__)


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
`assist` reads PAYTONE_AGENT_NAME, and sets PAYTONE_TOLD and PAYTONE_LEVEL.
`take-payment` needs no account, and reads and sets PAYTONE_PAY_…: see
`paytone.rules.pay_request` and `paytone.rules.pay_result`.
`identify` reads PAYTONE_LANGUAGE_KEYS (keys that choose a language), PAYTONE_HELP_KEY (one that
asks for help) and PAYTONE_LANGUAGE_BY (``key`` or ``number``: how this call's was chosen), and sets
PAYTONE_CHOICE for such a key, PAYTONE_LEVEL for what was proved, and PAYTONE_LANGUAGE where the
customer's is another than is spoken.
"""
