"""The columns that tell of a card or bank account, the same in every table that has them."""

from __future__ import annotations

from paytone.rules.card import Brand, Expiry
from paytone.rules.method import AccountType, BankFace, CardFace, Face, Kind
from paytone.store import Row


def face_columns(face: Face) -> dict[str, object]:
    """*face* as the parameters kind, brand, year, month, bank, account_type and last_four."""
    card = face if isinstance(face, CardFace) else None
    bank = face if isinstance(face, BankFace) else None
    return {
        "kind": face.kind.value,
        "brand": card and card.brand.value,
        "year": card and card.expiry.year,
        "month": card and card.expiry.month,
        "bank": bank and bank.bank_name,
        "account_type": bank and bank.account_type.value,
        "last_four": face.last_four,
    }


def face_of_row(row: Row, *, kind: str = "method") -> Face:
    """The card or bank account in *row*; *kind* names the column that says which."""
    if row[kind] == Kind.CARD.value:
        expiry = Expiry(row["expiry_year"], row["expiry_month"])
        return CardFace(Brand(row["brand"]), row["last_four"], expiry)
    return BankFace(row["bank_name"], row["last_four"], AccountType(row["account_type"]))
