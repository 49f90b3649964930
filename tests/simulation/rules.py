#!/usr/bin/env python3
"""Takes one rule after the other out of the watchers, and shows the seed that notices.

    rules.py [--only NAME[,NAME]] [--short] [--seeds N]

Each rule of the table is taken out of a copy of the sources (its words replaced, in C or in SQL),
that copy is built, and seeds are run until one finds what is wrong.  A rule that no seed of N
misses, and one whose words are not there any more, is a failure.  --short: the three that are
lost most easily.  Ends with "N passed, N failed".
"""

import argparse
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.simulation.run import ROOT, Cluster  # noqa: E402


@dataclasses.dataclass(frozen=True)
class Rule:
    name: str
    says: str
    edits: tuple            # (file, words, what stands there instead)
    undo: tuple = ()        # (what is taken from the database, how it is put back)
    short: bool = False
    # Rules that stand before it and keep from it all that it is for: they are taken out too.
    behind: tuple = ()


FUNCTIONS = 'sql/functions/'

# The database's own part of the check that what came in is what was asked for.
NO_SUM = (FUNCTIONS + 'funds_taken.sql',
          'if (came.amount between wanted.least and wanted.most) is not true or',
          'if came.amount is null or')
NO_SUM_OF_LIST = (FUNCTIONS + 'funds_taken_plainly.sql',
                  'and came.amount between greatest(coalesce(i.least, p.expected), p.expected * 0.9) '
                  'and coalesce(i.most, p.expected)) <>', ') <>')
DOUBTED = '(p->attempt.last_sent + f->outlets[payment_way(p)].quarantine > f->now ||'

