"""Hears what a service tells of itself, in the place of systemd.

    hear.py SOCKET FILE

Each datagram becomes a line of FILE, until it is ended.
"""

import socket
import sys


def main() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear, open(sys.argv[2], 'w') as told:
        ear.bind(sys.argv[1])
        while True:
            print(ear.recv(4096).decode(), file=told, flush=True)


if __name__ == '__main__':
    main()
