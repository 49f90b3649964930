"""The business server of a replay: gives the recorded answers, remembers the questions."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Business:
    def __init__(self, port=0):
        self.lookup = None      # {'status', 'customer'}: the answer to GET /customer
        self.rate = None        # the answer to GET /rate
        self.asked = []         # targets of GET /customer
        self.server = ThreadingHTTPServer(('127.0.0.1', port), self.handler())
        self.url = f'http://127.0.0.1:{self.server.server_address[1]}'
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def expect(self, lookup=None, rate=None):
        self.lookup, self.rate, self.asked = lookup, rate, []

    def answer(self, target):
        if target.startswith('/customer'):
            self.asked.append(target)
            if self.lookup:
                return self.lookup['status'], self.lookup['customer']
        if target.startswith('/rate') and self.rate:
            return 200, {'rate': self.rate}
        return 404, {'error': 'nothing was recorded for this'}

    def handler(self):
        business = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                status, value = business.answer(self.path)
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler

    def close(self):
        self.server.shutdown()
        self.server.server_close()
