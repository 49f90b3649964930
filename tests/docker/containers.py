"""Runs the services of our compose files without docker: the image's in a read-only root of their
own, with nothing of root's powers; the simulators and PostgreSQL beside them.  In a network and a
process namespace of its own (root.sh sees to that), so that every port is the one in the files."""

import os
import pwd
import signal
import subprocess
import time

from tests.docker import compose, roots

HEALTHY_SECONDS = 90
AS_POSTGRES = ('setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups')

# Besides roots.DEVICES; $root is a mount of the image, read-only at the end.
PLACE = '''
image=$1; root=$2; shift 2
mount --bind "$image" "$root"
set -- "$root" "$@"
'''


def wait_until(what, seconds, why):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise AssertionError(why())
        time.sleep(0.2)


class Container:
    """One service, running or run."""

    def __init__(self, project, name):
        self.project = project
        self.name = name
        self.service = project.services[name]
        self.log = os.path.join(project.folder, f'{name}.log')
        with open(self.log, 'a', encoding='utf-8'):
            os.chmod(self.log, 0o666)  # nginx opens it anew
        with open(self.log, 'a', encoding='utf-8') as log:
            self.process = subprocess.Popen(self.command(), cwd=compose.ROOT, stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL,
                                            env=self.environment())

    def command(self):
        """A simulator: the tree is /src, and /state a folder of ours."""
        state = self.project.volume(f'{self.name}-state')
        return [word.replace('--state /state', f'--state {state}') if ' ' in word
                else state if word == '/state' else word for word in self.service['command']]

    def environment(self):
        return {'PATH': os.environ['PATH'], **compose.environment_of(self.service)}

    def said(self):
        with open(self.log, encoding='utf-8', errors='replace') as file:
            return f'{self.name}:\n' + file.read()[-3000:]

    def first(self):
        """The process that signals go to."""
        return self.process.pid

    def check(self, words):
        return subprocess.run(words, capture_output=True, check=False,
                              env={'PATH': os.environ['PATH']}).returncode == 0

    def healthy(self):
        if self.process.poll() is not None:
            raise AssertionError(f'ended with {self.process.returncode}: {self.said()}')
        return self.check(self.service['healthcheck']['test'][1:])

    def stop(self):
        """As docker stop: TERM, and how it ended."""
        if self.process.poll() is None:
            os.kill(self.first(), signal.SIGTERM)
        return self.process.wait(30)


class Database(Container):
    """PostgreSQL as the image postgres sets it up: our init.sh on an empty folder."""

    def command(self):
        self.data = os.path.join(self.project.folder, 'volumes', 'db')
        if not os.path.exists(self.data):
            self.begin()
        return self.server('-c', 'listen_addresses=*')

    def server(self, *more):
        return [*AS_POSTGRES, f'{self.project.pg}/postgres', '-D', self.data,
                '-c', f'unix_socket_directories={self.project.folder}', *more]

    def begin(self):
        user = pwd.getpwnam('postgres')
        os.makedirs(self.data)
        os.chown(self.data, user.pw_uid, user.pw_gid)
        os.chown(self.project.folder, user.pw_uid, -1)
        given = dict(POSTGRES_USER='postgres', PGHOST=self.project.folder, **self.environment())
        subprocess.run([*AS_POSTGRES, f'{self.project.pg}/initdb', '-D', self.data, '-U', 'postgres',
                        '--auth-local=trust', '--auth-host=scram-sha-256', '-E', 'UTF8',
                        '--locale=C'], check=True, cwd='/', stdout=subprocess.DEVNULL)
        with open(f'{self.data}/pg_hba.conf', 'a', encoding='ascii') as file:
            file.write('host all all all scram-sha-256\n')
        with subprocess.Popen(self.server('-c', 'listen_addresses='), cwd='/',
                              stderr=subprocess.DEVNULL) as server:
            wait_until(lambda: self.check(['pg_isready', '-h', self.project.folder]),
                       30, lambda: 'PostgreSQL did not start')
            subprocess.run([os.path.join(compose.FOLDER, 'db/init.sh')], check=True, env=given)
            server.send_signal(signal.SIGTERM)

    def stop(self):
        os.kill(self.first(), signal.SIGINT)
        return self.process.wait(30)


