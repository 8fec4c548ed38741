"""What must hold of the console. Each function is given a browser and a gateway."""

import json
import time
import urllib.parse

from gateway import HOSTILE, PLANTED, Relay, planted_value
from page import LAST, LIVE, expect, opened, until


def the_page_loads_quietly_and_asks_nobody_else(browser, gateway):
    with opened(browser, gateway) as console:
        console.until(f"{LIVE} && document.querySelector('#health .exchange') && document.querySelector('#liquidations tbody tr')")
        console.until("document.querySelector('#summary tbody tr') && document.querySelector('#trades tbody tr')", 60)
        expect(console.errors == [], f"the browser's console says {console.errors}")
        ours = (gateway.address, gateway.address.replace("http", "ws", 1), "data:")
        strangers = [url for url in console.requests if not url.startswith(ours)]
        expect(strangers == [], f"asked {strangers}")
        policy = console.answer.headers["content-security-policy"]
        expect("default-src 'none'" in policy and "'unsafe" not in policy, policy)
        expect(console.page.locator("#source").is_visible(), "it does not say that this is a recording")


def the_page_of_the_interface_loads_quietly_too(browser, gateway):
    context = browser.new_context()
    page, said = context.new_page(), []
    page.on("console", lambda it: said.append(it.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(gateway.address + "/docs")
    until(page, "document.querySelectorAll('.route').length > 20")
    page.locator(".route", has_text="/health").first.click()
    page.locator(".route[open] button").first.click()
    until(page, "document.querySelector('.route[open] .status').textContent.startsWith('200')")
    expect(said == [], f"the browser's console says {said}")
    context.close()


def the_newest_candle_is_drawn_as_rest_tells_it(browser, gateway):
    with opened(browser, gateway) as console:
        expect(console.shows("/binance/ohlc/BTCUSDT/1m"), f"the canvas holds {console.ask(LAST)}")
        console.choose("5m")
        console.until("document.getElementById('candles-caption').textContent.includes('5m')")
        expect(console.shows("/binance/ohlc/BTCUSDT/5m"), f"the canvas holds {console.ask(LAST)}")


def the_table_behind_the_picture_has_the_same_digits(browser, gateway):
    with opened(browser, gateway) as console:
        console.page.click("#candles summary")
        console.until("document.querySelectorAll('#candles-body tr').length === 60")
        closed = [row for row in gateway.rows("/binance/ohlc/BTCUSDT/1m?limit=59") if row["is_closed"]]
        shown = console.ask("[...document.querySelectorAll('#candles-body tr')].map((row) => [...row.cells].map((cell) => cell.textContent))")
        told = [[row[name] for name in ("open", "high", "low", "close", "volume")] for row in reversed(closed)]
        table = [row[1:6] for row in shown if row[6] == "yes"]
        expect(table[:50] == told[:50], f"{table[:2]} is not {told[:2]}")


def a_planted_liquidation_is_on_the_tape_within_a_second(browser, gateway):
    with opened(browser, gateway) as console:
        console.until(LIVE)
        script = """async ([value, seconds]) => {
          const heard = new Map(), shown = new Map(), start = performance.now();
          const body = document.querySelector("#liquidations tbody");
          const rows = () => [...body.rows].filter((row) => row.dataset.value === value);
          const known = new Set(rows().map((row) => row.cells[0].title));
          const watch = new MutationObserver(() => {
            for (const row of rows()) {
              const time = row.cells[0].title;
              if (!shown.has(time)) shown.set(time, { at: performance.now(), text: row.textContent, side: row.dataset.side });
            }
          });
          watch.observe(body, { childList: true, subtree: true });
          const socket = new WebSocket(`ws://${location.host}/ws/all/liquidations`);
          socket.onmessage = ({ data }) => {
            const time = data.match(/"timestamp":"([^"]+)"/)?.[1];
            if (data.includes(`"value":${value}`)) heard.set(time, performance.now());
          };
          const both = () => [...heard.keys()].filter((time) => shown.has(time) && !known.has(time));
          while (both().length < 2 && performance.now() - start < seconds * 1000) await new Promise((done) => setTimeout(done, 50));
          socket.close();
          return both().map((time) => ({ ...shown.get(time), late: shown.get(time).at - heard.get(time) }));
        }"""
        found = console.ask(script, [planted_value(), 20])
        expect(len(found) >= 2, f"heard and shown: {found}")
        for row in found:
            expect(row["late"] < 1000, f"{row['late']} ms late")
            expect(row["side"] == PLANTED["side"] and "▼ sell" in row["text"], row)
            expect(PLANTED["price"] in row["text"] and "476,220" in row["text"], row)
        print(f"    on the tape {max(row['late'] for row in found):.0f} ms after another client has it")


def a_least_value_holds_for_the_past_and_the_present(browser, gateway):
    with opened(browser, gateway) as console:
        console.page.select_option("#liquidation-minimum", "100000")
        console.until("document.querySelectorAll('#liquidations tbody tr').length >= 2", 30)
        console.until("[...document.querySelectorAll('#liquidations tbody tr')].every((row) => Number(row.dataset.value) >= 100000)")
        told = {row["value"] for row in gateway.rows("/liquidations?min_value_usd=100000&limit=200")}
        shown = console.ask("[...document.querySelectorAll('#liquidations tbody tr')].map((row) => row.dataset.value)")
        expect(set(shown) <= told, f"{set(shown) - told} is in no answer")


def a_name_that_is_markup_is_shown_as_text(browser, gateway):
    place = urllib.parse.quote(HOSTILE, safe="")
    with opened(browser, gateway, place=f"#binance/{place}/1m") as console:
        console.until(f"document.getElementById('symbol-choice').value === {json.dumps(HOSTILE)}")
        expect(console.shows(f"/binance/ohlc/{place}/1m"), "its candle is not drawn")
        console.until(f"[...document.querySelectorAll('#liquidations td.symbol')].some((cell) => cell.textContent === {json.dumps(HOSTILE)})", 60)
        console.page.fill("#symbol-choice", "<img src=x onerror=owned()>")
        console.page.press("#symbol-choice", "Enter")
        console.until("document.getElementById('trouble').textContent.includes('<img')")
        # A cause and an error's text, as an exchange or a proxy may word them.
        cause = "<img src=x onerror=owned()> refused"
        ready = json.loads(gateway.text("/ready"))
        ready["exchanges"][0].update(healthy=False, cause=cause)
        console.page.route("**/ready", lambda route: route.fulfill(json=ready))
        console.until(f"[...document.querySelectorAll('.cause')].some((element) => element.textContent === {json.dumps(cause)})")
        console.until("document.getElementById('well').textContent.startsWith('not well: ')")
        body = {"detail": cause, "code": "upstream_error", "retryable": False}
        console.page.route("**/ohlc/**", lambda route: route.fulfill(status=502, json=body))
        console.choose("15m")
        console.page.fill("#symbol-choice", "BTCUSDT")
        console.page.press("#symbol-choice", "Enter")
        console.until(f"document.getElementById('trouble').textContent === {json.dumps(cause)}")
        expect(console.ask("document.querySelectorAll('img').length") == 0, "an image was made")
        expect(not console.ask("window.wasOwned === true"), "it ran")


def no_stream_of_another_interval_stays_open(browser, gateway):
    with opened(browser, gateway) as console:
        for name in ("5m", "15m", "1h", "4h", "1d", "3m"):
            console.choose(name)
        console.until("document.getElementById('candles-caption').textContent.endsWith('3m')")
        expect(console.shows("/binance/ohlc/BTCUSDT/3m"), f"the canvas holds {console.ask(LAST)}")
        # The server's own account, once it has taken the last command.
        wanted = {("binance", "candles"): 1}
        wanted |= {("all", feed): 1 for feed in ("liquidations", "large_trades", "oi_vol", "gaps")}
        script = """async (wanted) => {
          const count = async () => (await (await fetch("/metrics", { headers: { Accept: "application/json" } })).json()).metrics
            .find(({ name }) => name === "marketgate_client_subscriptions").samples.reduce((sum, { value }) => sum + value, 0);
          const end = performance.now() + 10000;
          while (performance.now() < end) if (await count() === wanted) return true;
          return false;
        }"""
        expect(console.ask(script, sum(wanted.values())), f"open: {gateway.subscriptions()}")
        expect(gateway.subscriptions() == wanted, f"open: {gateway.subscriptions()}")
        expect(console.errors == [], f"the browser's console says {console.errors}")


def what_is_wrong_with_a_choice_is_said_until_the_next(browser, gateway):
    with opened(browser, gateway) as console:
        expect(console.shows("/binance/ohlc/BTCUSDT/1m"), "the candle is not drawn")
        console.page.fill("#symbol-choice", "NOSUCH")
        console.page.press("#symbol-choice", "Enter")
        console.until("document.getElementById('trouble').textContent === 'binance lists no NOSUCH'")
        # What was chosen before is followed still: its news must not take the words away.
        for _ in range(3):
            drawn = console.ask(LAST)
            console.until(f"{LAST} !== {json.dumps(drawn)}", 30)
            expect(console.ask("document.getElementById('trouble').textContent") == "binance lists no NOSUCH", "it is no longer said")
        console.page.fill("#symbol-choice", "BTCUSDT")
        console.page.press("#symbol-choice", "Enter")
        console.until("document.getElementById('trouble').hidden")


def other_exchanges_are_drawn_beside_it(browser, gateway):
    with opened(browser, gateway) as console:
        for box in console.page.locator("#line-choices input").all():
            box.check()
        console.until("['bybit', 'hyperliquid'].every((name) => document.getElementById('legend').textContent.includes(name))")
        for box in console.page.locator("#line-choices input").all():
            box.uncheck()
        console.until("!document.getElementById('legend').textContent.includes('bybit')")


def it_is_read_zoomed_and_moved_by_keys_and_pointer(browser, gateway):
    with opened(browser, gateway) as console:
        count = lambda: int(console.ask("document.getElementById('chart').dataset.count"))
        seen = count()
        console.page.focus("#chart")
        console.page.keyboard.press("+")
        console.until(f"Number(document.getElementById('chart').dataset.count) < {seen}")
        console.page.keyboard.press("ArrowLeft")
        console.until("document.getElementById('legend').textContent.endsWith('closed')")
        expect(console.ask("document.getElementById('legend').getAttribute('aria-live')") == "polite", "it is not read aloud")
        console.page.keyboard.press("End")
        console.until("document.getElementById('legend').textContent.endsWith('open')")
        box = console.page.locator("#chart").bounding_box()
        console.page.mouse.move(box["x"] + 300, box["y"] + 100)
        console.page.mouse.wheel(0, 1500)
        console.until(f"Number(document.getElementById('chart').dataset.count) > {seen}")
        asked = len(console.requests)
        # Into the past, until older candles have been asked for.
        with console.page.expect_response(lambda answer: "end_time=" in answer.url):
            for _ in range(12):
                console.page.mouse.move(box["x"] + 100, box["y"] + 100)
                console.page.mouse.down()
                console.page.mouse.move(box["x"] + 600, box["y"] + 100, steps=3)
                console.page.mouse.up()
        expect(len(console.requests) > asked, "nothing was asked for")


def two_fingers_zoom_and_one_moves(browser, gateway):
    with opened(browser, gateway, width=360, height=740, has_touch=True) as console:
        session = console.context.new_cdp_session(console.page)
        box = console.page.locator("#chart").bounding_box()

        def touch(kind, *places):
            points = [{"x": box["x"] + x, "y": box["y"] + 80, "id": number} for number, x in enumerate(places)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        count = "Number(document.getElementById('chart').dataset.count)"
        seen = console.ask(count)
        touch("touchStart", 100, 140)
        for step in range(1, 6):
            touch("touchMove", 100 - step * 10, 140 + step * 10)
        touch("touchEnd")
        console.until(f"{count} < {seen}")
        console.ask("document.getElementById('newest').click()")
        newest = "document.getElementById('chart').dataset.newest"
        console.until(f"{LAST}.startsWith({newest})")
        touch("touchStart", 60)
        for step in range(1, 6):
            touch("touchMove", 60 + step * 30)
        touch("touchEnd")
        console.until(f"{newest} < {LAST}.split(' ')[0]")
        expect(console.errors == [], f"the browser's console says {console.errors}")


def a_gateway_that_is_gone_is_said_to_be_and_comes_back_without_a_reload(browser, gateway):
    with opened(browser, gateway) as console:
        console.until(LIVE)
        console.ask("window.isTheSamePage = true")
        gateway.stop()
        console.until("document.getElementById('connection').textContent.startsWith('no connection since ')")
        expect(console.page.locator("#connection").get_attribute("data-state") == "lost", "it does not stand out")
        before = console.ask(LAST)
        gateway.start()
        console.until(LIVE, 30)
        console.until("/live · (resumed|back) after /.test(document.getElementById('connection').textContent)")
        console.until(f"{LAST} !== {json.dumps(before)}", 30)
        expect(console.shows("/binance/ohlc/BTCUSDT/1m"), f"the canvas holds {console.ask(LAST)}")
        console.until("document.querySelectorAll('#liquidations tbody tr').length > 0", 30)
        expect(console.ask("window.isTheSamePage === true"), "it was loaded anew")


def a_cut_is_resumed_where_it_was(browser, gateway):
    """The connection breaks and the gateway stays: what came meanwhile follows, and is on the tape once."""
    relay = Relay(gateway.port)
    with opened(browser, gateway, address=relay.address) as console:
        console.until(LIVE)
        console.until("document.querySelectorAll('#liquidations tbody tr').length > 3", 30)
        for _ in range(3):
            relay.cut()
            console.until("document.getElementById('connection').dataset.state === 'lost'")
            console.until(LIVE)
            console.until("document.getElementById('connection').textContent.includes('nothing missed')")
        words = console.page.locator("#connection").text_content()
        expect("resumed after" in words, words)
        console.until(f"document.querySelectorAll('#liquidations tr[data-value=\"{planted_value()}\"]').length > 4", 30)
        times = console.ask(f"[...document.querySelectorAll('#liquidations tbody tr')].filter((row) => row.dataset.value === '{planted_value()}').map((row) => Date.parse(row.cells[0].title))")
        steps = {before - after for before, after in zip(times, times[1:])}
        expect(steps == {PLANTED["period"]}, f"between planted rows lie {steps} ms")
    relay.close()


def what_is_missing_is_drawn_as_missing(browser, gateway):
    """The gateway's account of gaps, one planted here into its answer."""
    now = int(time.time()) // 60 * 60
    iso = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    record = {
        "id": 1, "exchange": "binance", "symbol": "BTCUSDT", "stream": "ohlc", "interval": "1m", "from": iso(now - 600),
        "to": iso(now - 300), "cause": "disconnect", "state": "unfillable", "missing": 6, "filled_from": None,
        "opened_at": iso(now - 500), "closed_at": None,
    }
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.route("**/gaps?*", lambda route: route.fulfill(json=[record]))
    page.goto(gateway.address + "/console")
    until(page, f"{LAST} !== undefined")
    page.focus("#chart")
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
    until(page, "document.getElementById('legend').textContent.includes('unfillable gap: disconnect')")
    context.close()
