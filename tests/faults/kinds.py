"""What may become of a call: rules of tests/sim/faults.py, by name.

A lie is an answer that is whole and wrong.  What hangs does so for a moment, unless the test is
patient."""

SHORT_MS = 400

FAULTS = {
    'refuse': {'kind': 'refuse'},
    'reset before': {'kind': 'reset_before'},
    'reset after': {'kind': 'reset_after'},
    'timeout': {'kind': 'timeout', 'delay_ms': SHORT_MS},
    'timeout, carried out': {'kind': 'timeout', 'delay_ms': SHORT_MS, 'executed': True},
    'carried out later': {'kind': 'zombie', 'delay_ms': SHORT_MS},
    '500 before': {'kind': '500_before'},
    '500 after': {'kind': '500_after'},
    '429': {'kind': '429'},
    'half an answer': {'kind': 'truncate'},
    'another id': {'kind': 'wrong_id'},
    'another amount': {'kind': 'wrong_amount'},
    'HTML': {'kind': 'html'},
    'HTML, carried out': {'kind': 'html', 'executed': True},
    'redirect': {'kind': 'redirect'},
    'a byte a second': {'kind': 'drip', 'delay_ms': SHORT_MS},
    'a huge answer': {'kind': 'huge'},
}
LIES = ('another id', 'another amount')
