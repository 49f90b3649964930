"""The image: its steps are those of build.sh, and it holds what is needed and no more."""

import fnmatch
import glob
import os
import re
import subprocess
import tempfile
import unittest

from tests.docker import compose, dockerfile

BUILD_SH = os.path.join(compose.FOLDER, 'build.sh')
PROGRAMS = ('customer', 'rate', 'event', 'status', 'watcher/watcher', 'operator/windlass')
# In the image for programs that are not built here: psql, nginx's TLS, the rest.
NOT_LINKED = {'libreadline8', 'nginx-light', 'openssl', 'ca-certificates', 'tini'}


def listed(name):
    path = os.path.join(compose.ROOT, 'config', 'packages', name)
    with open(path, encoding='utf-8') as file:
        return [line.strip() for line in file if not line.startswith('#')]


def said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def linked(program):
    """The packages of the libraries that it names itself, not those of its libraries."""
    wanted = set(re.findall(r'\(NEEDED\).*\[(.*)\]', said('readelf', '-d', program)))
    packages = set()
    for name, path in re.findall(r'^\s*(\S+) => (\S+)', said('ldd', program), re.M):
        if name in wanted:
            owner = said('dpkg', '-S', f'*/{os.path.basename(os.path.realpath(path))}')
            packages.add(owner.split(':')[0])
    return packages


class Packages(unittest.TestCase):
    def test_lists_are_sorted_and_name_nothing_twice(self):
        for name in ('build', 'image'):
            self.assertEqual(listed(name), sorted(set(listed(name))), name)

    def test_what_builds_the_image_builds_here_too(self):
        self.assertEqual(set(listed('build')) - set(listed('run')), set())

    def test_the_image_has_the_libraries_that_our_programs_name(self):
        needed = set()
        for program in PROGRAMS:
            needed |= linked(os.path.join(compose.ROOT, 'build', 'release', program))
        self.assertEqual(set(listed('image')) - NOT_LINKED, needed - {'libc6'})

    def test_nothing_that_builds_is_in_it(self):
        self.assertEqual(set(listed('image')) & set(listed('build')), set())

    def test_build_sh_reads_these_lists(self):
        with open(BUILD_SH, encoding='utf-8') as file:
            self.assertEqual(set(re.findall(r'\blisted (\w+)', file.read())), {'build', 'image'})


class Dockerfile(unittest.TestCase):
    def setUp(self):
        self.instructions = dockerfile.instructions()

    def words(self, name, stage=None):
        return [words for at, instruction, words in self.instructions
                if instruction == name and stage in (None, at)]

    def test_every_step_is_one_of_build_sh(self):
        steps = []
        for words in self.words('RUN'):
            words = [word for word in words if not word.startswith('--mount=')]
            self.assertTrue(words[0].endswith('docker/build.sh'), words)
            steps.append(words[1])
        self.assertEqual(steps, ['tools', 'programs', 'system'])
        usage = said('sh', BUILD_SH, '--help')
        for step in steps:
            self.assertIn(f'build.sh {step}', usage)

    def test_both_stages_are_the_debian_that_the_lists_are_for(self):
        self.assertEqual([[w for w in words if ':' in w] for words in self.words('FROM')],
                         [['debian:12-slim']] * 2)

    def test_it_runs_as_nobody_who_could_do_harm(self):
        self.assertEqual(self.words('USER', 'last'), [['10001:10001']])
        with open(BUILD_SH, encoding='utf-8') as file:
            self.assertIn('USER_ID=10001\n', file.read())
        for name in ('migrate', 'server', 'watcher'):
            tmpfs = compose.project(compose.MAIN, environment={})['services'][name]['tmpfs']
            self.assertIn('/run/windlass:mode=0750,uid=10001,gid=10001', tmpfs)

    def test_the_last_stage_takes_only_the_installed_files(self):
        self.assertEqual(self.words('COPY', 'last'), [['--from=build', '/image', '/']])
        self.assertEqual(self.words('ADD'), [])
        for words in self.words('ENV') + self.words('ARG'):
            self.assertNotIn('SECRET', words[0])


class Context(unittest.TestCase):
    """What the builder is given: enough to build, and no secret."""

    def test_no_secret_goes_there(self):
        for path in ('docker/dev.env', 'docker/config/dev.assets.yaml', '.git/config',
                     '.state/run/kek', 'tests/walk.py', '.env'):
            self.assertFalse(any(path == each or path.startswith(each + '/')
                                 or fnmatch.fnmatch(path, each) for each in dockerfile.allowed()), path)

    def test_it_is_enough(self):
        with tempfile.TemporaryDirectory() as folder:
            dockerfile.context(folder)
            # What make would do there, by the tree's own rules.
            plan = said('make', '-n', '-C', folder, 'DESTDIR=/image', 'install')
            plan = plan.replace('\\\n', ' ')
            for path in re.findall(r'(?:^|\s)((?:cgi-bin|common|watcher|operator)/\w+\.c)\b', plan):
                self.assertTrue(os.path.isfile(os.path.join(folder, path)), path)
            for line in re.findall(r'^(?:cp|install -m) .*', plan, re.M):
                for source in line.split()[1:-1]:
                    if re.match('[a-z](?!uild/)', source):
                        self.assertTrue(glob.glob(os.path.join(folder, source)), line)
            self.assertEqual(len(set(re.findall(r'-o \S*/(customer|rate|event|status|watcher|'
                                                r'windlass) ', plan))), 6)
            for _, name, words in dockerfile.instructions():
                if name == 'COPY' and not words[0].startswith('--'):
                    for source in words[:-1]:
                        self.assertTrue(os.path.exists(os.path.join(folder, source)), source)


if __name__ == '__main__':
    unittest.main()
