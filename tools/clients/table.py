"""The table of clients and operations, as it stands in the fake's documents."""

from world import ENDPOINT, PROXY

HEAD = """\
# Google's own clients against the fake

Each client is tried as it is, twice: told of the fake's endpoint, without credentials; and told of nothing, through the HTTPS proxy,
with the credentials that it finds by itself.
A cell says ok if the call and its answer were as they should be both times: what a client makes of the answer is compared, and after
each change it waits in its own way for the operation to end.
A dash says what the client cannot do.

`make test-clients` makes this page; [pointing-clients.md](pointing-clients.md) says how the clients find the fake.

"""


def page(steps, results, clients, before):
    """The page. The columns of clients that were not tried are as they were `before`."""
    columns = [column(client, steps, results) or old(client, steps, before) for client in clients]
    kinds = [step["kind"] for step in steps]
    kinds = [kind if index == 0 or kinds[index - 1] != kind else "" for index, kind in enumerate(kinds)]
    columns = [["", *kinds], ["operation", *(step["does"] for step in steps)]] + [
        [client.title, *cells] for client, cells in zip(clients, columns)
    ]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in zip(*map(padded, columns)))


def padded(cells):
    """The cells of a column, as wide as the widest, with the line below the first."""
    width = max(map(len, cells))
    cells = [cell.ljust(width) for cell in cells]
    return [cells[0], "-" * width, *cells[1:]]


def column(client, steps, results):
    """What came of each step with a client, both ways; nothing if it was not tried."""
    if (client.name, ENDPOINT) not in results:
        return None
    both = zip(steps, results[client.name, ENDPOINT], results[client.name, PROXY])
    return [cell(client, step, endpoint, proxy) for step, endpoint, proxy in both]


def cell(client, step, endpoint, proxy):
    if client.name in step.get("lacks", {}):
        return f"– ({step['lacks'][client.name]})"
    ways = [way for way, came in [(ENDPOINT, endpoint), (PROXY, proxy)] if came == "ok"]
    return {2: "ok", 0: "fails"}.get(len(ways)) or f"only by {ways[0]}"


def old(client, steps, before):
    """The column of a client on the page as it is."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in before.splitlines() if line.startswith("|")]
    if not rows or client.title not in rows[0]:
        return ["not tried"] * len(steps)
    index = rows[0].index(client.title)
    cells = [row[index] for row in rows[2:]]
    return (cells + ["not tried"] * len(steps))[: len(steps)]
