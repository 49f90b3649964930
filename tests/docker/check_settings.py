"""dev.env: nobody's setting is misspelt, and our programs take it as it is."""

import base64
import os
import re
import subprocess
import tempfile
import tomllib
import unittest
import urllib.parse

from tests.docker import compose, dockerfile
from tests.platform import strkey

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(compose.ROOT, 'build', 'release')
PROGRAMS = {name: os.path.join(BUILD, path) for name, path in {
    'customer': 'customer', 'rate': 'rate', 'event': 'event', 'status': 'status',
    'watcher': 'watcher/watcher', 'windlass': 'operator/windlass'}.items()}
ENTRY = os.path.join(compose.FOLDER, 'entry.sh')
# Of the image postgres: hub.docker.com/_/postgres.
POSTGRES = {'POSTGRES_PASSWORD', 'POSTGRES_USER', 'POSTGRES_DB'}


def said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read_by_us():
    names = set()
    for program in PROGRAMS.values():
        names |= set(re.findall(r'^  ([A-Z][A-Z0-9_]+)(?: |$)', said(program, '-h'), re.M))
    # Those of its own stand at the start of a line, two on one line where they are a pair.
    own = said(ENTRY, '--help').split('Settings of its own', 1)[1]
    for line in re.findall(r'^  (WINDLASS_.*)$', own, re.M):
        names |= set(re.findall('WINDLASS_[A-Z_]+', line))
    return names


def documented_by_the_platform():
    with open(os.path.join(HERE, 'platform_settings.txt'), encoding='utf-8') as file:
        return {line.split()[0] for line in file if line.strip() and not line.startswith('#')}


def private(path, flags):
    return os.open(path, flags, 0o600)


