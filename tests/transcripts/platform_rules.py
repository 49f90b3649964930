"""What the platform, and the standards behind it, ask of an answer to a callback.

Written from the wire contract alone and with arithmetic of its own, so that it can judge an encoder
that believes itself right. Every function gives a list of faults, empty when the answer is good.
"""
import json
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal, localcontext
from urllib.parse import parse_qsl, urlsplit

STATUSES = {'ACCEPTED', 'PROCESSING', 'NEEDS_INFO', 'REJECTED'}
FIELD_STATUSES = {'ACCEPTED', 'PROCESSING', 'REJECTED', 'VERIFICATION_REQUIRED'}
FIELD_TYPES = {'string', 'binary', 'number', 'date'}
FIELD_MEMBERS = {'type', 'description', 'choices', 'optional'}
PROVIDED_MEMBERS = FIELD_MEMBERS | {'status', 'error'}
CUSTOMER_MEMBERS = {'id', 'status', 'fields', 'provided_fields', 'message'}

BINARY = {'photo_id_front', 'photo_id_back', 'notary_approval_of_photo_id',
          'photo_proof_residence', 'photo_proof_of_income', 'proof_of_liveness'}
# The platform forwards these and loses every other field, so no other may be asked for.
FORWARDED = BINARY | set('''
first_name last_name additional_name address_country_code state_or_province city postal_code
address mobile_number email_address birth_date birth_place birth_country_code bank_name
bank_account_number bank_account_type bank_number bank_phone_number bank_branch_number
external_transfer_memo clabe_number cbu_number cbu_alias crypto_address crypto_memo tax_id
tax_id_name occupation employer_name employer_address language_code id_type id_country_code
id_issue_date id_expiration_date id_number ip_address sex referral_id mobile_number_verification
email_address_verification mobile_money_number mobile_money_provider'''.split())
DATES = {'birth_date', 'id_issue_date', 'id_expiration_date'}

RATE_MEMBERS = {'id', 'price', 'sell_amount', 'buy_amount', 'expires_at', 'fee'}
FEE_MEMBERS = {'total', 'asset', 'details'}
DETAIL_MEMBERS = {'name', 'description', 'amount'}
DECIMAL = re.compile(r'-?[0-9]+(\.[0-9]+)?')
TEXT_MAX = 255      # the platform's columns for id and price
FEE_MAX = 1000      # the fee is kept as JSON in 1023 characters


def is_number(text):
    return isinstance(text, str) and DECIMAL.fullmatch(text) is not None


def scale(amount):
    """Decimals of an amount after its trailing zeros are dropped."""
    parts = amount.as_tuple()
    zeros = len(parts.digits) - len(''.join(map(str, parts.digits)).rstrip('0'))
    return max(0, -(parts.exponent + zeros))


def moment(text):
    """An ISO instant with zone, or None. Seconds must be there, as Java's Instant wants them."""
    if not re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)', text):
        return None
    whole, fraction = re.subn(r'(\.\d{6})\d+', r'\1', text)
    return datetime.fromisoformat(whole)


def nulls(value, where):
    """The platform writes no null and expects none: what is absent is left out."""
    if value is None:
        return [f'{where} is null']
    pairs = value.items() if isinstance(value, dict) else enumerate(
        value if isinstance(value, list) else ())
    return [fault for name, inner in pairs for fault in nulls(inner, f'{where}.{name}')]


# Customers

def customer_faults(body, method, asked):
    """An accepted answer to GET or PUT /customer. `asked` has the request's own members."""
    if not isinstance(body, dict):
        return ['the body is no object']
    faults = nulls(body, 'customer')
    faults += [f'member {name} is not read' for name in set(body) - CUSTOMER_MEMBERS]
    if body.get('status') not in STATUSES:
        faults.append(f'status {body.get("status")!r}')
    for name in ('id', 'message'):
        if name in body and not (isinstance(body[name], str) and body[name]):
            faults.append(f'{name} is no text')
    if method == 'PUT' and 'id' not in body:
        faults.append('a PUT without id leaves the wallet without one')
    if method == 'GET' and 'id' in asked and body.get('id') != asked['id']:
        faults.append(f'asked for {asked["id"]}, answered {body.get("id")}')
    if body.get('id') in ('.', '..'):
        faults.append('an id that a path would swallow')
    if body.get('status') == 'REJECTED' and 'message' not in body:
        faults.append('REJECTED without message')
    for name in ('fields', 'provided_fields'):
        if not isinstance(body.get(name, {}), dict):
            return faults + [f'{name} is no object']
    fields, provided = body.get('fields', {}), body.get('provided_fields', {})
    for name, field in fields.items():
        faults += field_faults(f'fields.{name}', name, field, FIELD_MEMBERS)
    for name, field in provided.items():
        faults += field_faults(f'provided_fields.{name}', name, field, PROVIDED_MEMBERS)
    return faults if faults else status_faults(body, fields, provided)


