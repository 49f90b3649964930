"""A psql that stays says what psql -c would, and outlives its server."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tests.psql import Psql

CLUSTER = pathlib.Path(__file__).resolve().parent / 'cluster.sh'


class Stays(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.mkdtemp(prefix='wlq-')
        pathlib.Path(cls.dir).chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.dir)
        cls.cluster('start')
        cls.addClassCleanup(cls.cluster, 'stop')
        cls.database = Psql(f'host={cls.dir}/pg-socket dbname=postgres user=owner')
        cls.addClassCleanup(cls.database.close)

    @classmethod
    def cluster(cls, verb):
        subprocess.run([CLUSTER, verb, cls.dir], check=True, capture_output=True)

    def refused(self, statement):
        with self.assertRaises(subprocess.CalledProcessError) as caught:
            self.database.rows(statement)
        return caught.exception.stderr

    def test_rows_are_lists_of_text_from_one_psql(self):
        self.assertEqual(self.database.rows("select 1, null, 'a b' union select 2, 'x', ''"),
                         [['1', '', 'a b'], ['2', 'x', '']])
        first = self.database.process
        self.assertEqual(self.database.rows('select 1 where false;'), [])
        self.assertIs(self.database.process, first)

    def test_several_statements_are_kept_whole_or_not_at_all(self):
        self.assertEqual(self.database.rows('create table t (n int); insert into t values (1)'), [])
        self.assertIn('division by zero', self.refused('insert into t values (2); select 1 / 0'))
        self.assertIn('nonsense', self.refused('select nonsense'))
        self.assertEqual(self.database.rows('select n from t'), [['1']])

    def test_a_server_that_falls_and_comes_back(self):
        self.database.rows('select 1')
        self.cluster('kill')
        self.assertIn('connection to server', self.refused('select 2'))
        self.cluster('start')
        self.assertEqual(self.database.rows('select 3'), [['3']])
        self.cluster('stop')
        self.cluster('start')
        self.assertEqual(self.database.rows('select 4'), [['4']])

    def test_the_last_words_of_a_server_are_no_refusal(self):
        for which in ('crash', 'kill'):
            self.database.rows('select 1')
            self.cluster(which)
            self.cluster('start')
            self.assertEqual(self.database.rows('select 5'), [['5']], which)