class Settings(unittest.TestCase):
    def setUp(self):
        self.given = compose.env_file('dev.env')
        self.value = dict(self.given)

    def test_no_name_is_given_twice(self):
        self.assertEqual(len(self.value), len(self.given))

    def test_every_one_is_read_by_somebody(self):
        ours = read_by_us()
        self.assertIn('WINDLASS_DATABASE_URL', ours)
        self.assertIn('WINDLASS_OWNER_URL', ours)
        known = ours | documented_by_the_platform() | POSTGRES
        self.assertEqual([name for name, _ in self.given if name not in known], [])

    def test_so_is_every_one_in_a_compose_file_and_in_the_image(self):
        known = read_by_us()
        services = compose.project(compose.MAIN, compose.SIMULATED, environment={})['services']
        for name in ('migrate', 'server', 'watcher'):
            self.assertLessEqual(set(services[name].get('environment', {})), known, name)
        for _, word, words in dockerfile.instructions():
            if word == 'ENV':
                self.assertIn(words[0].split('=')[0], known)

    def test_the_entry_script_reads_what_it_says(self):
        with open(ENTRY, encoding='utf-8') as file:
            code = [line for line in file if not line.startswith('#')]
        for line in said(ENTRY, '--help').split('Settings of its own', 1)[1].splitlines():
            for name in re.findall('^  (WINDLASS_[A-Z_]+)', line):
                self.assertTrue(any(name in each for each in code), name)

    def test_our_programs_take_them_as_they_are(self):
        with tempfile.TemporaryDirectory() as folder:
            kek = os.path.join(folder, 'kek')
            with open(kek, 'w', encoding='ascii', opener=private) as file:
                file.write('1 ' + '7e' * 32 + '\n')
            settings = dict(self.value, PATH=os.environ['PATH'], WINDLASS_KEK_FILE=kek,
                            WINDLASS_ERASED_FILE=os.path.join(folder, 'erased'),
                            WINDLASS_STATE_DIR=folder, WINDLASS_RUN_DIR=folder)
            for name in ('customer', 'rate', 'event', 'status', 'watcher'):
                done = subprocess.run([PROGRAMS[name], '-n'], env=settings, capture_output=True,
                                      text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ''), name)
                for secret in (v for n, v in self.given if n.startswith('SECRET_')):
                    # No secret, but a word of many meanings.
                    if secret != self.value['SECRET_DATA_USERNAME']:
                        self.assertNotIn(secret, done.stdout)

    def test_both_sides_prove_themselves(self):
        for side in ('CALLBACK_API', 'PLATFORM_API'):
            self.assertEqual(self.value[f'{side}_AUTH_TYPE'], 'jwt')
            self.assertGreaterEqual(len(self.value[f'SECRET_{side}_AUTH_SECRET']), 32)
        self.assertNotEqual(self.value['SECRET_CALLBACK_API_AUTH_SECRET'],
                            self.value['SECRET_PLATFORM_API_AUTH_SECRET'])
        self.assertNotIn('WINDLASS_DEV', self.value)

    def test_addresses_and_memos_are_the_watchers(self):
        self.assertEqual(self.value['SEP31_DEPOSIT_INFO_GENERATOR_TYPE'], 'none')
        self.assertEqual(self.value.get('WINDLASS_DEPOSIT_INFO', 'none'), 'none')

    def test_both_look_at_the_same_ledger(self):
        self.assertEqual(self.value['WINDLASS_HORIZON_URL'],
                         self.value['STELLAR_NETWORK_HORIZON_URL'])

    def test_hosts_are_services_and_ports_are_theirs(self):
        services = compose.project(compose.MAIN, environment={})['services']
        plain = self.value['WINDLASS_PLAIN_HTTP_HOSTS'].split()
        for name in ('CALLBACK_API_BASE_URL', 'PLATFORM_API_BASE_URL', 'WINDLASS_PAYOUT_RAIL_URL',
                     'WINDLASS_TREASURY_RAIL_URL'):
            url = urllib.parse.urlsplit(self.value[name])
            self.assertIn(url.hostname, services, name)
            inside = [port.split(':')[-1] for port in services[url.hostname]['ports']]
            self.assertIn(str(url.port), inside, name)
            if name != 'CALLBACK_API_BASE_URL':
                self.assertIn(url.hostname, plain)
        for name in plain:
            self.assertIn(name, services)
        self.assertEqual(self.value['DATA_SERVER'], 'db:5432')

    def test_files_that_the_platform_reads_are_in_the_folder_it_is_given(self):
        for name in ('ASSETS_VALUE', 'SEP1_TOML_VALUE'):
            folder, file = os.path.split(self.value[name])
            self.assertEqual(folder, '/home')
            self.assertTrue(os.path.isfile(os.path.join(compose.FOLDER, 'config', file)))


class Toml(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(compose.FOLDER, 'config', 'dev.stellar.toml'), 'rb') as file:
            self.toml = tomllib.load(file)

    def test_the_signing_key_belongs_to_the_seed(self):
        seed = dict(compose.env_file('dev.env'))['SECRET_SEP10_SIGNING_SEED']
        raw = base64.b32decode(seed)
        self.assertEqual((len(raw), raw[0], strkey.crc16(raw[:-2])), (35, 18 << 3, raw[-2:]))
        # A private key of RFC 8410 is this head and the seed.
        der = bytes.fromhex('302e020100300506032b657004220420') + raw[1:33]
        public = subprocess.run(['openssl', 'pkey', '-inform', 'DER', '-pubout', '-outform', 'DER'],
                                input=der, capture_output=True, check=True).stdout[-32:]
        self.assertEqual(self.toml['SIGNING_KEY'], strkey.encode('G', public))

    def test_the_services_are_where_the_sep_server_is(self):
        services = compose.project(compose.MAIN, environment={})['services']
        port = services['sep-server']['ports'][0].split(':')[1]
        for name in ('WEB_AUTH_ENDPOINT', 'KYC_SERVER', 'DIRECT_PAYMENT_SERVER',
                     'ANCHOR_QUOTE_SERVER'):
            url = urllib.parse.urlsplit(self.toml[name])
            self.assertEqual((url.hostname, str(url.port)), ('localhost', port), name)


if __name__ == '__main__':
    unittest.main()
