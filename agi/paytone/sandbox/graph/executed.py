"""GraphQL: a query read, checked against the schema and carried out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from paytone.sandbox.answer import JSON, Answer
from paytone.sandbox.graph.schema import SCHEMA

Fields = dict[str, Any]
Resolver = Callable[[Fields], object]

_MOST_TOKENS = 2000
_KINDS = {"chargeUsBankAccount": "sale"}


class GraphRefused(Exception):
    """
    A mutation or query that comes to nothing.

    Args:
        kind: The error class: VALIDATION, AUTHORIZATION, NOT_FOUND …
        faults: Code, text and input path of each thing that is wrong.
    """

    def __init__(self, kind: str, *faults: tuple[str | None, str, tuple[str, ...]]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A request whose document fits the schema.

    Args:
        kind: What a fault calls it.
        asks: The names of the queries and mutations in it.
        mutates: Whether there are mutations among them.
    """

    document: DocumentNode
    variables: Fields
    operation: str | None
    kind: str
    asks: frozenset[str]
    mutates: bool

    @property
    def sale(self) -> dict[str, str | None]:
        """Order id and amount in the variables, by which faults know a sale."""
        given = self.variables.get("input")
        sale = given.get("transaction") if isinstance(given, dict) else None
        if not isinstance(sale, dict):
            return {}
        return {
            "order_id": str(sale["orderId"]) if sale.get("orderId") else None,
            "amount": str(sale.get("amount")),
        }


def read(body: bytes) -> Asked | Answer:
    """What *body* asks for, or the answer that it cannot be asked."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return refused("VALIDATION", "The request is not JSON.", "developer_error")
    if not isinstance(said, dict) or not isinstance(said.get("query"), str):
        return refused("VALIDATION", "There is no query.", "developer_error")
    variables, operation = said.get("variables") or {}, said.get("operationName")
    if not isinstance(variables, dict) or not isinstance(operation, str | None):
        return refused("VALIDATION", "The variables are not an object.", "developer_error")
    try:
        document = parse(said["query"], max_tokens=_MOST_TOKENS)
        faults = validate(_schema(), document)
    except GraphQLError as fault:
        faults = [fault]
        document = DocumentNode(definitions=())
    except RecursionError:
        return refused("VALIDATION", "The query is too deep.", "developer_error")
    if faults:
        return _answer({"errors": [_developer(fault.message) for fault in faults]})
    queries, mutations = _roots(document, "query"), _roots(document, "mutation")
    kind = next((_KINDS.get(name, "vault") for name in sorted(mutations)), "find")
    return Asked(document, variables, operation, kind, queries | mutations, bool(mutations))


def carry_out(asked: Asked, resolvers: Mapping[str, Resolver]) -> Answer:
    """The answer of *resolvers*, by the name of the mutation or query, to what is *asked*."""
    root = {name: _resolver(work) for name, work in resolvers.items()}
    result = execute_sync(
        _schema(), asked.document, root, variable_values=asked.variables,
        operation_name=asked.operation,
    )  # fmt: skip
    assert isinstance(result, ExecutionResult)
    said: Fields = {"data": result.data}
    if result.errors:
        said["errors"] = [each for fault in result.errors for each in _told(fault)]
    return _answer(said)


def refused(kind: str, message: str, blame: str = "user_error") -> Answer:
    """The answer, a 200 as all of them are, to what is not carried out at all."""
    error = {"message": message, "extensions": {"errorClass": kind, "errorType": blame}}
    return _answer({"data": None, "errors": [error]})


def _answer(said: Fields) -> Answer:
    said["extensions"] = {"requestId": "00000000-0000-4000-8000-000000000000"}
    return Answer(200, json.dumps(said).encode(), JSON)


@cache
def _schema() -> GraphQLSchema:
    return build_schema(SCHEMA)


def _roots(document: DocumentNode, operation: str) -> frozenset[str]:
    """What the operations of that kind ask for; a fragment there stands for anything."""
    return frozenset(
        chosen.name.value if isinstance(chosen, FieldNode) else "..."
        for part in document.definitions
        if isinstance(part, OperationDefinitionNode) and part.operation.value == operation
        for chosen in part.selection_set.selections
    )


def _resolver(work: Resolver) -> Callable[..., object]:
    def resolve(_: object, **given: Any) -> object:
        argument = given.get("input", given)
        answer = work(argument)
        if isinstance(answer, dict) and "clientMutationId" in argument:
            return {**answer, "clientMutationId": argument["clientMutationId"]}
        return answer

    return resolve


def _told(fault: GraphQLError) -> list[Fields]:
    origin = fault.original_error
    if not isinstance(origin, GraphRefused):
        if origin is not None and not isinstance(origin, GraphQLError):
            raise origin
        return [_developer(fault.message)]
    return [
        {
            "message": text,
            "path": fault.path,
            "extensions": {
                "errorClass": origin.kind,
                "errorType": "user_error",
                "inputPath": path,
                **({"legacyCode": code} if code else {}),
            },
        }
        for code, text, path in origin.faults
    ]


def _developer(message: str) -> Fields:
    return {
        "message": message,
        "extensions": {"errorClass": "VALIDATION", "errorType": "developer_error"},
    }
