"""entry.sh: what the image's command chooses, run here, without docker and without root."""

import contextlib
import http.client
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from tests.docker import compose

KEY = 'the-key-of-the-platform'
ACCOUNT = 'GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW'
RATE = ('/rate?type=indicative&sell_amount=100&buy_asset=iso4217%3ABRL&sell_asset=stellar%3AUSDC%3A'
        'GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP')


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


def children_of(pid):
    done = subprocess.run(['ps', '-o', 'pid=,comm=', '--ppid', str(pid)], capture_output=True,
                          text=True, check=False)
    return {name: int(number) for number, name in
            (line.split(None, 1) for line in done.stdout.splitlines())}


def workers_of(pid):
    done = subprocess.run(['ps', '-o', 'pid=', '--ppid', str(pid)], capture_output=True, text=True,
                          check=False)
    return [int(number) for number in done.stdout.split()]


class Image:
    """The image's files in a folder, and a database."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='wld-', dir='/tmp')
        os.chmod(self.folder, 0o755)
        self.files = os.path.join(self.folder, 'image')
        subprocess.run(['make', '-s', '-C', compose.ROOT, f'DESTDIR={self.files}', 'install'],
                       check=True, capture_output=True)
        self.entry = os.path.join(self.files, 'usr/lib/windlass/entry')
        shutil.copy(os.path.join(compose.FOLDER, 'entry.sh'), self.entry)
        # The server refuses root, so as root it and the programs are postgres's.
        self.user = 'postgres' if os.getuid() == 0 else None
        self.cluster('start')
        self.port = free_port()
        for name in ('run', 'keys', 'state'):
            self.mkdir(name)
        url = f'host={self.folder}/pg-socket dbname=windlass'
        self.settings = {
            'PATH': os.environ['PATH'], 'WINDLASS_PORT': str(self.port),
            'WINDLASS_DATABASE_URL': url, 'WINDLASS_OWNER_URL': f'{url} user=owner',
            'WINDLASS_RUN_DIR': f'{self.folder}/run', 'WINDLASS_STATE_DIR': f'{self.folder}/state',
            'WINDLASS_KEK_FILE': f'{self.folder}/keys/kek',
            'WINDLASS_ERASED_FILE': f'{self.folder}/keys/erased',
            'CALLBACK_API_AUTH_TYPE': 'api_key', 'SECRET_CALLBACK_API_AUTH_SECRET': KEY}

    def mkdir(self, name):
        path = os.path.join(self.folder, name)
        os.mkdir(path, 0o700)
        if self.user:
            os.chown(path, pwd.getpwnam(self.user).pw_uid, -1)

    def cluster(self, verb):
        subprocess.run([os.path.join(compose.ROOT, 'tests/cluster.sh'), verb, self.folder],
                       check=True, capture_output=True)

    def away(self):
        self.cluster('stop')
        shutil.rmtree(self.folder)

    def run(self, *words, **more):
        return subprocess.run([self.entry, *words], env=self.settings, user=self.user, cwd='/',
                              capture_output=True, text=True, timeout=60, check=False, **more)

    def start(self, *words, before=None):
        log = os.path.join(self.folder, 'log')
        with open(log, 'w', encoding='utf-8'):
            os.chmod(log, 0o666)  # nginx opens it anew, as whoever it is
        with open(log, 'a', encoding='utf-8') as file:
            return subprocess.Popen([self.entry, *words], env=self.settings, user=self.user,
                                    cwd='/', stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                    preexec_fn=before)

    def said(self):
        with open(os.path.join(self.folder, 'log'), encoding='utf-8') as file:
            return file.read()

    def ask(self, method, target, body=None):
        line = http.client.HTTPConnection('127.0.0.1', self.port, timeout=10)
        try:
            line.request(method, target, body, {'X-Api-Key': KEY,
                                                'Content-Type': 'application/json'})
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()


class Entry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.image = Image()
        cls.addClassCleanup(cls.image.away)
        done = cls.image.run('migrate')
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        cls.first = done

    def eventually(self, what, seconds=10):
        end = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), end, f'never came true\n{self.image.said()[-2000:]}')
            time.sleep(0.05)

    def server(self, before=None):
        running = self.image.start('server', before=before)

        def gone():
            running.terminate()
            running.wait(15)
        self.addCleanup(gone)
        self.eventually(lambda: self.image.run('health', 'server').returncode == 0)
        return running

    def test_migrate_made_a_key_that_only_its_owner_reads(self):
        self.assertIn('made a wrapping key', self.first.stderr)
        path = self.image.settings['WINDLASS_KEK_FILE']
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, encoding='ascii') as file:
            self.assertRegex(file.read(), r'\A1 [0-9a-f]{64}\n\Z')

    def test_migrate_again_changes_nothing(self):
        with open(self.image.settings['WINDLASS_KEK_FILE'], encoding='ascii') as file:
            before = file.read()
        done = self.image.run('migrate')
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))
        with open(self.image.settings['WINDLASS_KEK_FILE'], encoding='ascii') as file:
            self.assertEqual(file.read(), before)

    def test_the_server_answers_on_its_port_and_leaves_on_term(self):
        running = self.server()
        status, body = self.image.ask('GET', RATE)
        self.assertEqual((status, '"buy_amount"' in body), (200, True), body)
        everybody = {'customer', 'rate', 'event', 'status', 'nginx'}
        self.eventually(lambda: set(children_of(running.pid)) == everybody)
        for name in ('customer', 'rate', 'event', 'status'):
            self.assertEqual(self.image.run('health', name).returncode, 0, name)
        children = children_of(running.pid)
        running.terminate()
        self.assertEqual(running.wait(10), 0, self.image.said()[-2000:])
        for pid in children.values():
            with self.assertRaises(ProcessLookupError):
                os.kill(pid, 0)
        self.assertRegex(self.image.said(), 'event=access .* path="/rate" status=200')
        self.assertEqual(self.image.run('health', 'server').returncode, 1)
        self.assertEqual(self.image.run('health', 'rate').returncode, 1)

    def hup_replaces_the_workers(self, running):
        before = children_of(running.pid)
        self.eventually(lambda: len(workers_of(before['rate'])) == 4)
        workers = set(workers_of(before['rate']))

        running.send_signal(signal.SIGHUP)
        self.eventually(lambda: not workers & set(workers_of(before['rate'])))
        self.assertEqual(children_of(running.pid), before)
        self.assertEqual(self.image.ask('GET', RATE)[0], 200)

    def test_hup_replaces_the_workers_and_nobody_leaves(self):
        self.hup_replaces_the_workers(self.server())

    def test_hup_does_so_too_where_it_was_ignored_at_the_start(self):
        def as_nohup_does():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.hup_replaces_the_workers(self.server(as_nohup_does))

    def test_when_one_program_ends_so_does_the_container(self):
        for name in ('event', 'nginx'):
            with self.subTest(name):
                running = self.server()
                children = children_of(running.pid)
                workers = workers_of(children[name])
                os.kill(children[name], signal.SIGKILL)
                self.assertEqual(running.wait(15), 1)
                self.assertIn(f'entry: {name} has ended with status 137', self.image.said())
                for pid in workers:  # a container takes them with it
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                del children[name]
                for pid in children.values():
                    with self.assertRaises(ProcessLookupError):
                        os.kill(pid, 0)

    def test_below_a_prefix_and_with_others_who_see_the_figures(self):
        more = {'WINDLASS_PATH_PREFIX': '/anchor', 'WINDLASS_INSIDE': '10.9.0.0/16'}
        self.image.settings.update(more)
        for name in more:
            self.addCleanup(self.image.settings.pop, name)
        self.server()
        with open(f'{self.image.folder}/run/nginx/inside.conf', encoding='utf-8') as file:
            self.assertIn('allow 10.9.0.0/16;', file.read())
        self.assertEqual(self.image.ask('GET', '/metrics')[0], 200)
        self.assertEqual(self.image.ask('GET', '/anchor' + RATE)[0], 200)
        self.assertEqual(self.image.ask('GET', RATE)[0], 404)

    def test_a_key_that_is_gone_is_not_replaced_under_customers(self):
        self.server()
        status, body = self.image.ask('PUT', '/customer', '{"account": "' + ACCOUNT + '", '
                                      '"type": "sep31-sender", "first_name": "Ana"}')
        self.assertIn(status, (200, 201, 202), body)
        key = self.image.settings['WINDLASS_KEK_FILE']
        os.rename(key, key + '.away')
        self.addCleanup(os.rename, key + '.away', key)
        done = self.image.run('migrate')
        self.assertEqual(done.returncode, 2)
        self.assertIn('the key that sealed this database\'s customers is gone', done.stderr)
        self.assertFalse(os.path.exists(key))

    def test_one_program_alone(self):
        for name in ('customer', 'rate', 'event', 'status', 'watcher'):
            done = self.image.run(name, '-V')
            self.assertEqual(done.returncode, 0, done.stderr)
        done = self.image.run('windlass', 'pool', 'show')
        self.assertEqual((done.returncode, 'brl' in done.stdout), (0, True), done.stderr)

    def test_what_it_does_not_know_is_one_line(self):
        for words in ((), ('serve',), ('health',), ('health', 'db')):
            done = self.image.run(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertRegex(done.stderr, r'\Aentry: .*\n\Z')
        del self.image.settings['WINDLASS_OWNER_URL']
        self.addCleanup(self.image.settings.update, WINDLASS_OWNER_URL=re.sub(
            '$', ' user=owner', self.image.settings['WINDLASS_DATABASE_URL']))
        self.assertEqual(self.image.run('migrate').returncode, 2)


if __name__ == '__main__':
    unittest.main()
