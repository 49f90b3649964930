"""What a watcher claims it sees whole, although another one moves payments meanwhile.

A slow claim has seen that b is due.  Before it has b's lock, another watcher gives b an outflow and
lets it go.  The slow one may take b then, but never with the state of now and the outflow of
before: there is no step for a payment that is out without an outflow, so it would sleep for ever.
"""

import subprocess
import sys
import threading
import time

URL = sys.argv[1]

SETUP = """
insert into windlass.payment (tx_id, status, updated_at, is_paid, snapshot, memo, next_at)
    values ('a', 'pending_receiver', now(), false, '{}', 1, now() - interval '2 s'),
        ('b', 'pending_receiver', now(), false, '{}', 2, now() - interval '1 s');
-- Between seeing b and locking it the slow one sleeps.
create function public.slowly(tx text) returns boolean language plpgsql as $$
begin
    if tx = 'b' and current_setting('application_name') = 'slow' then
        perform pg_sleep(1.5);
    end if;
    return true;
end $$;
alter table windlass.payment rename to payment_itself;
create view windlass.payment as
    select * from windlass.payment_itself where public.slowly(tx_id);
"""
CLAIM = """
select tx_id, state, coalesce(outflow, '-') from windlass.payments_claim('{}', 10, 60000)
    order by tx_id;
"""
# What gate and funds do, with the claim that b is under.
MOVE = """
begin;
update windlass.payment_itself set state = 'out', quote_id = 'q', client = 'c', asset = 's:a',
    currency = 'BRL', method = 'PIX', sender = 's', receiver = 'r', expected = 1, payout = 1,
    beneficiary = 'x', gated_at = now(), pay_by = now(), claimed_by = '',
    claimed_until = '-infinity' where tx_id = 'b';
insert into windlass.outflow (tx_id, way, state, sealed_key)
    values ('b', 'payout', 'ready', repeat('k', 40)::bytea);
commit;
"""


def sql(text, name='test'):
    done = subprocess.run(['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d',
                           f'{URL} application_name={name}', '-c', text], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip()


def main():
    sql(SETUP)
    slow = []
    claim = threading.Thread(target=lambda: slow.append(sql(CLAIM.format('slow'), 'slow')))
    claim.start()
    time.sleep(0.7)
    sql(MOVE)
    claim.join()
    if slow != ['a|new|-\nb|out|ready']:
        raise SystemExit(f'the claim saw\n{slow[0]}\ninstead of a new and b out with its outflow')


main()
