"""What a transaction that is still running will bring comes first, and is waited for.

A row of the audit trail is not linked while an older transaction runs, even if that has written no
row yet.  And the wrapping key does not turn while a transaction runs that was told the old one
counts: once it has turned, nothing under the old one comes any more.
"""

import subprocess
import sys
import threading
import time

URL = sys.argv[1]
NOTE = "insert into windlass.audit (what, subject) values ('{}', 'x');"
LINK = 'select linked, number from windlass.audit_link(100);'
PUT = f"""select count(*) from windlass.customer_put('a0000000-0000-4000-8000-000000000001',
    'G' || repeat('A', 55), 'id', '1', 0, decode('0100000001' || repeat('00', 72), 'hex'),
    decode(repeat('00', 43), 'hex'), '{{}}', '{{}}', '[]', '[]');"""


def sql(text):
    done = subprocess.run(['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', URL,
                           '-c', text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Session:
    """One connection that keeps its transaction."""

    def __init__(self):
        self.psql = subprocess.Popen(['psql', '-X', '-q', '-A', '-t', '-d', URL], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(self, text):
        self.psql.stdin.write(f"{text}\nselect 'end of answer';\n")
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline().strip()) != 'end of answer':
            assert line or self.psql.poll() is None, 'psql is gone'
            lines.append(line)
        return '\n'.join(lines)

    def end(self):
        self.psql.stdin.close()
        self.psql.wait()
        self.psql.stdout.close()


def rows_wait_for_older_transactions():
    assert sql(LINK) == '0|0'
    slow = Session()
    slow.say('begin; select pg_current_xact_id();')
    sql(NOTE.format('quick'))
    assert sql(LINK) == '0|0', 'linked before the older one'
    slow.say(NOTE.format('slow'))
    sql(NOTE.format('quick'))
    assert sql(LINK) == '0|0', 'linked before the older one'
    slow.say('commit;')
    slow.end()
    assert sql(LINK) == '3|3'
    order = sql('select a.what from windlass.audit_link l join windlass.audit a using (n) '
                'order by l.number')
    assert order == 'slow\nquick\nquick', order
    # One that is given up leaves no hole.
    slow = Session()
    slow.say(f"begin; {NOTE.format('never')}")
    sql(NOTE.format('quick'))
    assert sql(LINK) == '0|3'
    slow.say('rollback;')
    slow.end()
    assert sql(LINK) == '1|4'
    assert sql("select good, fault from windlass.audit_verify(0, repeat('0', 64), 9)") == '4|'


def two_watchers_do_not_link_at_once():
    sql(NOTE.format('quick'))
    one = Session()
    one.say('begin;')
    assert one.say(LINK) == '1|5'
    assert sql(LINK) == '0|4'
    one.say('commit;')
    one.end()
    assert sql(LINK) == '0|5'


def the_key_turns_when_nobody_believes_in_the_old_one():
    sql('update windlass.wrapping_key set number = 1')
    slow = Session()
    assert slow.say(f'begin; {PUT}') == '1'
    done = []
    turn = threading.Thread(target=lambda: done.append(sql("select windlass.keys_turn(2, 'x')")))
    turn.start()
    time.sleep(0.5)
    assert not done, 'turned before the customer was stored'
    slow.say('commit;')
    slow.end()
    turn.join(10)
    assert done == ['t'], done
    assert sql("select number from windlass.keys_part('customer', '', 9, 2)") == '1'
    late = PUT.replace('000000000001', '000000000002').replace("'1', 0", "'2', 0")
    assert sql(late) == '0', 'stored under the old key'


rows_wait_for_older_transactions()
two_watchers_do_not_link_at_once()
the_key_turns_when_nobody_believes_in_the_old_one()
