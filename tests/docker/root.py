"""What root.sh runs: `build FOLDER`, then, in namespaces of its own, `run FOLDER PG_BIN`; or
`programs FOLDER ARCH`."""

import fcntl
import glob
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time

from tests.docker import containers, roots

KEPT = 'image.json'
MACHINES = {'amd64': 62, 'arm64': 183}  # e_machine of ELF
RUNNING = {'server': {'tini', 'entry', 'customer', 'rate', 'event', 'status', 'nginx'},
           'watcher': {'tini', 'watcher'}}
SIMULATORS = {'platform-server', 'bank', 'treasury'}
# Neither what builds, nor what a thief would like to find.
ABSENT = {'gcc', 'cpp', 'make', 'perl', 'python3', 'curl', 'wget', 'openssh-client', 'systemd'}


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        request = struct.pack('16sH14x', b'lo', 0x1)  # IFF_UP
        fcntl.ioctl(one, 0x8914, request)  # SIOCSIFFLAGS


def hosts(folder, services):
    """Every service has the address of this namespace's loopback."""
    path = os.path.join(folder, 'hosts')
    with open(path, 'w', encoding='ascii') as file:
        file.write('127.0.0.1 localhost\n')
        file.writelines(f'127.0.0.1 {name}\n' for name in services)
    subprocess.run(['mount', '--bind', path, '/etc/hosts'], check=True)
    return path


def clear(folder, *names):
    for name in names:
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)


def build(folder):
    clear(folder, 'build', 'last', 'context')
    root, settings = roots.build(folder)
    bare = os.path.join(folder, 'bare')
    roots.unpack(roots.base(folder), bare)
    print(f'the image: {roots.megabytes(root)} MB, a bare Debian {roots.megabytes(bare)} MB')
    clear(folder, 'bare')
    there = ABSENT & roots.packages(root)
    if there:
        raise AssertionError(f'in the image: {sorted(there)}')
    with open(os.path.join(folder, KEPT), 'w', encoding='utf-8') as file:
        json.dump([root, settings], file)


def programs(folder, arch):
    """The first stage for another machine: are its programs that machine's?"""
    clear(folder, 'build', 'context')
    root, _ = roots.build(folder, arch, 'build')
    for name in glob.glob(f'{root}/image/usr/lib/windlass/*') + [f'{root}/image/usr/bin/windlass']:
        with open(name, 'rb') as file:
            head = file.read(20)
        if head[:2] == b'#!':
            continue
        machine = struct.unpack('<H', head[18:])[0]
        if head[:4] != b'\x7fELF' or machine != MACHINES[arch]:
            raise AssertionError(f'{name}: not for {arch}')
    print(f'the programs are for {arch}')


def look(container):
    """Nobody in it is root, has a power, or can write to the image."""
    processes = container.processes()
    if set(processes) != RUNNING[container.name]:
        raise AssertionError(f'running: {sorted(processes)}')
    for name, status in processes.items():
        if set(status['Uid'].split()) != {'10001'} or int(status['CapEff'], 16) != 0 \
                or status['NoNewPrivs'] != '1':
            raise AssertionError(f'{name}: {status["Uid"]} {status["CapEff"]}')
    for path in ('/etc/x', '/usr/lib/windlass/x', '/var/lib/windlass/keys/x', '/x'):
        if container.check(['touch', path]):
            raise AssertionError(f'{path} can be written')
    if not container.check(['touch', '/run/windlass/x']):
        raise AssertionError('the run folder cannot be written')


def walk(project):
    began = time.monotonic()
    container = project.up('walk')
    started = time.monotonic()
    status = container.process.wait(180)
    del project.running['walk']
    if status != 0:
        raise AssertionError('\n'.join(each.said() for each in project.running.values())
                             + container.said())
    print(f'started in {started - began:.1f} s, a payment in {time.monotonic() - started:.1f} s')


def stop(project):
    for name, status in project.down().items():
        if status != 0 and name not in SIMULATORS:
            raise AssertionError(f'{name} ended with {status} after TERM')


def run(folder, pg):
    with open(os.path.join(folder, KEPT), encoding='utf-8') as file:
        image = json.load(file)
    clear(folder, 'volumes', 'roots')
    loopback_up()
    project = containers.Project(folder, image, pg)
    shutil.copy(hosts(folder, project.services), f'{image[0]}/etc/hosts')
    try:
        walk(project)
        for name in RUNNING:
            look(project.running[name])
        print('nobody is root, nothing can be written but the run folder and the volumes')
        stop(project)
        walk(project)
        stop(project)
        print('stopped and started again on the same volumes')
    finally:
        for container in project.running.values():
            container.process.kill()
        os.unlink(f'{image[0]}/etc/hosts')


if __name__ == '__main__':
    try:
        {'build': build, 'programs': programs, 'run': run}[sys.argv[1]](*sys.argv[2:])
    except (AssertionError, subprocess.CalledProcessError) as fault:
        print(f'root: {fault}', file=sys.stderr)
        sys.exit(1)