class Ours(Container):
    """One of the image's, as docker would start it from what the files say."""

    def command(self):
        image, settings = self.project.image
        root = os.path.join(self.project.folder, 'roots', self.name)
        os.makedirs(root, exist_ok=True)
        script = PLACE + roots.DEVICES
        for volume in self.service.get('volumes', ()):
            name, target, *mode = volume.split(':')
            script += f'mount --bind {self.project.volume(name, image + target)} "$root{target}"\n'
            if mode == ['ro']:
                script += f'mount -o remount,bind,ro "$root{target}"\n'
        for place in self.service['tmpfs']:
            target, _, options = place.partition(':')
            script += f'mount -t tmpfs -o {options} tmpfs "$root{target}"\n'
        if self.service['read_only']:
            script += 'mount -o remount,bind,ro "$root"\n'
        [user] = settings['USER']
        script += 'ulimit -c 0\n'
        script += f'exec chroot --userspec={user} --groups= "$root" setpriv --no-new-privs "$@"'
        return ['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-euc', script, 'sh',
                image, root, *settings['ENTRYPOINT'], *self.service['command']]

    def environment(self):
        return {'PATH': roots.PATH, **self.project.image[1]['ENV'],
                **compose.environment_of(self.service)}

    def first(self):
        """unshare waits for it; in its own namespace it is process 1."""
        pid = self.process.pid
        with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
            return int(file.read().split()[0])

    def began(self):
        """Has the place been made, and its program taken over?"""
        try:
            return os.readlink(f'/proc/{self.first()}/exe').endswith('/tini')
        except (IndexError, OSError):
            return False

    def check(self, words):
        if not self.began():
            return False
        user, group = self.project.image[1]['USER'][0].split(':')
        done = subprocess.run(['nsenter', '-t', str(self.first()), '-m', '-p', '-r', '-w', '-S',
                               user, '-G', group, '--', *words], capture_output=True, check=False,
                              env=self.environment())
        return done.returncode == 0

    def processes(self):
        """{name: Uid} of all that runs in it."""
        found = {}
        namespace = os.readlink(f'/proc/{self.first()}/ns/pid')
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                if os.readlink(f'/proc/{pid}/ns/pid') != namespace:
                    continue
                with open(f'/proc/{pid}/status', encoding='ascii') as file:
                    status = dict(line.rstrip('\n').split(':\t', 1) for line in file
                                  if ':\t' in line)
            except (FileNotFoundError, ProcessLookupError):
                continue
            found[status['Name']] = status
        return found


class Project:
    def __init__(self, folder, image, pg):
        self.folder = folder
        self.image = image
        self.pg = pg
        self.services = compose.project(compose.MAIN, compose.SIMULATED, environment={})['services']
        self.running = {}

    def volume(self, name, like=None):
        """A named volume: when it is new, owner and mode are those of the image's folder."""
        path = os.path.join(self.folder, 'volumes', name)
        if not os.path.exists(path):
            os.makedirs(path)
            if like:
                status = os.stat(like)
                os.chown(path, status.st_uid, status.st_gid)
                os.chmod(path, status.st_mode & 0o7777)
        return path

    def kind(self, name):
        if name == 'db':
            return Database
        return Ours if 'build' in self.services[name] else Container

    def up(self, name):
        """Starts a service after those it waits for, in the state it waits for."""
        if name in self.running:
            return self.running[name]
        for other, how in self.services[name].get('depends_on', {}).items():
            container = self.up(other)
            if how['condition'] == 'service_completed_successfully':
                if container.process.wait(HEALTHY_SECONDS) != 0:
                    raise AssertionError(container.said())
            elif how['condition'] == 'service_healthy':
                wait_until(container.healthy, HEALTHY_SECONDS,
                           lambda it=container: f'never healthy: {it.said()}')
        self.running[name] = self.kind(name)(self, name)
        return self.running[name]

    def down(self):
        """Last started, first stopped; {name: exit status}."""
        ended = {}
        for name in reversed(list(self.running)):
            ended[name] = self.running.pop(name).stop()
        return ended
