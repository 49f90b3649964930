"""Requests that say who sent them, as Standard Webhooks has it (v1)."""
import base64
import binascii
import hmac

TOLERANCE = 300


def key_of(secret):
    prefix, _, text = secret.partition('_')
    if prefix != 'whsec':
        raise ValueError('a secret begins with whsec_')
    return base64.b64decode(text, validate=True)


def is_signed(keys, headers, body, now):
    """Any key, any of the signatures."""
    webhook_id = headers.get('webhook-id', '')
    timestamp = headers.get('webhook-timestamp', '')
    if not webhook_id or not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE:
        return False
    signed = f'{webhook_id}.{timestamp}.'.encode() + body
    for one in headers.get('webhook-signature', '').split(' '):
        version, _, text = one.partition(',')
        try:
            given = base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            continue
        if version == 'v1' and any(hmac.compare_digest(given, hmac.digest(key, signed, 'sha256'))
                                   for key in keys):
            return True
    return False
