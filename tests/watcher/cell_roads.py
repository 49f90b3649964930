"""What brings each cell of the platform's SEP-31 table about: by the watcher, or by a verb of ours.

A road is a generator: it begins a payment, yields what it waits for, and returns the transaction.
DRIVEN has the roads of each cell, NEVER the cells that nothing of ours drives, with the reason.
"""

import json
from typing import NamedTuple

from tests.watcher.house import ROOT
from tests.watcher.suite import PLATFORMS

REQUEST, RECEIVED = 'request_onchain_funds', 'notify_onchain_funds_received'
PENDING, SENT = 'notify_offchain_funds_pending', 'notify_offchain_funds_sent'
INFO, REFUND, BY_CUSTODY = ('notify_customer_info_updated', 'notify_refund_sent',
                            'do_stellar_refund')
ERROR, EXPIRED = 'notify_transaction_error', 'notify_transaction_expired'
RECOVERY = 'notify_transaction_recovery'
RECEIVER, SENDER, INFO_UPDATE = ('pending_receiver', 'pending_sender',
                                 'pending_customer_info_update')
EXTERNAL, STELLAR = 'pending_external', 'pending_stellar'
UNPAID, PAID = False, True
EVERYWHERE = tuple(PLATFORMS)
CUSTODY = tuple(name for name in PLATFORMS if 'custody' in name)
NO_CUSTODY = tuple(name for name in PLATFORMS if 'custody' not in name)
STRANGER = 'd7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe'
LARGE = '9000'      # more USDC than one payment may be


class Cell(NamedTuple):
    method: str
    status: str
    is_paid: bool
    to: str

    def __str__(self):
        money = 'paid' if self.is_paid else 'unpaid'
        return f'{self.method} of {self.status}, {money}, to {self.to}'


class At:
    """A wait for the clock."""

    def __init__(self, minutes):
        self.minutes = minutes


DRIVEN = {}


def drives(*cells, on=EVERYWHERE, is_first=False):
    """A road's cells, the platforms it is walked on, and whether it begins before the watcher."""
    def keep(road):
        class Road:
            __name__ = road.__name__
            walk = staticmethod(road)
        made = Road()
        made.cells, made.on, made.is_first = cells, on, is_first
        for cell in cells:
            DRIVEN.setdefault(cell, []).append(made)
        return road
    return keep


def limits():
    """What may not begin waits, asks or fails, by name; none of it for longer than an hour."""
    given = json.loads((ROOT / 'config' / 'limits.json').read_text())
    given['payouts'] = [dict(one, per_payment='30000') for one in given['payouts']]
    given['refusals'].update(receiver_unknown='fail', receiver_rejected='ask', limit_payment='wait')
    return dict(given, abandoned_after_hours=1)


# --- it is paid out

@drives(Cell(REQUEST, RECEIVER, UNPAID, SENDER), Cell(PENDING, RECEIVER, PAID, EXTERNAL),
        Cell(SENT, EXTERNAL, PAID, 'completed'))
def a_bank_that_takes_its_time(s):
    _, people = s.people()
    tx = s.begin(people, '70.08')       # the bank leaves that accepted
    yield s.is_(tx, SENDER)
    s.pay(tx)
    yield s.is_(tx, EXTERNAL)
    s.bank(tx, 'settled')
    yield s.stands(tx, 'done')
    return tx


@drives(Cell(SENT, RECEIVER, PAID, 'completed'))
def a_bank_that_has_paid_when_it_is_asked_again(s):
    yield At(19)        # nobody else is paid then
    _, people = s.people()
    tx = s.begin(people)
    yield s.is_(tx, SENDER)
    # It takes the order, settles it in 0.2 s, and never answers.
    s.house.faults('bank', {'on': 'POST /payouts', 'kind': 'timeout', 'executed': True, 'nth': 1,
                            'delay_ms': 1000})
    s.pay(tx)
    yield s.stands(tx, 'done')
    s.house.clear_faults()
    return tx


