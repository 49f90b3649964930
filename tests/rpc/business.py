#!/usr/bin/env python3
"""business.py --port N --answer FILE - a business server that says what a file says, to every GET.

The platform asks it for a rate at a payment's start, and for a customer during
notify_customer_info_updated.
"""

import argparse
import pathlib
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    answer = None

    def do_GET(self):
        body = self.answer.read_bytes()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--answer', type=pathlib.Path, required=True)
    given = parser.parse_args()
    Handler.answer = given.answer
    HTTPServer(('127.0.0.1', given.port), Handler).serve_forever()


if __name__ == '__main__':
    main()
