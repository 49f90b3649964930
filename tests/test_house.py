"""Ports that a house was given are its own, though nobody listens there yet."""

import socket
import unittest

from tests.watcher import house


class Ports(unittest.TestCase):
    def tearDown(self):
        while house.PROMISED:
            house.PROMISED.pop().close()

    def test_a_port_is_promised_to_one_house(self):
        port, = house.free_ports(1)
        with socket.socket() as listener:
            listener.bind(('127.0.0.1', port))      # free it is
        with socket.socket(socket.AF_UNIX) as other, self.assertRaises(OSError):
            other.bind(f'\0windlass-port-{port}')
