"""SEP-12 as the wallet sees it: a pass-through that decides whom a request is about.

`creator` {account, memo} stands for the wallet's token.
"""

import base64
import binascii
from datetime import date, datetime
from email.parser import BytesParser
from email.policy import HTTP

from tests.platform import kyc, strkey
from tests.platform.quotes import WalletError, without_none
from tests.platform.rules import memo_is_sound
from tests.sim.wire import Response, answer

WHO = ('id', 'account', 'memo', 'memo_type', 'transaction_id', 'type', 'lang')


class BadDoor(ValueError):
    """The caller of the door left something out: not the wallet's fault."""


def creator_of(request, given):
    """The token: {"creator": {account, memo}} in the body, or creator= and creator_memo=."""
    asked = request.arguments()
    creator = given.pop('creator', None) if given else None
    if isinstance(creator, dict):
        account, memo = creator.get('account'), creator.get('memo')
    else:
        account = creator if isinstance(creator, str) else asked.get('creator')
        memo = (given or {}).pop('creator_memo', None) or asked.get('creator_memo')
    if not account:
        raise BadDoor('creator is needed: the account of the wallet\'s token')
    try:
        base, number = strkey.unmux(account)
        strkey.decode(base)
    except ValueError as why:
        raise BadDoor(f'creator: {why}') from None
    return Token(account, base, str(memo) if memo is not None else number)


class Token:
    def __init__(self, account, base, memo):
        self.account = account      # as in the token, M for a muxed one
        self.base = base
        self.memo = memo


def form_parts(request):
    """The members of a wallet's multipart body; parts of binary members are bytes."""
    head = f'Content-Type: {request.headers["content-type"]}\r\n\r\n'.encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    members = {}
    for part in message.iter_parts():
        name = part.get_param('name', header='content-disposition')
        data = part.get_payload(decode=True) or b''
        members[name] = data if name in kyc.BINARY else data.decode()
    return members


def body_of(request):
    if request.headers.get('content-type', '').startswith('multipart/form-data'):
        return form_parts(request)
    try:
        given = request.json() if request.body else {}
    except ValueError:
        raise BadDoor('the body is no JSON') from None
    if not isinstance(given, dict):
        raise BadDoor('the body is no object')
    return dict(given)


class Customers:
    def __init__(self, world, business):
        self.world = world
        self.business = business

    async def get(self, request):
        try:
            token = creator_of(request, None)
            who = self.resolve({name: value for name, value in request.query if name in WHO},
                               token, 'GET')
        except BadDoor as why:
            return answer(400, {'error': f'door: {why}'})
        except WalletError as why:
            return answer(why.status, why.body)
        said = await self.business.get_customer(who)
        if said.kind != 'ok':
            return answer(said.status, said.wallet_body())
        if said.body.get('status') is None:
            return answer(502, {'error': 'internal server error'})
        return answer(200, said.body)

    async def put(self, request):
        try:
            given = body_of(request)
            token = creator_of(request, given)
            who = self.resolve({name: given.get(name) for name in kyc.IDENTITY}, token, 'PUT')
            fields = checked_fields(given)
        except BadDoor as why:
            return answer(400, {'error': f'door: {why}'})
        except WalletError as why:
            return answer(why.status, why.body)
        said = await self.business.put_customer({**fields, **who})
        if said.kind != 'ok':
            return answer(said.status, said.wallet_body())
        self.world.publish('customer_updated', {'customer': without_none(
            {'id': said.body.get('id')})})
        return answer(202, without_none({'id': said.body.get('id')}))

    async def delete(self, request):
        """The look-up by account and memo, then DELETE by the id that it gave."""
        try:
            given = {**dict(request.query), **body_of(request)}
            token = creator_of(request, given)
            account = given.get('account') or token.base
            if strkey.unmux(account)[0] != token.base:
                raise WalletError(403, 'not the account of the token')
            who = {'account': account, **self.memo(given, token)}
        except BadDoor as why:
            return answer(400, {'error': f'door: {why}'})
        except WalletError as why:
            return answer(why.status, why.body)
        found = await self.business.get_customer(who)
        if found.kind != 'ok':
            return answer(found.status, found.wallet_body())
        if found.body.get('id') is None:
            return answer(404, {'error': 'no such customer'})
        said = await self.business.delete_customer(found.body['id'])
        if said.kind != 'ok':
            return answer(said.status, said.wallet_body())
        return Response(200, b'')

    def resolve(self, given, token, verb):
        """The identity members for the business; WalletError if the platform refuses first."""
        who = without_none(given)
        if who.get('account') and strkey.unmux(who['account'])[0] != token.base:
            raise WalletError(403, 'not the account of the token')
        if who.get('transaction_id') is not None:
            return self.by_transaction(who, token, verb)
        who.update(self.memo(who, token))
        if self.sends_account(who, verb):
            who.setdefault('account', token.base)
        return who

    def sends_account(self, who, verb):
        """3.x keeps the account back where a GET has an id."""
        return not (self.world.old and verb == 'GET' and 'id' in who)

    def memo(self, given, token):
        """memo and memo_type as they go on; the token's memo must be the one given."""
        memo, kind = given.get('memo') or None, given.get('memo_type') or None
        if token.memo is not None:
            if memo != token.memo:
                raise WalletError(403, 'not the memo of the token')
            return {'memo': memo, 'memo_type': 'id'}
        if memo is None:
            return {'memo': None, 'memo_type': None}
        kind = kind or 'id'
        if not memo_is_sound(memo, kind):
            raise WalletError(400, 'the memo is not one of its type')
        return {'memo': memo, 'memo_type': kind}

    def by_transaction(self, who, token, verb):
        """The customer is the one that the transaction names for this type."""
        entry = self.world.store.get(who['transaction_id'])
        if entry is None:
            raise WalletError(404 if self.world.old else 403, 'there is no such transaction')
        creator = entry.data.get('creator') or {}
        if not self.world.old:
            owners = (token.account, token.base)
            if creator.get('account') not in owners or creator.get('memo') != token.memo:
                raise WalletError(403, 'there is no such transaction')
            if token.memo is not None:
                raise WalletError(403, 'not the memo of the token')
        side = 'receiver' if who.get('type') == 'sep31-receiver' else 'sender'
        customer = (entry.data.get('customers') or {}).get(side) or {}
        who = {**who, 'id': customer.get('id'), 'account': None, 'memo': None, 'memo_type': None}
        if self.sends_account(without_none(who), verb):
            who['account'] = token.base
        return who


def checked_fields(given):
    """The KYC members that go on; files that came as base64 text become bytes."""
    fields = {}
    for name in kyc.FIELDS:
        value = given.get(name)
        if value is None:
            continue
        if name in kyc.DATES and value and not is_date(str(value)):
            raise WalletError(400, f'{name} is no date')
        if name in kyc.BINARY and not isinstance(value, bytes):
            value = decoded(name, value)
        fields[name] = value if isinstance(value, bytes) else str(value)
    return fields


def decoded(name, value):
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError):
        raise WalletError(400, f'{name} is no base64') from None


def is_date(text):
    try:
        if len(text) == 10:
            date.fromisoformat(text)
            return True
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
