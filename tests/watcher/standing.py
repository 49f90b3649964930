#!/usr/bin/env python3
"""Customers whose standing changes though nobody changed them, and what payments make of it.

    standing.py [--keep]

One stack; the database's clock is moved, never back.  Ends with "N passed, N failed".
"""

import datetime
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher import house as home  # noqa: E402
from tests.watcher.house import House  # noqa: E402
from tests.watcher.suite import BANK, Tests, ended, expect, named, options, run  # noqa: E402

DAY_MS = 86_400_000
TESTS = Tests()


class Standing:
    def __init__(self, house):
        self.house = house
        self.shift = 0
        self.watcher = house.watcher('a', **BANK)
        self.memo = 5000

    def later(self, milliseconds):
        """For the database, the watcher and the endpoints."""
        self.shift += milliseconds
        self.house.sql(f'select windlass.clock_set({self.shift})')

    def day(self, days):
        now = datetime.datetime.now(datetime.timezone.utc)
        now += datetime.timedelta(milliseconds=self.shift, days=days)
        return now.strftime('%Y-%m-%d')

    def people(self, sender=None, receiver=None):
        """Two new customers; what is given is beside or instead of what they have."""
        self.memo += 2
        return {'sender_id': self.house.customer(self.memo, 'sep31-sender',
                                                 dict(home.SENDER, **sender or {})),
                'receiver_id': self.house.customer(self.memo + 1, 'sep31-receiver',
                                                   dict(home.RECEIVER, **receiver or {}))}

    def types(self, change):
        """Loads the sample types as change() leaves them, and waits until all are judged."""
        types = json.loads((home.ROOT / 'config' / 'types.json').read_text())
        change({one['name']: one for one in types})
        file = self.house.dir / 'types.json'
        file.write_text(json.dumps(types))
        home.subprocess.run([f'{self.house.env["BUILD"]}/operator/windlass', 'load', 'types', file],
                            env=self.house.env, check=True, capture_output=True)
        time.sleep(1.5)     # whoever has a copy of the book asks again
        self.later(60_000)
        self.house.until('all are judged by the new types', lambda: self.house.sql(
            'select j.is_done and j.version = d.version from windlass.judging j, '
            "windlass.book_document d where d.kind = 'types'") == [['t']])

    def customer(self, ident):
        row, = self.house.sql('select fields, verdicts, standing, version from windlass.customer '
                              f"where id = '{ident}'")
        return [json.loads(part) for part in row]

    def told(self):
        return self.house.platform_books()['calls'].get('notify_customer_info_updated', 0)

    def notices(self, tx):
        return {row[0]: row[1] for row in self.house.sql(
            f"select type, state from windlass.customer_notice where tx_id = '{tx}'")}

    def waiting(self, people):
        """A payment that waits for papers of one of them."""
        tx = self.house.transaction(people, '11')
        self.house.wait(tx, lambda r: r['status'] == 'pending_customer_info_update')
        return tx


def field(of_type, name):
    return next(one for one in of_type['fields'] if one['name'] == name)


@TESTS.test
def a_paper_that_expires_is_rejected_and_told_once(standing):
    house = standing.house
    people = standing.people(sender={'id_expiration_date': standing.day(1)},
                             receiver={'first_name': ''})
    tx = standing.waiting(people)
    before = standing.told()
    fields, _, stood, version = standing.customer(people['sender_id'])
    expect(fields['id_expiration_date']['state'] == 'given', f'good for now: {fields}')
    expect(stood == {'sep31-sender': 'ACCEPTED'}, f'accepted for now: {stood}')
    standing.later(2 * DAY_MS)
    house.until('the paper is rejected', lambda: standing.customer(
        people['sender_id'])[0]['id_expiration_date'].get('error') == 'expired')
    fields, _, stood, after = standing.customer(people['sender_id'])
    expect(fields['id_expiration_date']['state'] == 'rejected', f'rejected: {fields}')
    expect(stood == {'sep31-sender': 'NEEDS_INFO'}, f'so the sender is: {stood}')
    expect(after == version + 1, 'once')
    house.until('the platform is told', lambda: standing.told() == before + 1)
    # Looked at again it is as it is.
    standing.later(120_000)
    time.sleep(2)
    expect(standing.customer(people['sender_id'])[3] == after, 'and not again')
    expect(standing.told() == before + 1, 'told once')


