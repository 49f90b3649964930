"""Reading the recorded traffic of this folder."""
import base64
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
CUT = '…'
CALLBACK_SECRET = 'myPlatformToAnchorSecret1234567890'
PLATFORM_SECRET = 'myAnchorToPlatformSecret1234567890'


def lines(platform: str, kind: str) -> list:
    """All lines of one file, e.g. lines('4.3.0', 'rpc')."""
    with (HERE / platform / f'{kind}.jsonl').open(encoding='utf-8') as file:
        return [json.loads(text) for text in file]


def body_bytes(request: dict) -> bytes:
    """The body as it went over the wire."""
    if 'body_base64' in request:
        return base64.b64decode(request['body_base64'])
    return request.get('body_text', '').encode()