RULES = [
    Rule('intent', 'an attempt counts as sent in the database before it is sent',
         (('watcher/pay.c', 'if (count_sent(w, list, count, outlet->window * 7 / 10, may) != 0) '
           'return;',
           'memset(may, true, count * sizeof(*may));'),)),
    Rule('fixed_key', 'an attempt has one key for ever',
         (('watcher/order.c', 'out->idem_key = p->attempt.idem_key;',
           'out->idem_key = arena_printf(w->arena, "%s/%" PRId64, p->attempt.idem_key, '
           'p->attempt.sends);'),), short=True),
    Rule('deadline', 'an attempt is not sent again after its deadline',
         (('watcher/pay.c', 'if (watch_now(w) >= p->attempt.deadline) {',
           'if (false && watch_now(w) >= p->attempt.deadline) {'),
          (FUNCTIONS + 'attempts_sent.sql', "and a.outcome = 'open' and a.deadline > t",
           "and a.outcome = 'open'"))),
    Rule('quarantine', 'a refusal is doubted until nothing can be on its way any more',
         (('watcher/step_when_out.c', DOUBTED, '(false ||'),), short=True),
    Rule('empty_lookups', 'a refusal is believed after two look-ups that found nothing',
         (('watcher/settle.c', 'enum { EMPTIES = 2,', 'enum { EMPTIES = 0,'),
          ('watcher/settle.c', 'p->attempt.empties >= EMPTIES)', 'true)'),
          (FUNCTIONS + 'refusal_believed.sql', 'if a.empties < 2 then',
           'if a.empties < 0 then'),
          ('watcher/step_when_out.c', DOUBTED,
           '(p->attempt.last_sent + 60 * SECOND > f->now ||'))),
    Rule('read_back', 'a report in doubt is read back before it is sent again',
         (('watcher/step.c', '{ when_report_due_in_doubt, STEP_READ_BACK, NULL, NULL, NULL },',
           '{ when_report_due_in_doubt, STEP_REPORT, NULL, NULL, NULL },'),
          (FUNCTIONS + 'reports_sent.sql', "r.state = 'open' and not r.doubt",
           "r.state = 'open'"))),
    Rule('rpc_error', 'an error of the platform is no answer: the record is',
         (('watcher/tell.c', 'codes[in_doubt] = answers[i].code;',
           'if (answers[i].kind == RPC_ERROR) { drop_told(w, t, p, NULL); continue; } '
           'codes[in_doubt] = answers[i].code;'),)),
    Rule('quote_once', 'a quote is bound to one payment for ever',
         (('watcher/gate.c', "if (q->used_by[0] != '\\0' &&", "if (false && q->used_by[0] != '\\0' &&"),
          (FUNCTIONS + 'quote_bind.sql',
           "return case when u.tx_id = p_tx_id and u.ended = 'live' then 'ok' else 'used' end;",
           "return 'ok';")),
         (('drop index windlass.payment_quote',
           "create unique index payment_quote on windlass.payment (quote_id) where quote_id <> ''"),)),
    Rule('exact', 'what came in is exactly what was asked for',
         (('watcher/funds.c', 'if (amount_cmp(s->sum, taken.least) < 0)', 'if (false)'), NO_SUM,
          NO_SUM_OF_LIST)),
    Rule('asset', 'only our asset of our issuer counts',
         (('watcher/funds.c', 'if (strcmp(asset, asset_on_ledger(p->asset)) != 0) {',
           'if (false) {'),), short=True),
    Rule('late', 'money that comes past the grace is held',
         (('watcher/funds.c', 'if (s->funds[i].at > latest(p, rules))',
           'if (false && s->funds[i].at > latest(p, rules))'),)),
    Rule('ledger', 'the ledger is asked, whatever the platform says',
         (('watcher/arrive.c', 'if (w->ledger.transactions != NULL) {',
           'if (false && w->ledger.transactions != NULL) {'),)),
    Rule('token', 'who has lost its claim writes nothing',
         ((FUNCTIONS + 'payment_lock.sql', 'where p.tx_id = p_tx and p.claim_token = p_token for',
           'where p.tx_id = p_tx for'),
          (FUNCTIONS + 'outflow_lock.sql', 'where o.tx_id = p_tx and o.version = p_version for',
           'where o.tx_id = p_tx for'),
          (FUNCTIONS + 'payments_locked.sql', 'on p.tx_id = i.tx_id and p.claim_token = i.token',
           'on p.tx_id = i.tx_id'),
          (FUNCTIONS + 'outflows_locked.sql', 'on o.tx_id = i.tx_id and o.version = i.version',
           'on o.tx_id = i.tx_id'))),
    Rule('hold', 'nothing is sent while money is on hold',
         ((FUNCTIONS + 'attempts_sent.sql',
           'if exists (select from money_hold h where h.is_on) then', 'if false then'),
          (FUNCTIONS + 'attempt_store.sql', 'if h.is_on then', 'if false then'),
          (FUNCTIONS + 'attempts_store_plainly.sql', 'if h.is_on then', 'if false then'),
          ('watcher/pay.c', 'if (w->hold != NULL) {', 'if (false) {'),
          ('watcher/step_when_out.c', 'return outflow(p, OUTFLOW_READY) && f->hold != NULL;',
           'return false && outflow(p, OUTFLOW_READY) && f->hold != NULL;'),
          ('watcher/step_when_out.c', 'p->attempt.sends == 0 && f->hold != NULL;', 'false;'))),
    Rule('file', 'a database that lacks what its watcher has sent has gone back in time',
         (('watcher/history.c', 'if (lacking != NULL) return store_hold(',
           'if (false) return store_hold('),
          ('watcher/history.c', 'if (lacking != NULL && store_hold(',
           'if (false && store_hold('))),
    Rule('file_first', 'what is sent is in the watcher\'s file before it is sent',
         (('watcher/pay.c', 'refs_add(w->refs, w->epoch, references, count) != 0)',
           'false)'),
          ('watcher/history.c', 'if (lacking != NULL && store_hold(',
           'if (false && store_hold('))),
    Rule('fresh', 'the record is read afresh before money leaves',
         (('watcher/pay.c', 'departs = p->outflow.is_refund ? refund_departs(p, &now)',
           'return true; departs = p->outflow.is_refund ? refund_departs(p, &now)'),)),
    Rule('gate_papers', 'no money is asked for whose receiver lacks papers',
         (('watcher/gate.c', 'case CUSTOMER_NEEDS_INFO: return',
           "case CUSTOMER_NEEDS_INFO: if (r->method[0] != '\\0') break; return"),)),
    Rule('gate_again', 'the gate is asked again before the request is sent',
         (('watcher/tell.c', 'if (answer.says == GATE_PASS) return true; if (p->report.tries',
           'if (p->report.tries < 1000) return true; if (p->report.tries'),)),
    Rule('ledger_first', 'nothing is ended whose money is on the ledger',
         (('watcher/end.c', 'if (found[i] > 0) watch_stop', 'if (false) watch_stop'),
          ('watcher/tell.c', 'if (found[i] > 0) drop_told', 'if (false) drop_told'))),
    Rule('patience', 'a payment ends when no money can come any more',
         (('watcher/step.h', '#define LATE_MARGIN (1500 * SECOND)',
           '#define LATE_MARGIN (-300 * SECOND)'),)),
    Rule('returned', 'what the bank returned was not paid',
         (('watcher/settle.c', 'if (!p->outflow.is_refund) return is_returned(w, m, p, r);',
           'if (!p->outflow.is_refund) { if (p->outflow.state == OUTFLOW_ACCEPTED) '
           'moves_add(m, p, "settled", r, w->now); else '
           'moves_add(m, p, "seen", r, watch_now(w) + SELDOM); break; }'),)),
    Rule('return_twice', 'a return is believed when the bank has said it twice',
         (('watcher/settle.c', 'if (p->attempt.doubted_at == 0 || '
           'strcmp(p->attempt.refusal, r->code) != 0) {',
           'if (p->attempt.doubted_at == 0) return true; '
           'if (strcmp(p->attempt.refusal, r->code) != 0) {'),
          (FUNCTIONS + 'return_believed.sql', "if before.doubted_at = '-infinity' or "
           "before.doubted_at > t - interval '30 seconds' or exists", 'if exists')),
         # Before the next order the one that did not come back is found at the bank.
         behind=('alien',)),
    Rule('settled', 'paid is told when it is settled, not when it is accepted',
         (('watcher/settle.c', 'moves_add(m, p, "seen", r, next_look(w, p));',
           'moves_add(m, p, "settled", r, w->now);'),)),
    Rule('return_stops', 'what the bank may have given back is not told as paid',
         (('watcher/step_when_out.c', 'return p->state == PAYMENT_OUT && is_doubted(p) && '
           'p->attempt.look_at > f->now;', 'return false;'),
          ('watcher/step_when_out.c', '(void)f; return p->state == PAYMENT_OUT && is_doubted(p);',
           '(void)f; return is_doubted(p) && false;'),
          ('watcher/step_when_out.c', 'return p->state == PAYMENT_OUT && is_doubted(p) && '
           'f->outlets[WAY_OUT].missing != NULL;', 'return false;'),
          (FUNCTIONS + 'reports_sent.sql', "a.doubted_at > '-infinity'", 'false'))),
    Rule('pool_back', 'what comes back after it was settled is in the pool again',
         ((FUNCTIONS + 'return_believed.sql', "if before.outcome = 'settled' then",
           'if false then'),)),
    Rule('newer', 'a record is replaced by a later one only',
         ((FUNCTIONS + 'snapshot_take.sql',
           'where p.tx_id = r.tx_id and p.updated_at < from_us(r.updated_us);',
           'where p.tx_id = r.tx_id and p.updated_at <> from_us(r.updated_us);'),
          (FUNCTIONS + 'reports_done_plainly.sql', 'q.updated_at < from_us(r.updated_us) as is_later,',
           'q.updated_at <> from_us(r.updated_us) as is_later,'),
          (FUNCTIONS + 'payments_known.sql', 'q.updated_at >= from_us(r.updated_us)',
           'q.updated_at = from_us(r.updated_us)'),
          (FUNCTIONS + 'payments_seen.sql', 'elsif p.updated_at < from_us(r.updated_us) then',
           'elsif p.updated_at <> from_us(r.updated_us) then'))),
    Rule('stale', 'who stood still after its last look does not send',
         (('watcher/pay.c', 'if (monotonic_ms() - looked_ms > STALE_MS ||', 'if (false ||'),)),
    Rule('fixed_bytes', 'what is sent again is the same order, to the letter',
         (('watcher/order.c', 'out->idem_key = p->attempt.idem_key;',
           'out->idem_key = p->attempt.idem_key; out->body = arena_printf(w->arena, "%.*s%*s", '
           '(int)out->body_len, out->body, (int)p->attempt.sends, ""); '
           'out->body_len = strlen(out->body);'),)),
    Rule('alien', 'money that we know nothing of is looked for before the first order',
         (('watcher/pay.c', 'if (looked->is_alien) {', 'if (false) {'),)),
    Rule('no_file', 'who comes without a file to a database that has orders sends nothing',
         (('watcher/history.c', 'if (w->is_without_file && has_attempts)', 'if (false)'),)),
    Rule('mismatch', 'a bank that has another sum than we ordered is sent nothing more',
         (('watcher/moves.c', 'r->why)), true);', 'r->why)), false);'),)),
    Rule('second_person', 'a second person approves what is large',
         ((FUNCTIONS + 'payment_unapproved.sql', 'if not exists (select from second_person) then',
           'if true then'),)),
    Rule('turn', 'money does not go back while an order of it may be out',
         ((FUNCTIONS + 'outflow_turn.sql',
           "and a.outcome not in ('refused', 'returned') and a.sends > 0) then",
           "and false) then"),),
         # What is out is found at the bank before the order back is sent.
         behind=('alien',)),
    Rule('report_first', 'no order leaves while the platform is still to be told something',
         (('watcher/step.c', '{ when_report_waits, STEP_WAIT, NULL, NULL, at_report },', ''),
          (FUNCTIONS + 'attempts_sent.sql',
           "and not exists (select from report r where r.tx_id = i.tx_id and r.state = 'open')",
           ''),
          (FUNCTIONS + 'attempt_store.sql',
           "if exists (select from report r where r.tx_id = p_tx and r.state = 'open') then",
           'if false then'))),
    Rule('papers_again', 'nothing is ordered for a receiver who lacks papers by now',
         (('watcher/prepare.c', 'answer = gate_customers(&p->record, &x->gate.sender, '
           '&x->gate.receiver);', 'answer = (struct gate_answer){GATE_PASS, NULL, NULL, false};'),)),
    Rule('memo', 'the money carries the memo of its payment',
         (('watcher/funds.c', 'strcmp(t->memo, payment_memo(p)) != 0)', 'false)'),)),
    Rule('our_account', 'only what came to our account counts',
         (('watcher/funds.c', 'if (strcmp(to, p->destination) != 0) return;', ''),)),
    Rule('pool_out', 'what has settled has left the pool',
         ((FUNCTIONS + 'attempt_settled.sql', 'select quote_settle(q.quote_id::uuid, p_tx) into '
           'answer from payment q where q.tx_id = p_tx;', "answer := 'ok';"),)),
    Rule('returns_read', 'what comes back after it was told as paid comes before a person',
         (('watcher/returns.c', 'return store_returns(&w->store, w->arena, references, n);',
           'return 0;'),)),
    Rule('let_go', 'what moved meanwhile is due at once',
         ((FUNCTIONS + 'payments_let_go.sql', 'case when p.nudged <> i.nudged then t', 'case when false then t'),)),
]


