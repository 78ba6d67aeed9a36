"""A7: configurations whose provider hangs stop the background checks of everybody else.

A USER has 60 configurations at a provider that never answers, and another has one at a provider that works;
all are due in the background every four seconds, on SQLite and on PostgreSQL. Checks: the one is
checked several times, and not once in the time that all others need.
"""

import time

from finding import Provider, answer_well, main, on_both_databases, stay_silent

CONFIGS = 60
EVERY, SECONDS = 4, 40

# A busy machine checks less often. Once can be luck: eight at a time are checked, for ten seconds.
LEAST = 3


def test(run):
    silent, good = Provider(run, stay_silent, "127.0.0.2"), Provider(run, answer_well)

    def measure(server):
        greedy, victim = server.create_user("greedy"), server.create_user("victim")
        for number in range(CONFIGS):
            server.create_llm_at(silent.url, greedy, number)
        # The first checks are spread over the interval.
        time.sleep(EVERY)
        checked = server.create_llm_at(good.url, victim)
        time.sleep(SECONDS)
        done = server.kept_checks(checked, victim)
        figures = f"checked {done} times in {SECONDS} s instead of {SECONDS // EVERY}"
        return figures, done >= LEAST

    return on_both_databases(
        run, measure, allowed_hosts=f"{silent.host},{good.host}", check_every=f"{EVERY}s"
    )


main("A7", test)