# --- customers, before any money

def asked_for_more(s, **lacking):
    number, people = s.people(bank_account_number='', **lacking)
    tx = s.begin(people)
    yield s.is_(tx, INFO_UPDATE)
    return tx, number, people


@drives(Cell(INFO, RECEIVER, UNPAID, INFO_UPDATE), Cell(INFO, INFO_UPDATE, UNPAID, RECEIVER))
def who_lacks_something_gives_it(s):
    tx, number, _ = yield from asked_for_more(s)
    s.give(number)
    yield s.is_(tx, SENDER)
    return tx


@drives(Cell(INFO, RECEIVER, UNPAID, RECEIVER))
def who_lacks_something_has_given_it_before_it_is_told(s):
    number, people = s.people(bank_account_number='')
    tx = s.begin(people)
    s.late(tx)
    yield s.tells(tx, INFO)
    s.give(number)
    s.let(tx)
    yield s.is_(tx, SENDER)
    return tx


@drives(Cell(INFO, INFO_UPDATE, UNPAID, INFO_UPDATE))
def who_has_given_it_lacks_another_before_it_is_told(s):
    tx, number, people = yield from asked_for_more(s)
    s.late(tx)
    s.give(number)
    yield s.tells(tx, INFO)
    s.reject(people, 'tax_id')
    s.let(tx)
    yield s.was_told(tx)
    return tx


@drives(Cell(INFO, RECEIVER, UNPAID, 'error'))
def who_is_rejected_may_not_begin(s):
    _, people = s.people()
    s.reject(people)
    tx = s.begin(people)
    yield s.stands(tx, 'closed')
    return tx


@drives(Cell(INFO, INFO_UPDATE, UNPAID, 'error'))
def who_was_asked_is_rejected(s):
    tx, _, people = yield from asked_for_more(s)
    s.reject(people)
    yield s.stands(tx, 'closed')
    return tx


# --- customers, after the money came

def paid_and_lacking(s, is_late):
    """Something of the receiver was found wrong after the money was asked for."""
    number, people = s.people()
    tx = s.begin(people)
    yield s.is_(tx, SENDER)
    if is_late:
        s.late(tx)
    s.reject(people, 'email_address')     # where the money goes is as it was at the gate
    s.pay(tx)
    yield s.tells(tx, INFO) if is_late else s.paid(tx, INFO_UPDATE)
    return tx, number, people


@drives(Cell(INFO, RECEIVER, PAID, INFO_UPDATE), Cell(INFO, INFO_UPDATE, PAID, RECEIVER))
def what_is_wrong_when_the_money_is_there_is_corrected(s):
    tx, number, _ = yield from paid_and_lacking(s, is_late=False)
    s.give(number, email_address='joao1@example.org')
    yield s.stands(tx, 'done')
    return tx


@drives(Cell(INFO, RECEIVER, PAID, RECEIVER))
def what_was_wrong_is_corrected_before_it_is_told(s):
    tx, number, _ = yield from paid_and_lacking(s, is_late=True)
    s.give(number, email_address='joao2@example.org')
    s.let(tx)
    yield s.stands(tx, 'done')
    return tx


@drives(Cell(INFO, RECEIVER, PAID, 'error'))
def who_lacks_something_is_rejected_before_it_is_told(s):
    tx, _, people = yield from paid_and_lacking(s, is_late=True)
    s.reject(people)
    s.let(tx)
    yield s.stands(tx, 'review')
    s.does('payment', 'refund', tx)
    yield s.is_(tx, 'refunded')
    return tx


@drives(Cell(INFO, INFO_UPDATE, PAID, INFO_UPDATE))
def what_is_corrected_is_not_all_when_it_is_told(s):
    tx, number, people = yield from paid_and_lacking(s, is_late=False)
    s.late(tx)
    s.give(number, email_address='joao3@example.org')
    yield s.tells(tx, INFO)
    s.reject(people, 'tax_id')
    s.let(tx)
    yield s.was_told(tx)
    return tx


