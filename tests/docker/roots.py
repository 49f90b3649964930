"""Bare Debian roots, and our Dockerfile carried out in them, step by step: what docker build does,
without docker.  Needs root, debootstrap (or BASE, a tar of such a root) and Debian's archive."""

import os
import shutil
import subprocess
import time

from tests.docker import dockerfile

PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

# $1: the root.  The rest is run in it, with the little of /dev that programs expect.
DEVICES = '''
root=$1; shift
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 dev "$root/dev"
for device in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "$root/dev/${device%:*}" c 1 "${device#*:}"
done
mkdir -m 1777 "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
for number in 0:stdin 1:stdout 2:stderr; do
    ln -s "/proc/self/fd/${number%:*}" "$root/dev/${number#*:}"
done
'''


def base(folder):
    """The tar that every stage begins with; made once."""
    tar = os.environ.get('BASE') or os.path.join(folder, 'base.tar')
    if not os.path.exists(tar):
        made = os.path.join(folder, 'base')
        subprocess.run(['debootstrap', '--variant=minbase', 'bookworm', made], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run(['tar', '-C', made, '--exclude=./var/cache/apt/archives/*.deb', '-cf',
                        tar + '.new', '.'], check=True)
        os.rename(tar + '.new', tar)
        shutil.rmtree(made)
    return tar


def unpack(tar, root):
    os.makedirs(root)
    with subprocess.Popen(['tar', '-tf', tar], stdout=subprocess.PIPE, text=True) as listing:
        first = listing.stdout.readline()
        listing.kill()
    # Such tars begin with ./ or with the folder they were made of.
    strip = [] if first.startswith('./') else ['--strip-components=1']
    subprocess.run(['tar', '-C', root, *strip, '-xf', tar], check=True)


def megabytes(root):
    """Without what debian:12-slim leaves out and a bare root has."""
    left_out = ('usr/share/doc', 'usr/share/man', 'usr/share/locale', 'var/cache/apt',
                'var/lib/apt/lists', 'var/log')
    said = subprocess.run(['du', '-smx', *(f'--exclude={root}/{each}' for each in left_out), root],
                          check=True, capture_output=True, text=True)
    return int(said.stdout.split()[0])


def packages(root):
    said = subprocess.run(['dpkg-query', f'--admindir={root}/var/lib/dpkg', '-W', '-f',
                           '${Package}\n'], check=True, capture_output=True, text=True)
    return set(said.stdout.split())


class Stage:
    def __init__(self, root):
        self.root = root
        self.folder = '/'
        for name in ('resolv.conf', 'hosts'):
            shutil.copy(f'/etc/{name}', f'{root}/etc/{name}')

    def inside(self, path):
        return self.root + os.path.join(self.folder, path)

    def copy(self, source, to):
        """As COPY does: of a folder, what is in it."""
        target = self.inside(to)
        os.makedirs(target if os.path.isdir(source) else os.path.dirname(target), exist_ok=True)
        subprocess.run(['cp', '-a', *(['-T'] if os.path.isdir(source) else []), source, target],
                       check=True)

    def run(self, words, bind=None):
        """bind: (a folder here, its place in the root), for this command only."""
        script = DEVICES
        if bind:
            os.makedirs(self.root + bind[1], exist_ok=True)
            script += f'mount --bind -o ro "{bind[0]}" "$root{bind[1]}"\n'
        script += f'exec chroot "$root" env -i PATH={PATH} HOME=/root sh -c ' \
            f'\'cd "$0" && exec "$@"\' {self.folder} "$@"'
        subprocess.run(['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-euc',
                        script, 'sh', self.root, *words], check=True, stdin=subprocess.DEVNULL)
        if bind:
            os.removedirs(self.root + bind[1])

    def finish(self):
        for name in ('resolv.conf', 'hosts'):
            os.unlink(f'{self.root}/etc/{name}')


def build(folder, arch='', last='last'):
    """Carries the Dockerfile out, up to a stage.  Its root, and what is said of running it."""
    tar = base(folder)
    context = os.path.join(folder, 'context')
    os.makedirs(context)
    dockerfile.context(context)
    stages, settings = {}, {'ENV': {}}
    for name, instruction, words in dockerfile.instructions():
        if last in stages and name != last:
            break
        began = time.monotonic()
        words = [word.replace('$TARGETARCH', arch) for word in words]
        words = [word for word in words if word]
        if instruction == 'FROM':
            root = os.path.join(folder, name)
            unpack(tar, root)
            stages[name] = stage = Stage(root)
        elif instruction == 'WORKDIR':
            stage.folder = words[0]
            os.makedirs(stage.root + words[0], exist_ok=True)
        elif instruction == 'COPY' and words[0].startswith('--from='):
            stage.copy(stages[words[0][len('--from='):]].root + words[1], words[2])
        elif instruction == 'COPY':
            stage.copy(os.path.join(context, words[0]), words[1])
        elif instruction == 'RUN':
            bind = None
            if words[0].startswith('--mount=type=bind,target='):
                bind = (context, words[0].rpartition('=')[2])
                words = words[1:]
            stage.run(words, bind)
            print(f'{" ".join(words)}: {time.monotonic() - began:.0f} s', flush=True)
        elif instruction == 'ENV':
            variable, _, value = words[0].partition('=')
            settings['ENV'][variable] = value
        elif instruction in ('USER', 'ENTRYPOINT', 'CMD'):
            settings[instruction] = words
        elif instruction not in ('ARG', 'EXPOSE'):
            raise ValueError(f'Dockerfile: {instruction} is not known here')
    for each in stages.values():
        each.finish()
    return stages[last].root, settings
