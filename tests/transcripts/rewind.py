"""Records as they were: found in the recordings, taken back to before a call, and compared.

Where nothing had shown a record before a call, the record after it is known, and what the call
added can be taken away again.
"""
import re
from datetime import datetime, timezone

from tests.transcripts import recordings
from tests.transcripts.recordings import CUT

MEMO = ('memo', 'memo_type', 'refund_memo', 'refund_memo_type')
PAID = ('transfer_received_at', 'stellar_transactions', 'source_account')

# method -> (status it can start from, members that it, or what must follow it, adds)
UNDO = {
    'request_onchain_funds': ('pending_receiver', MEMO + PAID + (
        'destination_account', 'user_action_required_by', 'message', 'completed_at', 'refunds')),
    'notify_onchain_funds_received': ('pending_sender', PAID + (
        'message', 'completed_at', 'refunds')),
    'notify_offchain_funds_pending': ('pending_receiver', ('external_transaction_id', 'message')),
    'notify_offchain_funds_sent': ('pending_receiver', (
        'external_transaction_id', 'message', 'completed_at')),
    'notify_transaction_error': ('pending_receiver', ('message',)),
    'do_stellar_refund': ('pending_receiver', ('message', 'completed_at', 'refunds')),
    'PATCH': ('pending_receiver', ('external_transaction_id', 'message')),
}

# A value that cannot be foreseen; that it is there can.
UNFORESEEN = {'updated_at', 'completed_at', 'envelope'}
INSTANT = re.compile(r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z')


def all_records(platform):
    """Every record that one platform's recordings show, as (id, record)."""
    for line in recordings.lines(platform, 'reads'):
        if line.get('platform', platform) != platform or not isinstance(line['body'], dict):
            continue
        for record in line['body'].get('records', [line['body']]):
            if 'kind' in record:
                yield record['id'], record
    for line in recordings.lines(platform, 'rpc'):
        if line['before']:
            yield line['before']['id'], line['before']
        for element in line['answer'] if isinstance(line['answer'], list) else ():
            result = element.get('result') or {}
            for record in result.get('records', [result]):
                if 'kind' in record:
                    yield record['id'], record


def undo(record, method):
    """The record as it may have been before the method; as it is where the method adds nothing."""
    if method not in UNDO:
        return record
    status, added = UNDO[method]
    before = {name: value for name, value in record.items() if name not in added}
    before['status'] = status
    return before


def micros(text):
    """An instant in microseconds, rounded as the platform's database rounds; None if it is none."""
    found = INSTANT.fullmatch(text)
    if not found:
        return None
    seconds = int(datetime.fromisoformat(found[1]).replace(tzinfo=timezone.utc).timestamp())
    return seconds * 1_000_000 + (int((found[2] or '').ljust(9, '0')) + 500) // 1000


def differences(wanted, found, where='', foreseen=lambda name: True):
    """What of `found` is not as recorded: members, values, types; times to the microsecond."""
    name = where.rpartition('.')[2]
    if type(wanted) is not type(found):
        return [f'{where}: {found!r}, not {wanted!r}']
    if isinstance(wanted, dict):
        faults = [f'{where}.{extra} is there' for extra in found if extra not in wanted]
        for inner, value in wanted.items():
            if inner not in found:
                faults.append(f'{where}.{inner} is absent')
            else:
                faults += differences(value, found[inner], f'{where}.{inner}', foreseen)
        return faults
    if isinstance(wanted, list):
        if len(wanted) != len(found):
            return [f'{where}: {len(found)} elements, not {len(wanted)}']
        return [fault for n, (one, other) in enumerate(zip(wanted, found))
                for fault in differences(one, other, f'{where}[{n}]', foreseen)]
    if isinstance(wanted, str) and micros(wanted) is not None and micros(found) is None:
        return [f'{where}: {found!r} is no instant']
    if name in UNFORESEEN or wanted == CUT or not foreseen(where):
        return [] if found not in (None, '') else [f'{where}: empty']
    if wanted == found or (isinstance(wanted, str) and micros(wanted) is not None
                           and micros(wanted) == micros(found)):
        return []
    return [f'{where}: {found!r}, not {wanted!r}']


def payments(record):
    """The ledger transactions that a record shows, as the simulated ledger takes them."""
    for made in record.get('stellar_transactions', ()):
        given = {'hash': made['id'], 'at': made['created_at'],
                 'from': made['payments'][0]['source_account'], 'operations': [
                     {'from': one['source_account'], 'to': one['destination_account'],
                      'amount': one['amount']['amount'], 'asset': one['amount']['asset']}
                     for one in made['payments']]}
        if 'memo' in made:
            given.update(memo=made['memo'], memo_type=made['memo_type'])
        yield given
