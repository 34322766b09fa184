"""A registration's order at the payment system: its number, the link to pay, and that it was paid."""

import secrets
from urllib.parse import urlencode

from sqlalchemy import select

from region.errors import RegionError
from region.payment.signing import link_signature, payment_secret
from region.registry.changing import Actor, Change, Key, changing_in
from region.registry.review_models import PaymentRow
from region.registry.rules import Window, window
from region.registry.status import Act, Role
from region.store import Store

PAYMENT = Actor("payment", Role.SYSTEM)


class UnknownOrderError(RegionError):
    """There is no order of this number."""


class PaidOtherwiseError(RegionError):
    """The order was paid by another transaction; somebody has to look, and perhaps pay back."""


def open_payment(change: Change) -> None:
    """Bring 审核通过 to 待缴费, with an order to pay; the one it had if its payment was opened before.

    Raises:
        NotAllowedError: it is not approved, or whoever acts is no system.
    """
    key = change.key
    if change.session.get(PaymentRow, (key.year, key.id)) is None:
        row = PaymentRow(exam_year=key.year, registration=key.id, order_no=secrets.token_hex(12), made_at=change.now)
        change.session.add(row)
        change.session.flush()
    change.move(Act.OPEN_PAYMENT)


def order_of(store: Store, key: Key) -> PaymentRow | None:
    """Return the registration's order, None while its payment was never opened."""
    with store.read() as session:
        return session.get(PaymentRow, (key.year, key.id))


def link_of(store: Store, address: str, key: Key) -> str:
    """Return where this candidate pays; "" where nothing is to be paid, not now, or no payment system is set up."""
    order, times = order_of(store, key), payment_times(store, key.year)
    if order is None or order.paid_at is not None or not address or not (times is None or times.is_open(store.now())):
        return ""
    return payment_link(address, payment_secret(store.vault), order)


def payment_times(store: Store, year: int) -> Window | None:
    """Return from when until when candidates of a year pay, None while that is not set."""
    with store.read() as session:
        return window(session, year, "", "payment")


def payment_link(address: str, secret: bytes, order: PaymentRow) -> str:
    """Return where the candidate pays: the payment system's address with the order and our signature over it."""
    query = {"order": order.order_no, "signature": link_signature(secret, order.order_no)}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def take_payment(store: Store, order_no: str, transaction: str) -> bool:
    """Bring 待缴费 to 已缴费; the same payment once more changes nothing. Tells whether it changed something.

    Raises:
        UnknownOrderError: no such order.
        PaidOtherwiseError: another transaction has paid it.
        NotAllowedError: its payment is not open.
    """
    with store.write() as session:
        row = session.scalar(select(PaymentRow).where(PaymentRow.order_no == order_no).with_for_update())
        if row is None:
            raise UnknownOrderError("no such order")
        if row.paid_at is not None:
            if row.transaction != transaction:
                raise PaidOtherwiseError("paid by another transaction")
            return False
        with changing_in(session, Key(row.exam_year, row.registration), PAYMENT, store.now()) as change:
            change.move(Act.PAY)
            row.paid_at, row.transaction = change.now, transaction
        return True