class Copy:
    """The sources and what was built of them, to be spoiled."""

    def __init__(self, build):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix='wlrule-'))
        self.build = build
        self.program = (self.dir / 'build' / build.name / 'tests' / 'simulation' / 'simulation')

    def __enter__(self):
        for part in ('common', 'watcher', 'sql', 'tests/simulation'):
            shutil.copytree(ROOT / part, self.dir / part)
        for part in ('Makefile', 'VERSION'):
            shutil.copy2(ROOT / part, self.dir / part)
        there = self.dir / 'build' / self.build.name
        for part in ('common', 'watcher', 'tests/simulation'):
            shutil.copytree(self.build / part, there / part)
        for part in self.build.glob('*.a'):
            shutil.copy2(part, there)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir, ignore_errors=True)

    def spoil(self, edits):
        """None, or which words are not there (once)."""
        for path, words, instead in edits:
            text = (self.dir / path).read_text(encoding='utf-8')
            # However its lines are broken.
            found = re.findall(r'\s+'.join(map(re.escape, words.split())), text)
            if len(found) != 1 or text.count(found[0]) != 1:
                return f'{path} does not have these words once: {words}'
            (self.dir / path).write_text(text.replace(found[0], instead), encoding='utf-8')
        return None

    def mend(self, edits):
        for path, _, _ in edits:
            shutil.copy(ROOT / path, self.dir / path)

    def make(self):
        # Whatever folder the environment names: what is spoiled stays here.
        done = subprocess.run(['make', '-s', f'MODE={self.build.name}',
                               f'BUILD=build/{self.build.name}', 'WERROR=', 'simulation'],
                              cwd=self.dir, capture_output=True, text=True)
        return None if done.returncode == 0 else done.stderr