def field_faults(where, name, field, members):
    if not isinstance(field, dict):
        return [f'{where} is no object']
    faults = [f'{where}.{extra} is not read' for extra in set(field) - members]
    if name not in FORWARDED:
        faults.append(f'{where}: the platform never forwards it')
    kind = 'binary' if name in BINARY else 'date' if name in DATES else None
    if field.get('type') not in FIELD_TYPES or (kind and field['type'] != kind):
        faults.append(f'{where}.type {field.get("type")!r}')
    if not (isinstance(field.get('description'), str) and field['description']):
        faults.append(f'{where}.description is missing')
    choices = field.get('choices', [])
    if not isinstance(choices, list) or not all(isinstance(one, str) for one in choices):
        faults.append(f'{where}.choices')
    if not isinstance(field.get('optional', False), bool):
        faults.append(f'{where}.optional is no boolean')
    if 'status' in field and field['status'] not in FIELD_STATUSES:
        faults.append(f'{where}.status {field["status"]!r}')
    if field.get('status') == 'REJECTED' and not field.get('error'):
        faults.append(f'{where}: rejected, and no error says why')
    return faults


def status_faults(body, fields, provided):
    required = [name for name, field in fields.items() if not field.get('optional', False)]
    unverified = [name for name, field in provided.items()
                  if field.get('status') == 'VERIFICATION_REQUIRED']
    rejected = [name for name, field in provided.items() if field.get('status') == 'REJECTED']
    faults = []
    if body['status'] == 'NEEDS_INFO' and not required and not unverified:
        faults.append('NEEDS_INFO, and nothing says what')
    if body['status'] in ('ACCEPTED', 'PROCESSING') and required:
        faults.append(f'{body["status"]}, and {required} still required')
    if body['status'] == 'ACCEPTED' and (unverified or rejected):
        faults.append(f'ACCEPTED with {unverified + rejected}')
    if 'id' not in body and body['status'] != 'NEEDS_INFO':
        faults.append(f'{body["status"]} of nobody')
    if 'id' not in body and provided:
        faults.append('fields of nobody')
    return faults


# Rates

def rate_faults(body, query, decimals, now=None):
    """An accepted answer to GET /rate. `decimals` maps asset ids to their significant decimals."""
    rate = body.get('rate') if isinstance(body, dict) else None
    if not isinstance(rate, dict):
        return ['no rate']
    faults = nulls(rate, 'rate')
    faults += [f'member {name} is not read' for name in set(rate) - RATE_MEMBERS]
    for name in ('price', 'sell_amount', 'buy_amount'):
        if not is_number(rate.get(name)):
            faults.append(f'{name} {rate.get(name)!r} is no decimal text')
    if faults:
        return faults
    for side in ('sell', 'buy'):
        faults += side_faults(side, rate, query, decimals)
    if Decimal(rate['price']) <= 0 or len(rate['price']) > TEXT_MAX:
        faults.append(f'price {rate["price"]}')
    if query.get('type') == 'firm':
        faults += firm_faults(rate, query, now or datetime.now(timezone.utc))
    fee_faulty = fee_faults(rate, decimals)
    return faults + (fee_faulty or price_faults(rate, query, decimals))


def side_faults(side, rate, query, decimals):
    asset, amount = query[f'{side}_asset'], Decimal(rate[f'{side}_amount'])
    faults = []
    if amount <= 0:
        faults.append(f'{side}_amount is not above zero')
    if scale(amount) > decimals[asset]:
        faults.append(f'{side}_amount {amount} has more than {decimals[asset]} decimals')
    asked = query.get(f'{side}_amount')
    if asked is not None and Decimal(asked) != amount:
        faults.append(f'{side}_amount {amount} is not the {asked} that was given')
    return faults


