"""A8: a clock that was ahead for a moment freezes `available` and background checks for as long.

While the clock is a day ahead, the provider refuses the key of a configuration, in a check and in the
background. Then the clock is right again, and the key too, on SQLite and on PostgreSQL. Checks: the server
goes on to check in the background, every three seconds; and after three more checks the configuration is
available.
"""

from finding import Provider, answer_well, judged, main, refuse, start_on_both_databases
from support.clock import Clock
from support.run import Failed, wait_until

CHECKS = 3
EVERY, SECONDS = 3, 15

DAY = 24 * 60 * 60


class Script:
    """Refuses the key at first."""

    def __init__(self):
        self.answer = refuse

    def __call__(self, connection, request):
        self.answer(connection, request)


def is_checked_again(server, config):
    """Whether the server checks by itself."""
    before = server.kept_checks(config)
    try:
        wait_until(lambda: server.kept_checks(config) > before, SECONDS, "a background check", pause=0.3)
        return True
    except Failed:
        return False


def measure(server, config):
    """The figures of a server, and whether they are right."""
    is_checked = is_checked_again(server, config)
    usable = [server.check(config).expect(200)["usable"] for _ in range(CHECKS)]
    available = server.available()
    figures = f"{'checked' if is_checked else 'not checked'} in the background within {SECONDS} s, "
    figures += f"{usable.count('yes')} of {CHECKS} checks succeed, {available} of 1 is available"
    return figures, is_checked and available == 1


def test(run):
    clock, script = Clock(run), Script()
    provider = Provider(run, script)
    settings = {"allowed_hosts": provider.host, "check_every": f"{EVERY}s"}
    servers = start_on_both_databases(run, environment=clock.environment, **settings)
    configs = {name: server.create_ai_llm(provider.url) for name, server in servers.items()}
    clock.move_to(DAY)
    for name, server in servers.items():
        server.check(configs[name]).expect(200)
        if not is_checked_again(server, configs[name]):
            raise Failed("the server does not check in the background")
    clock.move_to(0)
    script.answer = answer_well
    return judged({name: measure(server, configs[name]) for name, server in servers.items()})


main("A8", test)