@TESTS.test
def new_types_judge_everybody_again_and_the_platform_is_told(standing):
    house = standing.house
    people = standing.people(receiver={'first_name': ''})
    done = standing.people(sender={'id_type': 'library_card'})
    other = standing.people(sender={'id_type': 'passport'})
    tx = standing.waiting(people)
    before = standing.told()

    def stricter(types):
        types['sep31-sender']['review'] = 'manual'
        field(types['sep31-sender'], 'id_type')['choices'] = ['passport', 'id_card']
    standing.types(stricter)
    stood = standing.customer(people['sender_id'])[2]
    expect(stood == {'sep31-sender': 'PROCESSING'}, f'in review by now: {stood}')
    house.until('the platform is told', lambda: standing.notices(tx) == {'sep31-sender': 'done'})
    # That one is in review: the record leaves the other's papers, and is brought back to them.
    house.wait(tx, lambda r: r['status'] == 'pending_customer_info_update')
    told = standing.told()
    expect(told > before, 'told')
    fields, _, stood, _ = standing.customer(done['sender_id'])
    expect('choice_of' not in fields['id_type'] or fields['id_type']['choice_of'] == [],
           f'no choice of theirs: {fields}')
    expect(stood == {'sep31-sender': 'NEEDS_INFO'}, f'what is no choice is asked for: {stood}')
    fields = standing.customer(other['sender_id'])[0]
    expect(fields['id_type']['choice_of'] == ['sep31-sender'], f'a choice: {fields}')
    version = standing.customer(other['sender_id'])[3]
    # The same again changes nobody.
    standing.types(stricter)
    expect(standing.customer(other['sender_id'])[3] == version, 'nothing new, nothing written')
    expect(standing.told() == told, 'nothing new, nothing told')
    standing.types(lambda types: None)
    stood = standing.customer(people['sender_id'])[2]
    expect(stood == {'sep31-sender': 'ACCEPTED'}, f'back where they were: {stood}')
    house.until('the platform is told', lambda: standing.told() > told)


@TESTS.test
def who_accepted_did_not_accept_what_is_asked_for_later(standing):
    def reviewed(types):
        types['sep31-sender']['review'] = 'manual'
        types['sep31-sender']['fields'].remove(field(types['sep31-sender'], 'id_number'))
    standing.types(reviewed)
    told = standing.people(sender={'id_number': 'AB123456'})['sender_id']
    other = standing.people()['sender_id']
    for one in (told, other):
        standing.house.sql(
            "select 1 from windlass.customer c, windlass.customer_judge(c.id, c.version, "
            "'sep31-sender', 'accepted', '', '{}', '{}', 'operator:ana', '[]', "
            f"'{{\"sep31-sender\": \"ACCEPTED\"}}', '[]') where c.id = '{one}'")

    def more(types):
        types['sep31-sender']['review'] = 'manual'
    standing.types(more)
    _, verdicts, stood, _ = standing.customer(told)
    expect(verdicts == {}, f'nobody has seen the number: {verdicts}')
    expect(stood == {'sep31-sender': 'PROCESSING'}, f'in review: {stood}')
    fallen = standing.house.sql("select detail -> 'fallen' from windlass.audit where what = "
                                f"'customer_judge' and subject = '{told}' order by n desc limit 1")
    expect(fallen == [['["sep31-sender"]']], f'audited: {fallen}')
    _, verdicts, stood, _ = standing.customer(other)
    expect(verdicts['sep31-sender']['verdict'] == 'accepted', f'had none: {verdicts}')
    expect(stood == {'sep31-sender': 'ACCEPTED'}, f'as they were: {stood}')
    standing.types(lambda types: None)


@TESTS.test
def the_gate_looks_at_the_values_and_not_at_what_is_noted_of_them(standing):
    house = standing.house

    def checked(types):
        field(types['sep31-receiver'], 'tax_id')['checks'] = ['cpf']
    standing.types(checked)
    good = standing.people(receiver={'tax_id': '39053344705'})
    bad = standing.people(receiver={'tax_id': '39053344706'})
    for one in (good, bad):
        house.sql("update windlass.customer set fields = jsonb_set(fields, '{tax_id,checks}', "
                  f"'[\"cpf\"]') where id = '{one['receiver_id']}'")
    txs = house.transactions([house.wish(one, '11', house.quotes(['11'])[0])
                              for one in (good, bad)])
    house.wait(txs[0], lambda r: r['status'] == 'pending_sender')
    house.until('the other waits for papers', lambda: (house.payment(txs[1]) or ['', ''])[1]
                .startswith('receiver_needs_info:'))
    expect(house.record(txs[1])['status'] != 'pending_sender', 'no money is asked for')
    standing.types(lambda types: None)