@drives(Cell(INFO, INFO_UPDATE, PAID, 'error'))
def who_corrects_it_is_rejected_before_it_is_told(s):
    tx, number, people = yield from paid_and_lacking(s, is_late=False)
    s.late(tx)
    s.give(number, email_address='joao4@example.org')
    yield s.tells(tx, INFO)
    s.reject(people)
    s.let(tx)
    yield s.stands(tx, 'review')
    s.does('payment', 'refund', tx)
    yield s.is_(tx, 'refunded')
    return tx


# --- it ends without money

@drives(Cell(ERROR, RECEIVER, UNPAID, 'error'))
def who_is_nobody_may_not_begin(s):
    _, people = s.people()
    tx = s.begin(dict(people, receiver_id=STRANGER))
    yield s.stands(tx, 'closed')
    return tx


@drives(Cell(ERROR, INFO_UPDATE, UNPAID, 'error'))
def who_is_erased_meanwhile_ends_it(s):
    tx, _, people = yield from asked_for_more(s)
    s.house.erase(people['receiver_id'])
    yield s.stands(tx, 'closed')
    return tx


@drives(Cell(ERROR, SENDER, UNPAID, 'error'))
def a_person_calls_off_what_was_asked_for(s):
    _, people = s.people()
    tx = s.begin(people)
    yield s.is_(tx, SENDER)
    s.does('payment', 'end', tx)
    yield s.stands(tx, 'closed')
    return tx


@drives(Cell(EXPIRED, SENDER, UNPAID, 'expired'))
def what_is_not_paid_expires(s):
    _, people = s.people()
    tx = s.begin(people)
    yield s.is_(tx, SENDER)
    yield At(50)
    yield s.stands(tx, 'closed')
    return tx


@drives(Cell(EXPIRED, RECEIVER, UNPAID, 'expired'))
def what_may_not_begin_for_too_long_is_given_up(s):
    _, people = s.people()
    tx, = s.house.transactions([s.house.wish(people, LARGE)])
    yield s.stands(tx, 'new', 'limit_payment')
    yield At(61)
    yield s.stands(tx, 'closed')
    return tx


@drives(Cell(EXPIRED, INFO_UPDATE, UNPAID, 'expired'))
def what_is_not_shown_for_too_long_is_given_up(s):
    tx, _, _ = yield from asked_for_more(s)
    yield At(61)
    yield s.stands(tx, 'closed')
    return tx


# --- the platform has lost its money

@drives(Cell(RECEIVED, SENDER, UNPAID, RECEIVER))
def what_the_observer_has_lost(s):
    yield At(20)        # the others have paid by then
    _, people = s.people()
    tx = s.begin(people)
    yield s.is_(tx, SENDER)
    s.observer(False)
    s.pay(tx)
    yield At(21)        # our accounts are read
    yield s.was_read(tx)
    yield At(32)
    yield s.stands(tx, 'done')
    s.observer(True)
    return tx


# --- with money it goes back, or on again

def not_what_was_asked_for(s):
    _, people = s.people()
    tx = s.begin(people)
    yield s.is_(tx, SENDER)
    s.pay(tx, amount='7')
    yield s.stands(tx, 'held', 'paid_short')
    return tx


@drives(Cell(REFUND, RECEIVER, PAID, 'refunded'), on=NO_CUSTODY)
def what_came_short_goes_back(s):
    tx = yield from not_what_was_asked_for(s)
    s.does('payment', 'refund', tx)
    yield s.stands(tx, 'done')
    return tx


@drives(Cell(BY_CUSTODY, RECEIVER, PAID, STELLAR), Cell(REFUND, STELLAR, PAID, 'refunded'),
        on=CUSTODY)
