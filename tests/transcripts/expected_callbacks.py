"""What our server answers to each recorded callback, and why where it is no 200.

Steps have the same name in every mode and version, e.g. `none.rate-huge` is step `rate-huge`.
The book of the test quotes `DECIMALS`, pays BRL by PIX and USD by WIRE, and gives a quote a few
minutes.
"""
USDC = 'stellar:USDC:GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP'
DECIMALS = {USDC: 7, 'iso4217:BRL': 2, 'iso4217:USD': 4}

ACCEPTED = {'GET': 200, 'PUT': 200, 'POST': 200, 'DELETE': 204}

REFUSED = {
    'customer-get-id-unknown': (404, 'an id that was never given out'),
    'customer-put-id-unknown': (404, 'an id that was never given out'),
    'customer-info-updated-id-unknown': (404, 'an id that was never given out'),
    'customer-put-id-foreign': (404, 'the id was made under another account'),
    'customer-put-transaction-foreign': (404, 'the id was made under another account'),
    'customer-get-type-unknown': (400, 'a type that is not in the book'),
    'customer-put-two-files': (400, 'a JPEG that is its first bytes, again and again'),
    'rate-tiny-amount': (400, 'not above the fee, and the other side would round to zero'),
    'rate-below-fee': (400, 'not above the fee'),
    'rate-huge': (400, 'beyond the limits of the book'),
    'rate-firm-expire-far': (400, 'an expiry beyond the longest life of a quote'),
}


def step(line):
    return line['id'].split('.', 1)[1]


def expected(line):
    """(status, reason or None)."""
    if step(line) in REFUSED:
        return REFUSED[step(line)]
    return ACCEPTED[line['request']['method']], None
