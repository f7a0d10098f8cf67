"""Jobs of a call with an agent: what each reads of its channel, and what the agent is to hear."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from paytone.flows import Talk
from paytone.flows.assist import NO_ACCOUNT_YET, assist, set_account, tell_alone, words_for_agent
from paytone.flows.pay_bill import pay_bill
from paytone.flows.pay_only import pay_only
from paytone.prompts import Prompt
from paytone.prompts.grammar import USUAL, recordings
from paytone.rules.job import Ended, Level, Next, Status
from paytone.visit import Visit

NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9_.@/+:-]")
LONGEST_NAME: Final = 80
EAR: Final = "paytone-ear/"
"""The folder of what is whispered: see `paytone.line.sounds`."""


async def pay(visit: Visit) -> Ended:
    """
    On the caller's channel: let them pay, and set PAYTONE_TOLD to what the agent hears then.

    Who may only pay hears nothing of the account here either.
    """
    account, pay_by, level = await visit.account_if_known(), pay_bill, Level.VERIFIED
    if account is None:
        account, pay_by, level = await visit.pays_for(), pay_only, Level.PAY_ONLY
    if account is None:
        await _tell(visit, NO_ACCOUNT_YET)
        return Ended(Status.REFUSED, Next.AGENT)
    agent = NOT_IN_A_NAME.sub("", await visit.variable("PAYTONE_AGENT_NAME"))[:LONGEST_NAME]
    talk = Talk(visit.phone, visit.desk, visit.call, account)
    ended = await assist(talk, agent or "agent", pay_by)
    await _tell(visit, *await words_for_agent(visit.desk, visit.call))
    return replace(ended, level=level)


async def alone(visit: Visit) -> Ended:
    """On the agent's channel, when the caller is gone."""
    return await tell_alone(visit.phone, visit.desk, visit.call)


async def account(visit: Visit) -> Ended:
    """On the agent's channel, while the caller waits."""
    return await set_account(visit.phone, visit.desk, visit.call)


async def _tell(visit: Visit, *prompts: Prompt) -> None:
    files = (f"{EAR}{each}" for each in recordings(prompts, USUAL))
    await visit.tell("PAYTONE_TOLD", "&".join(files))
