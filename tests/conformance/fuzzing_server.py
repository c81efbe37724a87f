"""Autobahn's fuzzing server on 127.0.0.1. Run by Python 2.7, where that suite lives; see suite.py.

usage: python2.7 fuzzing_server.py PORT REPORT_DIR CASES      CASES: patterns such as 1.*,12.1.*

Prints "ready" when it listens. Its own command (wstest) would listen on every interface.
"""

import sys

from autobahntestsuite import choosereactor  # noqa: F401  picks the reactor, so it must come before it
from autobahntestsuite.fuzzing import FuzzingServerFactory
from twisted.internet import reactor


def main():
    port, reports, cases = int(sys.argv[1]), sys.argv[2], sys.argv[3].split(",")
    spec = {
        "url": "ws://127.0.0.1:%d" % port,  # noqa: UP031
        "outdir": reports,
        "cases": cases,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }
    announce, sys.stdout = sys.stdout, sys.stderr  # the suite prints what it does
    reactor.listenTCP(port, FuzzingServerFactory(spec, False), interface="127.0.0.1")
    announce.write("ready\n")
    announce.flush()
    reactor.run()


main()
