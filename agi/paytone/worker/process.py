"""The worker's process: jobs and webhooks, until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import signal
from functools import partial

from paytone.adapters import courier_of, gateway_of, notices_of, post_of, switchboard_of
from paytone.config import Settings
from paytone.store import Store
from paytone.worker.inbound import Inbound
from paytone.worker.jobs import USUAL, Bench, Pace, app_of, look_now, work
from paytone.worker.webhook_server import listening
from paytone.worker.webhooks import PATH, Endpoint

log = logging.getLogger(__name__)


def run(settings: Settings, pace: Pace = USUAL) -> None:
    """
    Work until SIGTERM or SIGINT; jobs under way are finished first.

    Raises:
        GatewayRefused, TextsWrong: The settings cannot be used; nothing was done.
    """
    asyncio.run(_run(settings, pace))


async def _run(settings: Settings, pace: Pace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    url = settings.database_url.get_secret_value()
    gateway, post = gateway_of(settings), post_of(settings)
    async with Store.open(url, at_most=settings.database_connections) as store:
        bench = Bench(
            store,
            gateway,
            settings.now,
            post,
            courier=courier_of(settings),
            rule=settings.rule,
            grants=settings.grants,
            fingerprints=settings.fingerprints,
            runs_at_once=settings.runs_at_once,
            switchboard=switchboard_of(settings),
            messages_to=settings.messages_to,
        )
        app = app_of(url, bench, pace)
        endpoint = Endpoint(
            store, notices_of(settings), clock=settings.now, wake=partial(look_now, app)
        )
        secret = settings.sms_inbound
        inbound = Inbound(store, secret.get_secret_value(), clock=settings.now) if secret else None
        async with listening(settings.webhooks_address, endpoint, inbound) as heard:
            if heard:
                log.info("webhooks at http://%s%s", settings.webhooks, PATH)
            log.info("the worker works")
            await work(app, stop, pace)
    log.info("the worker has ended")
