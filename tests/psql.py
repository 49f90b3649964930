"""A psql that stays, for tests that ask again and again: to begin one costs more than to ask it.

    database = Psql(url)
    rows = database.rows('select 1')    lists of text, one a row

A connection that was lost, since the server fell or its database was put back, is made anew, and
the statement said once more.
"""

import subprocess
import tempfile

END = '-- that was all --'
REFUSED = 3     # how psql ends after an error of a statement
LAST_WORDS = ('FATAL:', 'terminating connection', 'closed the connection', 'connection to server')


class Psql:
    def __init__(self, url):
        self.command = ['psql', '-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d',
                        url]
        self.process = None

    def rows(self, statement):
        """All of it or nothing, as psql -c; CalledProcessError if the server refuses it."""
        lines = self.said(statement) if self.process else None
        if lines is None:
            self.close()
            self.start()
            lines = self.said(statement)
        if lines is None:
            raise self.fault(statement)
        return [line.split('\t') for line in lines]

    def start(self):
        # A pipe that nobody reads would be full of notices some day.
        self.stderr = tempfile.TemporaryFile('w+')  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, text=True,
                                        stdout=subprocess.PIPE, stderr=self.stderr)

    def said(self, statement):
        """Its lines; None if the connection is not there any more."""
        if ';' in statement.strip().rstrip(';'):
            statement = f'begin;{statement};commit'
        try:
            self.process.stdin.write(f'{statement}\n;\n\\echo {END}\n')
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        lines = []
        for line in self.process.stdout:
            if line == f'{END}\n':
                return lines
            lines.append(line[:-1])
        if self.process.wait() == REFUSED and not self.was_lost():
            raise self.fault(statement)
        return None

    def was_lost(self):
        """What a server said that went away is there to be read still, and psql takes that for a
        refusal of the statement."""
        self.stderr.seek(0)
        said = self.stderr.read()
        return any(words in said for words in LAST_WORDS)

    def fault(self, statement):
        """Why psql has ended."""
        code = self.process.wait()
        self.stderr.seek(0)
        why = self.stderr.read()
        self.close()
        return subprocess.CalledProcessError(code, [*self.command, '-c', statement], stderr=why)

    def close(self):
        if self.process is None:
            return
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.stdout.close()
        self.process.wait()
        self.stderr.close()
        self.process = None