def firm_faults(rate, query, now):
    faults = []
    if not (isinstance(rate.get('id'), str) and 0 < len(rate['id']) <= TEXT_MAX):
        faults.append(f'id {rate.get("id")!r}')
    until = moment(rate['expires_at']) if isinstance(rate.get('expires_at'), str) else None
    if until is None:
        return faults + [f'expires_at {rate.get("expires_at")!r} is no instant']
    if until <= now:
        faults.append(f'expires_at {rate["expires_at"]} is past')
    if 'expire_after' in query and until < moment(query['expire_after']):
        faults.append(f'expires_at {rate["expires_at"]} is before {query["expire_after"]}')
    return faults


def fee_faults(rate, decimals):
    fee = rate.get('fee')
    if fee is None:
        return []
    if not isinstance(fee, dict):
        return ['fee is no object']
    faults = [f'fee.{name} is not read' for name in set(fee) - FEE_MEMBERS]
    if not is_number(fee.get('total')):
        return faults + [f'fee.total {fee.get("total")!r}']
    if fee.get('asset') not in decimals or decimals[fee['asset']] < 1:
        return faults + [f'fee.asset {fee.get("asset")!r}']
    total, places = Decimal(fee['total']), decimals[fee['asset']]
    if total < 0 or scale(total) > places:
        faults.append(f'fee.total {total}')
    details = fee.get('details', [])
    if not isinstance(details, list) or not all(isinstance(one, dict) for one in details):
        return faults + ['fee.details is no list of objects']
    for one in details:
        faults += [f'fee.details.{name} is not read' for name in set(one) - DETAIL_MEMBERS]
        if not is_number(one.get('amount')) or not isinstance(one.get('name'), str):
            return faults + ['fee.details: amount or name']
        if Decimal(one['amount']) <= 0 or scale(Decimal(one['amount'])) > places:
            faults.append(f'fee.details amount {one["amount"]}')
    if total == 0 and details:
        faults.append('fee.details of no fee')
    with localcontext() as context:
        context.prec = 600
        added = sum((Decimal(one['amount']) for one in details), Decimal(0))
    if 'details' in fee and total != 0 and added != total:
        faults.append('fee.details do not add up to fee.total')
    if len(json.dumps(fee, ensure_ascii=False)) > FEE_MAX:
        faults.append('fee is longer than the platform can store')
    return faults


def price_faults(rate, query, decimals):
    """sell = price x buy + fee, the fee on its own side, up to the platform's tolerance.

    The platform subtracts exact decimals and then compares as IEEE doubles; so do we."""
    fee = rate.get('fee', {'total': '0', 'asset': query['sell_asset']})
    with localcontext() as context:
        context.prec = 600
        sell, buy = Decimal(rate['sell_amount']), Decimal(rate['buy_amount'])
        price, total = Decimal(rate['price']), Decimal(fee['total'])
        if fee['asset'] == query['sell_asset']:
            off = sell - (price * buy + total)
        else:
            off = sell - price * (buy + total)
    if abs(float(off)) < 10.0 ** -decimals[query['sell_asset']]:
        return []
    return [f'price {price} misses sell {sell} for buy {buy} and fee {total} by {off:.3E}']


# Any callback

def given(request, body):
    """The members of a request: its query, or its JSON body."""
    if request['method'] == 'PUT':
        try:
            return json.loads(body)
        except ValueError:
            return {}
    return dict(parse_qsl(urlsplit(request['target']).query, keep_blank_values=True))


def error_faults(body, secrets):
    """A refusal: `error` says why, and repeats none of the values that were sent."""
    if not isinstance(body, dict) or not (isinstance(body.get('error'), str) and body['error']):
        return ['no error text']
    return [f'the error repeats the value {value!r}' for value in secrets
            if len(value) > 3 and value in body['error']]


def later(text, by: timedelta):
    """The same instant `by` later, written in the same style."""
    style = re.fullmatch(r'([0-9T:-]+?)(\.\d+)?(Z|[+-]\d\d:\d\d)', text)
    moved = datetime.fromisoformat(style[1]) + timedelta(seconds=round(by.total_seconds()))
    return moved.isoformat() + (style[2] or '') + style[3]
