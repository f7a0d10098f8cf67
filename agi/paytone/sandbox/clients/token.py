"""Client tokens: what a browser or an app is given to speak to the gateway itself."""

from __future__ import annotations

import json
import re
from base64 import b64encode

from paytone.sandbox.answer import Answer
from paytone.sandbox.clients.grant import OPTIONS, Grant, sign
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import flag, part, text
from paytone.sandbox.request import Request
from paytone.sandbox.wire import Params, write

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
_MOST_DOMAINS = 5


def create(request: Request) -> Answer:
    """A token of the wanted version: 2 is JSON in base64, 1 is plain JSON."""
    params, invalid = request.params("client_token"), Invalid()
    _check(request, params, invalid.at("client_token"))
    if invalid:
        return refusal(invalid, request.body)
    version = int(text(params, "version") or 2)
    said = json.dumps(_content(request, params, version))
    value = said if version == 1 else b64encode(said.encode()).decode()
    return Answer(201, write("client_token", {"value": value}))


def _check(request: Request, params: Params, invalid: Invalid) -> None:
    customer_id = text(params, "customer_id")
    if customer_id is not None and customer_id not in request.books.customers:
        invalid.add("customer_id", "92804")
    if text(params, "version") not in {None, "1", "2", "3"}:
        invalid.add("version", "92806")
    if request.books.merchant.account(text(params, "merchant_account_id")) is None:
        invalid.add("merchant_account_id", "92807")
    domains = params.get("domains")
    listed = [str(domain) for domain in domains] if isinstance(domains, list) else []
    if len(listed) > _MOST_DOMAINS:
        invalid.add("domains", "92810")
    elif not all(map(_DOMAIN.fullmatch, listed)):
        invalid.add("domains", "92011")


def _content(request: Request, params: Params, version: int) -> dict[str, object]:
    merchant, options = request.books.merchant, part(params, "options")
    asked = frozenset(option for option in OPTIONS if flag(options, option))
    grant = Grant(merchant.id, text(params, "customer_id"), asked)
    fingerprint = sign(grant, merchant, request.now)
    origin = f"http://{request.host}"
    client_api = f"{origin}/merchants/{merchant.id}/client_api"
    account = merchant.account(text(params, "merchant_account_id"))
    return {
        "version": version,
        "authorizationFingerprint": fingerprint,
        "configUrl": f"{client_api}/v1/configuration",
        "clientApiUrl": client_api,
        "graphQL": {"url": f"{origin}/graphql", "date": "2018-05-08", "features": []},
        "braintree_api": {"url": origin, "access_token": fingerprint},
        "environment": "development",
        "merchantId": merchant.id,
        "merchantAccountId": account.id if account else None,
        "assetsUrl": origin,
        "authUrl": origin,
        "challenges": [],
        "threeDSecureEnabled": False,
        "paypalEnabled": True,
    }