def what_came_short_goes_back_by_the_platform(s):
    tx = yield from not_what_was_asked_for(s)
    s.does('payment', 'refund', tx)
    yield s.stands(tx, 'done')
    return tx


@drives(Cell(REFUND, RECEIVER, PAID, 'refunded'), on=CUSTODY)
def what_came_short_goes_back_by_the_treasury(s):
    tx = yield from not_what_was_asked_for(s)
    yield At(33)        # the platform has sent back what it was to send
    s.restart(WINDLASS_REFUNDS_BY='treasury')
    s.does('payment', 'refund', tx)
    yield s.stands(tx, 'done')
    return tx


@drives(Cell(ERROR, RECEIVER, PAID, 'error'), Cell(RECOVERY, 'error', PAID, RECEIVER))
def a_person_ends_it_and_brings_it_back(s):
    tx = yield from not_what_was_asked_for(s)
    s.does('payment', 'end', tx)
    yield s.is_(tx, 'error')
    yield s.was_told(tx)
    s.does('payment', 'recover', tx)
    yield s.stands(tx, 'held', 'paid_short')
    return tx


@drives(Cell(ERROR, INFO_UPDATE, PAID, 'error'))
def a_person_ends_what_waits_for_the_wallet(s):
    tx, _, _ = yield from paid_and_lacking(s, is_late=False)
    s.does('payment', 'end', tx)
    yield s.is_(tx, 'error')
    yield s.was_told(tx)
    s.does('payment', 'refund', tx)
    yield s.is_(tx, 'refunded')
    return tx


@drives(Cell(ERROR, EXTERNAL, PAID, 'error'))
def what_the_bank_returns_is_brought_back(s):
    _, people = s.people(bank_account_number='405000001')       # orders to that come back
    tx = s.begin(people, '71.00')
    yield s.is_(tx, SENDER)
    s.pay(tx)
    yield s.is_(tx, EXTERNAL)
    yield At(1)
    yield At(2)
    yield s.is_(tx, INFO_UPDATE)
    return tx


# --- where only a hand leads to

def put(status, is_paid, method, to):
    """A record that somebody has put there, unseen; a person ends it, or brings it back."""
    @drives(Cell(method, status, is_paid, to), is_first=True)
    def road(s):
        _, people = s.people()
        tx = s.begin(people)
        more = {'transfer_received_at': s.house.record(tx)['started_at']} if is_paid else {}
        s.patch(tx, status=status, **more)
        yield s.stands(tx, 'held')
        if method == RECOVERY:
            s.does('payment', 'recover', tx)
        else:
            s.does('payment', 'end', tx, *(('--expired', ) if method == EXPIRED else ()))
        yield s.is_(tx, to)
        yield s.stands(tx, 'held' if is_paid else 'closed')
        return tx


for odd in (EXTERNAL, STELLAR, 'pending_anchor', 'pending_transaction_info_update'):
    put(odd, UNPAID, ERROR, 'error')
    put(odd, UNPAID, EXPIRED, 'expired')
    if odd != EXTERNAL:
        put(odd, PAID, ERROR, 'error')
put('expired', PAID, RECOVERY, RECEIVER)


# --- what nothing of ours drives: on which platforms, and why

IN_PART = ('all that came goes back, or nothing: what was refunded in part can be paid out or '
           'refunded as it should never again')
NEVER = {
    Cell(REFUND, RECEIVER, PAID, 'pending_anchor'): dict.fromkeys(EVERYWHERE, IN_PART),
    Cell(REFUND, STELLAR, PAID, 'pending_anchor'): dict.fromkeys(EVERYWHERE, IN_PART),
    Cell(REFUND, STELLAR, PAID, 'refunded'): dict.fromkeys(
        NO_CUSTODY, 'without custody only a hand puts a record there, and it may mean that money '
                    'is on its way: a person ends it (the cell of notify_transaction_error)'),
}
