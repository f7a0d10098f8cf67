"""The published test card numbers and nonces, and what each stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Flags:
    """What is known of a card by its first digits; each Yes, No, Unknown or a name."""

    business: str = "Unknown"
    commercial: str = "Unknown"
    consumer: str = "Unknown"
    corporate: str = "Unknown"
    country_of_issuance: str = "Unknown"
    debit: str = "Unknown"
    durbin_regulated: str = "Unknown"
    healthcare: str = "Unknown"
    issuing_bank: str = "Unknown"
    payroll: str = "Unknown"
    prepaid: str = "Unknown"
    prepaid_reloadable: str = "Unknown"
    product_id: str = "Unknown"
    purchase: str = "Unknown"


@dataclass(frozen=True, slots=True)
class Published:
    """
    What a published number stands for.

    Args:
        trait: How it behaves where its number decides: ``declines`` and ``fails`` when verified;
            ``fraud`` and ``risk`` where the merchant has fraud tools; ``disputes`` whatever it
            pays; empty for an ordinary card.
    """

    brand: str
    trait: str = ""
    flags: Flags = Flags()


UNKNOWN = Flags()
NONE = Flags(
    business="No", commercial="No", consumer="No", corporate="No", debit="No",
    durbin_regulated="No", healthcare="No", payroll="No", prepaid="No",
    prepaid_reloadable="No", product_id="MSB", purchase="No",
)  # fmt: skip

_VISA = Published("Visa")
_MASTERCARD = Published("MasterCard")
_AMEX = Published("American Express")
_DISCOVER = Published("Discover")


def _visa(flags: Flags) -> Published:
    return Published("Visa", flags=flags)


NUMBERS: dict[str, Published] = {
    **dict.fromkeys(
        (
            "4111111111111111", "4005519200000004", "4009348888881881", "4012000033330026",
            "4012000077777777", "4012888888881881", "4217651111111119", "4500600000000061",
        ),
        _VISA,
    ),
    **dict.fromkeys(("5555555555554444", "2223000048400011"), _MASTERCARD),
    **dict.fromkeys(
        (
            "378282246310005", "371449635398431", "371260714673002", "378267515471109",
            "371544868764018",
        ),
        _AMEX,
    ),
    **dict.fromkeys(("6011000991300009", "6011111111111117"), _DISCOVER),
    "36259600000004": Published("Diners Club"),
    "3530111333300000": Published("JCB"),
    "6304000000000000": Published("Maestro"),
    "6243030000000001": Published("China UnionPay"),
    "63049580000009": Published("Maestro"),
    "5066991111111118": Published("Elo"),
    "6370950000000005": Published("Hiper"),
    "6062820524845321": Published("Hipercard"),
    "4000111111111115": replace(_VISA, trait="declines"),
    "5105105105105100": replace(_MASTERCARD, trait="declines"),
    "378734493671000": replace(_AMEX, trait="declines"),
    "6011000990139424": replace(_DISCOVER, trait="declines"),
    "3566002020360505": Published("JCB", trait="fails"),
    "4000111111111511": replace(_VISA, trait="fraud"),
    "4111130000000003": replace(_VISA, trait="risk"),
    "4023898493988028": replace(_VISA, trait="disputes"),
    "4229989800000003": _visa(Flags(business="Yes")),
    "4111111111131010": _visa(Flags(commercial="Yes")),
    "4229989700000004": _visa(Flags(consumer="Yes")),
    "4229989100000000": _visa(Flags(corporate="Yes")),
    "4111161010101010": _visa(Flags(durbin_regulated="Yes")),
    "4117101010101010": _visa(Flags(debit="Yes")),
    "4111111510101010": _visa(Flags(healthcare="Yes", product_id="J3")),
    "4111111114101010": _visa(Flags(payroll="Yes", product_id="MSA")),
    "4111111111111210": _visa(Flags(prepaid="Yes")),
    "4229989900000002": _visa(Flags(prepaid_reloadable="Yes")),
    "4229989500000006": _visa(Flags(purchase="Yes")),
    "4111111141010101": _visa(Flags(issuing_bank="NETWORK ONLY")),
    "4111111111121102": _visa(Flags(country_of_issuance="USA")),
    "4111111111310101": _visa(NONE),
    "4111111111112101": _visa(UNKNOWN),
}  # fmt: skip
"""Every number the sandbox takes; all others are refused, real ones first of all."""

NONCES: dict[str, str] = {
    "fake-valid-nonce": "4012888888881881",
    "fake-valid-visa-nonce": "4012888888881881",
    "fake-valid-mastercard-nonce": "5555555555554444",
    "fake-valid-amex-nonce": "378282246310005",
    "fake-valid-discover-nonce": "6011111111111117",
    "fake-valid-jcb-nonce": "3530111333300000",
    "fake-valid-dinersclub-nonce": "36259600000004",
    "fake-valid-maestro-nonce": "6304000000000000",
    "fake-valid-prepaid-nonce": "4111111111111210",
    "fake-valid-prepaid-reloadable-nonce": "4229989900000002",
    "fake-valid-commercial-nonce": "4111111111131010",
    "fake-valid-durbin-regulated-nonce": "4111161010101010",
    "fake-valid-healthcare-nonce": "4111111510101010",
    "fake-valid-debit-nonce": "4117101010101010",
    "fake-valid-payroll-nonce": "4111111114101010",
    "fake-valid-business-nonce": "4229989800000003",
    "fake-valid-consumer-nonce": "4229989700000004",
    "fake-valid-corporate-nonce": "4229989100000000",
    "fake-valid-purchase-nonce": "4229989500000006",
    "fake-valid-no-indicators-nonce": "4111111111310101",
    "fake-valid-unknown-indicators-nonce": "4111111111112101",
    "fake-valid-country-of-issuance-usa-nonce": "4111111111121102",
    "fake-valid-issuing-bank-network-only-nonce": "4111111141010101",
    "fake-processor-declined-visa-nonce": "4000111111111115",
    "fake-processor-declined-mastercard-nonce": "5105105105105100",
    "fake-processor-declined-amex-nonce": "378734493671000",
    "fake-processor-declined-discover-nonce": "6011000990139424",
    "fake-processor-failure-jcb-nonce": "3566002020360505",
    "fake-gateway-rejected-fraud-nonce": "4000111111111511",
    "fake-gateway-rejected-risk-thresholds-nonce": "4111130000000003",
    "fake-luhn-invalid-nonce": "4111111111111112",
    "fake-valid-country-of-issuance-cad-nonce": "4111111111121102",
    "fake-pinless-debit-visa-nonce": "4117101010101010",
}
"""The reusable test nonces and the number that each stands for."""

NONCE_FLAGS = {"fake-valid-country-of-issuance-cad-nonce": Flags(country_of_issuance="CAN")}
"""What is known of a nonce's card where that is more than its number tells."""

CONSUMED_NONCE = "fake-consumed-nonce"
