#!/usr/bin/env python3
"""A simulated Anchor Platform: its Platform API and its own door (/_sim/) on one port, and on
another the Horizon of the ledger that it watches.  `--help` lists the options; README.md beside
this file tells what the door takes."""

import argparse
import os
import sys

# The folder of a script comes first on the path: this one would hide the standard `platform`.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tests.platform import auth  # noqa: E402
from tests.platform.app import serve  # noqa: E402
from tests.sim.door import add_arguments, run  # noqa: E402
from tests.sim.secret import secret  # noqa: E402

SECRETS = {'platform_secret': 'SECRET_PLATFORM_API_AUTH_SECRET',
           'callback_secret': 'SECRET_CALLBACK_API_AUTH_SECRET'}


def options():
    parser = argparse.ArgumentParser(prog='platform.py', description=__doc__)
    add_arguments(parser)
    parser.add_argument('--horizon-port', type=int, required=True)
    parser.add_argument('--callback-url', required=True, help='where the business listens')
    parser.add_argument('--behave', choices=('3.1', '4.3'), default='4.3')
    parser.add_argument('--custody', action='store_true', help='with 3.1: a custody server')
    parser.add_argument('--auth', choices=auth.MODES, default='none',
                        help='what the Platform API asks of the business')
    parser.add_argument('--callback-auth', choices=auth.MODES, default='none',
                        help='what the callbacks carry')
    for name, variable in SECRETS.items():
        parser.add_argument(f'--{name.replace("_", "-")}', default=secret(variable),
                            help=f'or {variable} in the environment')
    parser.add_argument('--assets', default=os.path.join(
        os.path.dirname(os.path.abspath(__file__)), 'assets.json'))
    parser.add_argument('--events', action='store_true', help='send POST /event')
    return parser


def main():
    parser = options()
    given = parser.parse_args()
    if given.custody and given.behave != '3.1':
        parser.error('--custody needs --behave 3.1')
    for mode, name in (('auth', 'platform_secret'), ('callback_auth', 'callback_secret')):
        if getattr(given, mode) != 'none' and not getattr(given, name):
            parser.error(f'--{mode.replace("_", "-")} {getattr(given, mode)} needs '
                         f'--{name.replace("_", "-")}')
    return run(serve(given))


if __name__ == '__main__':
    sys.exit(main())
