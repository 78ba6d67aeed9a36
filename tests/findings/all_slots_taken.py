"""A4: one caller takes all calls to providers.

A USER pings a provider that never answers 250 times, for 60 s each, by several configurations, and a
colleague checks a configuration at another provider. Checks: the colleague's check is made in time, and finds
that it works.
"""

import time

from finding import Failed, Provider, Server, answer_well, in_threads, main, stay_silent

# As many as a USER may start at once.
PINGS = 250
CONFIGS = 4

# A check makes several requests; and what a busy machine adds.
LIMIT = 8


def test(run):
    silent, good = Provider(run, stay_silent, "127.0.0.2"), Provider(run, answer_well)
    server = Server(run, allowed_hosts=f"{silent.host},{good.host}")
    greedy, colleague = server.create_user("greedy"), server.create_user("colleague")
    held = [server.create_llm_at(silent.url, greedy, n) for n in range(CONFIGS)]
    checked = server.create_llm_at(good.url, colleague)
    alone = server.check(checked, colleague)
    if alone.expect(200)["usable"] != "yes":
        raise Failed(f"the colleague's configuration does not work at first: {alone.body}")
    in_threads(PINGS, lambda number: server.ping(held[number % CONFIGS], greedy, 60))
    # Until all of them wait.
    time.sleep(4)
    try:
        answer = server.check(checked, colleague, timeout=LIMIT)
        found = answer.body.get("usable") if answer.status == 200 else answer.status
        took = f"found {found!r} after {answer.seconds:.1f} s"
    except (OSError, Failed):
        found, took = None, f"was not answered within {LIMIT} s"
    figures = (
        f"{silent.requests} of {PINGS} pings are at the silent provider; a colleague's check {took},"
        f" {alone.seconds:.1f} s before"
    )
    if found != "yes":
        raise Failed(figures)
    return figures


main("A4", test)
