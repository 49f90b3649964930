#!/usr/bin/env python3
"""An independent judge of common/amount.c: Python's decimal.

    amount_oracle.py CASES SEED            prints questions, one a line
    amount_oracle.py CASES SEED --judge    reads the answers of test_amount

Both runs make the same questions from the seed; test_amount answers each on a
line of its own.  Ends with the first wrong answers, or silently.
"""
import random
import sys
from decimal import (MAX_EMAX, MIN_EMIN, ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal,
                     setcontext)

setcontext(Context(prec=400, Emax=MAX_EMAX, Emin=MIN_EMIN))
UNITS_MOST = 2 ** 127 - 1
WAYS = {'down': ROUND_DOWN, 'up': ROUND_UP, 'half': ROUND_HALF_UP}


def operand(r: random.Random) -> str:
    """Amounts as people, wallets and attackers write them."""
    kind = r.randrange(12)
    if kind == 0:
        return r.choice(['0', '0.0', '1', '0.1', '10', '9.99', '0.0000001', '1E2', '1e-7', '00.50'])
    if kind == 1:
        return '9' * r.randint(1, 20) + '.' + '9' * r.randint(1, 20)
    if kind == 2:
        return '1' + '0' * r.randint(0, 37)
    if kind == 3:
        return '0.' + '0' * r.randint(0, 18) + str(r.randint(1, 99))
    if kind == 4:
        return str(r.choice([UNITS_MOST, UNITS_MOST - 1, UNITS_MOST + 1]) // 10 ** r.randint(0, 5))
    if kind == 5:
        return f'{r.randint(0, 10 ** r.randint(1, 12))}e{r.randint(-25, 25)}'
    whole = str(r.randint(0, 10 ** r.randint(1, 20) - 1))
    if kind < 8:
        return whole
    decimals = r.choice([1, 2, 2, 4, 7, 7, 20])
    return whole + '.' + ''.join(r.choice('0123456789') for _ in range(decimals))


def questions(cases: int, seed: int):
    r = random.Random(seed)
    for _ in range(cases):
        verb = r.choice(['parse', 'add', 'sub', 'mul', 'mul', 'div', 'div', 'rescale', 'cmp',
                         'quotient', 'fixed'])
        yield (verb, operand(r), operand(r), r.choice([0, 1, 2, 2, 4, 7, 7, 19, 20]),
               r.choice(list(WAYS)), r.choice([1, 2, 5, 25, 25, 38]))


def plain(d: Decimal) -> str:
    text = format(d, 'f')
    if '.' in text:
        text = text.rstrip('0').rstrip('.')
    return '0' if text in ('-0', '') else text


def stored(d: Decimal) -> str:
    """Fits when some scale of at most 20 makes it an integer of 127 bits."""
    if d == 0:
        return '0'
    units = d.normalize()
    exponent = units.as_tuple().exponent
    if exponent < -20:
        return 'inexact'
    if abs(units.scaleb(max(0, -exponent))) > UNITS_MOST:
        return 'too-large'
    return plain(d)


def rounded(d: Decimal, decimals: int, way: str) -> str:
    return stored(d.quantize(Decimal(1).scaleb(-decimals), rounding=WAYS[way]))


def divide(a: Decimal, b: Decimal, decimals: int, way: str) -> str:
    """Exactly: 400 digits are enough to tell a quotient of ours from a half."""
    return rounded(a / b, decimals, way)


def answer(verb, a_text, b_text, decimals, way, digits) -> str:
    a, b = Decimal(a_text), Decimal(b_text)
    for operand_fate in (stored(a), stored(b)):
        if operand_fate in ('inexact', 'too-large'):
            return operand_fate
    if verb == 'parse':
        return stored(a)
    if verb == 'add':
        return stored(a + b)
    if verb == 'sub':
        return stored(a - b)
    if verb == 'mul':
        return rounded(a * b, decimals, way)
    if verb == 'rescale':
        return rounded(a, decimals, way)
    if verb == 'cmp':
        return str((a > b) - (a < b))
    if verb == 'fixed':
        used = max(0, -a.normalize().as_tuple().exponent) if a else 0
        return format(a.quantize(Decimal(1).scaleb(-max(used, decimals))), 'f')
    if b == 0:
        return 'by-zero'
    if verb == 'div':
        return divide(a, b, decimals, way)
    return plain(Context(prec=digits, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN)
                 .divide(a, b))


def main() -> int:
    cases, seed = int(sys.argv[1]), int(sys.argv[2])
    asked = questions(cases, seed)
    if '--judge' not in sys.argv:
        for q in asked:
            print(*q)
        return 0
    wrong = 0
    for n, q in enumerate(asked):
        got = sys.stdin.readline().rstrip('\n')
        want = answer(*q)
        if got != want:
            wrong += 1
            if wrong <= 5:
                print(f'case {n} of seed {seed}: {" ".join(map(str, q))}: {got}, not {want}')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
