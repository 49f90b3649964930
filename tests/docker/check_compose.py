"""The compose files: their form, and what they promise (order of start, no root, no state)."""

import json
import os
import re
import unittest

import jsonschema

from tests.docker import compose

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = ('migrate', 'server', 'watcher')
PLATFORM = ('sep-server', 'platform-server', 'observer')
BOTH = ((compose.MAIN,), (compose.MAIN, compose.SIMULATED))


def waits_for(service):
    return {name: each['condition'] for name, each in service.get('depends_on', {}).items()}


def compose_settings(service):
    text = ''
    for path in service['env_file']:
        with open(os.path.join(compose.FOLDER, path), encoding='utf-8') as file:
            text += file.read()
    return text


class Form(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(HERE, 'compose.schema.json'), encoding='utf-8') as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        self.validator = jsonschema.Draft202012Validator(schema)

    def test_the_files_are_valid(self):
        for name in (compose.MAIN, compose.SIMULATED):
            faults = [f'{"/".join(map(str, fault.absolute_path))}: {fault.message}'
                      for fault in self.validator.iter_errors(compose.raw(name))]
            self.assertEqual(faults, [], name)

    def test_the_schema_refuses_what_is_misspelt(self):
        for wrong in ({'comand': ['server']}, {'command': 'server'}, {'read_only': 'yes'},
                      {'depends_on': {'db': {'condition': 'healthy'}}},
                      {'healthcheck': {'test': ['pg_isready', 'x']}},
                      {'ports': ['8081']}):
            with self.subTest(wrong):
                self.assertFalse(self.validator.is_valid({'services': {'server': wrong}}))

    def test_every_name_that_is_used_is_there(self):
        for names in BOTH:
            whole = compose.project(*names, environment={})
            for name, service in whole['services'].items():
                with self.subTest(files=names, service=name):
                    self.assertIn('image', service)
                    self.assertLessEqual(set(waits_for(service)), set(whole['services']))
                    for path in service.get('env_file', ()):
                        self.assertTrue(os.path.isfile(os.path.join(compose.FOLDER, path)), path)
                    for volume in service.get('volumes', ()):
                        source = volume.split(':')[0]
                        if source.startswith('.'):
                            self.assertTrue(os.path.exists(os.path.join(compose.FOLDER, source)),
                                            source)
                        else:
                            self.assertIn(source, whole['volumes'])

    def test_who_is_waited_for_can_come(self):
        for names in BOTH:
            services = compose.project(*names, environment={})['services']
            for name, service in services.items():
                for other, condition in waits_for(service).items():
                    with self.subTest(service=name, other=other):
                        if condition == 'service_healthy':
                            self.assertIn('test', services[other].get('healthcheck', {}))
                        # Who is there without a profile waits only for the like.
                        wanted = set(services[other].get('profiles', ()))
                        self.assertTrue(not wanted or set(service.get('profiles', ())) & wanted)

    def test_nobody_waits_in_a_circle(self):
        services = compose.project(compose.MAIN, compose.SIMULATED, environment={})['services']
        done = set()
        while len(done) < len(services):
            ready = {name for name, service in services.items()
                     if name not in done and set(waits_for(service)) <= done}
            self.assertTrue(ready, f'waiting for each other: {set(services) - done}')
            done |= ready


class Promises(unittest.TestCase):
    def setUp(self):
        self.services = compose.project(compose.MAIN, environment={})['services']

    def test_up_without_edits_starts_what_is_named(self):
        started = {name for name, each in self.services.items() if 'profiles' not in each}
        self.assertEqual(started, {'db', *OURS, *PLATFORM})

    def test_who_has_the_bank_has_the_treasury(self):
        for names in BOTH:
            services = compose.project(*names, environment={})['services']
            bank, treasury = services['bank'], services['treasury']
            self.assertEqual(treasury['profiles'], bank['profiles'], names)
            with self.subTest(files=names):
                command = treasury['command'][-1]
                path = re.search('python3 ([a-z/.]+)', command).group(1)
                self.assertTrue(os.path.isfile(os.path.join(compose.ROOT, path)), path)
                key = re.search(r'\$([A-Z_]+)"', command).group(1)
                self.assertIn(f'{key}=', compose_settings(treasury))

    def test_the_image_of_the_platform_can_be_chosen(self):
        for name in PLATFORM:
            self.assertEqual(self.services[name]['image'], 'stellar/anchor-platform:latest')
        chosen = compose.project(compose.MAIN, environment={
            'ANCHOR_PLATFORM_IMAGE': 'stellar/anchor-platform:3.1.4'})['services']
        for name in PLATFORM:
            self.assertEqual(chosen[name]['image'], 'stellar/anchor-platform:3.1.4')

    def test_ports_are_open_on_this_machine_only(self):
        for name, service in self.services.items():
            for port in service.get('ports', ()):
                self.assertTrue(port.startswith('127.0.0.1:'), f'{name}: {port}')
        self.assertEqual(self.services['server']['ports'], ['127.0.0.1:8081:8081'])

    def test_our_containers_can_write_only_where_their_state_is(self):
        for name in OURS:
            service = self.services[name]
            with self.subTest(name):
                self.assertTrue(service['read_only'])
                self.assertEqual(service['cap_drop'], ['ALL'])
                self.assertIn('no-new-privileges:true', service['security_opt'])
                self.assertNotIn('user', service)  # the image's own, which is not root
                self.assertEqual({each.split(':')[0] for each in service['tmpfs']},
                                 {'/run/windlass', '/tmp'})
                for volume in service['volumes']:
                    self.assertFalse(volume.startswith('.'), volume)

    def test_only_the_migration_writes_keys(self):
        for name in OURS:
            keys = [v for v in self.services[name]['volumes'] if v.startswith('keys:')]
            self.assertEqual(len(keys), 1)
            self.assertEqual(keys[0].endswith(':ro'), name != 'migrate', name)

    def test_the_database_comes_first_and_the_schema_before_who_uses_it(self):
        for name in ('server', 'watcher'):
            self.assertEqual(waits_for(self.services[name])['migrate'],
                             'service_completed_successfully')
        self.assertEqual(waits_for(self.services['migrate']), {'db': 'service_healthy'})
        # The platform's tables are brought up to date by one of the three.
        self.assertEqual(waits_for(self.services['platform-server']), {'db': 'service_healthy'})
        for name in ('sep-server', 'observer'):
            self.assertEqual(waits_for(self.services[name])['platform-server'], 'service_healthy')


if __name__ == '__main__':
    unittest.main()
