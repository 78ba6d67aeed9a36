"""Two servers share one PostgreSQL database, and one of them loses it for some seconds.

Checks: of the same creations at both at once, one succeeds; a role that is lowered and a token that is
revoked at one server are refused by the other within a second, and for writes at once; each background check
is run by one server only; the server that is cut off answers from memory for a second at most and then
refuses, while the other one goes on. `LOAD` sets the seconds of load at the other one.
"""

from support.postgres import Cluster
from support.proxy import Proxy
from support.run import main, number_from_environment
from support.two_servers import check_two_servers

LOAD = number_from_environment("LOAD", 3)


def test(run):
    cluster = Cluster(run)
    proxy = Proxy(run, cluster.port)
    check_two_servers(run, cluster, [cluster.url(), cluster.url(proxy.port)], proxy, LOAD)


main(test)
