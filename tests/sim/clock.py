"""The simulated time: the machine's clock plus an offset."""

import asyncio
import shlex
import time
from datetime import datetime, timezone


class ClockCommandFailed(Exception):
    pass


class Clock:
    def __init__(self, command=None):
        self.offset_ms = 0
        self.command = shlex.split(command) if command else None

    def now(self):
        """Seconds since 1970, simulated."""
        return time.time() + self.offset_ms / 1000

    def micros(self):
        return time.time_ns() // 1000 + self.offset_ms * 1000

    def offset_for(self, text):
        """The offset that makes it `text` (ISO 8601, with a zone) now; ValueError if it is none."""
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError('a time needs a zone')
        return int((moment.timestamp() - time.time()) * 1000)

    async def tell(self, offset_ms):
        """Run the clock command, which takes the offset to the program under test."""
        if self.command is None:
            return
        child = await asyncio.create_subprocess_exec(
            *self.command, str(offset_ms), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        said, _ = await child.communicate()
        if child.returncode != 0:
            raise ClockCommandFailed(f'{self.command[0]} gave {child.returncode}: '
                                     f'{said.decode(errors="replace").strip()}')


def iso(micros, digits=6):
    """Microseconds since 1970 as the platform prints an instant: no trailing zero digits beyond
    whole groups of three, none at all for a full second."""
    moment = datetime.fromtimestamp(micros // 1_000_000, timezone.utc)
    text = moment.strftime('%Y-%m-%dT%H:%M:%S')
    fraction = f'{micros % 1_000_000:06d}'[:digits]
    while fraction.endswith('000'):
        fraction = fraction[:-3]
    return f'{text}.{fraction}Z' if fraction else f'{text}Z'