class Trial:
    def __init__(self, cluster, copy, seeds):
        self.cluster = cluster
        self.copy = copy
        self.seeds = seeds

    def sql(self, statements):
        for n in range(self.cluster.workers):
            for one in statements:
                self.cluster.psql(f'sim{n}', '-c', one)

    def functions(self, root, edits):
        self.sql([(root / path).read_text(encoding='utf-8') for path, _, _ in edits
                  if path.endswith('.sql')])

    def run(self, rule):
        """What went wrong with the trial, and what was noticed without the rule."""
        gone = [r for r in RULES if r is rule or r.name in rule.behind]
        edits = [one for r in gone for one in r.edits]
        undo = [one for r in gone for one in r.undo]
        fault = self.copy.spoil(edits) or self.copy.make()
        if fault:
            self.copy.mend(edits)
            return fault, None
        self.sql([there for there, _ in undo])
        self.functions(self.copy.dir, edits)
        lines, _, failed = self.cluster.seeds(1, self.seeds, '--first', program=self.copy.program)
        self.copy.mend(edits)
        self.functions(ROOT, edits)
        # Rows that the rule would not have let in.
        for n in range(self.cluster.workers):
            self.cluster.psql(f'sim{n}', '-c', 'select sim.reset(1)')
        self.sql([back for _, back in undo])
        return None, lines[0] if failed and lines else None


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    options.add_argument('--only', help='rules of these names, with commas')
    options.add_argument('--short', action='store_true', help='three of them')
    options.add_argument('--seeds', type=int, default=2000, help='tried for each')
    given = options.parse_args()
    build = pathlib.Path(os.environ.get('BUILD', ROOT / 'build' / 'release')).resolve()
    chosen = [r for r in RULES if (not given.short or r.short)
              and (not given.only or r.name in given.only.split(','))]
    passed = 0
    with Cluster(build, 2) as cluster, Copy(build) as copy:
        trial = Trial(cluster, copy, given.seeds)
        for rule in chosen:
            fault, noticed = trial.run(rule)
            passed += noticed is not None
            print(f'{rule.name} ({rule.says}): {fault or noticed or "nobody notices"}', flush=True)
    print(f'{passed} passed, {len(chosen) - passed} failed')
    return 0 if passed == len(chosen) else 1


if __name__ == '__main__':
    sys.exit(main())