@TESTS.test
def details_that_change_go_back_to_review_and_change_no_payout(standing):
    house = standing.house

    def reviewed(types):
        types['sep31-receiver']['review'] = 'manual'
    standing.types(reviewed)

    def accept(ident):
        house.sql("select 1 from windlass.customer c, windlass.customer_judge(c.id, c.version, "
                  "'sep31-receiver', 'accepted', '', '{}', '{}', 'operator:ana', '[]', "
                  "'{\"sep31-receiver\": \"ACCEPTED\"}', '[\"sep31-receiver\"]') "
                  f"where c.id = '{ident}'")

    def account_paid(tx):
        key = house.env.get('SECRET_WINDLASS_PAYOUT_RAIL_KEY', '')
        request = home.urllib.request.Request(f'{house.bank}/payouts/{tx}:1',
                                              headers={'X-Api-Key': key})
        with home.urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)['beneficiary']['bank_account_number']

    def asked(people):
        tx = house.transaction(people, '11')
        return tx, house.wait(tx, lambda r: r['status'] == 'pending_sender')

    # Changed after the order was stored: the bank is told what the order says.
    people = standing.people(receiver={'bank_account_number': '111111'})
    memo = standing.memo + 1
    accept(people['receiver_id'])
    tx, record = asked(people)
    house.faults('bank', {'on': 'POST /payouts', 'kind': '500_before'})
    house.pay([record])
    house.until('an order is stored', lambda: house.sql(
        f"select 1 from windlass.attempt where tx_id = '{tx}'") == [['1']])
    house.customer(memo, 'sep31-receiver', {'bank_account_number': '222222'})
    _, verdicts, stood, _ = standing.customer(people['receiver_id'])
    expect(verdicts == {} and stood == {'sep31-receiver': 'PROCESSING'}, f'in review: {stood}')
    fallen = house.sql("select detail -> 'fields', detail -> 'fallen' from windlass.audit "
                       f"where subject = '{people['receiver_id']}' order by at desc limit 1")
    expect(fallen == [['["bank_account_number"]', '["sep31-receiver"]']], f'audited: {fallen}')
    house.clear_faults()
    house.wait(tx, lambda r: r['status'] == 'completed')
    expect(account_paid(tx) == '111111', 'what was intended is paid')

    # Changed before: nothing is ordered, in review or after it.
    people = standing.people(receiver={'bank_account_number': '333333'})
    memo = standing.memo + 1
    accept(people['receiver_id'])
    tx, record = asked(people)
    house.customer(memo, 'sep31-receiver', {'bank_account_number': '444444'})
    house.pay([record])
    house.until('it waits for the review', lambda: house.payment(tx)[1]
                .startswith('receiver_in_review:'))
    accept(people['receiver_id'])
    house.until('a person has to look', lambda: house.payment(tx)[1]
                .startswith('beneficiary_changed:'))
    expect(house.sql(f"select 1 from windlass.attempt where tx_id = '{tx}'") == [],
           'nothing is ordered')
    standing.types(lambda types: None)


@TESTS.test
def money_goes_where_it_was_to_go_at_the_gate(standing):
    house = standing.house

    def gated(before):
        people = standing.people(receiver=before)
        tx = house.transaction(people, '11')
        return standing.memo + 1, tx, house.wait(tx, lambda r: r['status'] == 'pending_sender')

    wallet = {'mobile_money_number': '+5511987654321', 'mobile_money_provider': 'One'}
    changes = [(wallet, {'mobile_money_provider': 'Other'}),
               ({'cbu_alias': 'casa.abc'}, {'cbu_alias': 'cas.aabc'}),
               ({'external_transfer_memo': '1-2'}, {'external_transfer_memo': '12'}),
               ({'bank_name': 'One'}, {'bank_name': 'Other'})]
    # The same, written otherwise; what does not say where it goes; and gated when the account
    # alone was kept.
    same = [({'bank_account_number': '555666'}, {'bank_account_number': '555-666'}),
            ({}, {'tax_id': '98765432100'})]
    made = [(*gated(before), after) for before, after in changes + same + [(wallet, changes[0][1])]]
    house.sql('alter table windlass.payment disable trigger payment_is_fixed; '
              'update windlass.payment set beneficiary = substring(beneficiary for 32) '
              f"where tx_id = '{made[-1][1]}'; "
              'alter table windlass.payment enable trigger payment_is_fixed')
    for memo, _, _, after in made:
        house.customer(memo, 'sep31-receiver', after)
    house.pay([record for _, _, record, _ in made])
    for _, tx, _, after in made[:len(changes)]:
        house.until(f'a person has to look at {after}', lambda tx=tx: house.payment(tx)[1]
                    .startswith('beneficiary_changed:'))
        expect(house.sql(f"select 1 from windlass.attempt where tx_id = '{tx}'") == [],
               f'nothing is ordered: {after}')
    for _, tx, _, _ in made[len(changes):]:
        house.wait(tx, lambda r: r['status'] == 'completed')


def main():
    given = options(__doc__).parse_args()
    with House(given.keep, WINDLASS_SIM_SETTLE_MS='200') as house:
        standing = Standing(house)
        return ended(*run(
            named(TESTS, given.only), standing,
            good=lambda: expect(standing.watcher.running, 'the watcher died'),
            after=lambda passed: house.clear_faults()))


if __name__ == '__main__':
    sys.exit(main())
