"""The console in a browser, as the laws see it."""

import contextlib
import types
import urllib.parse

from gateway import ROOT

# What the run was asked for.
options = types.SimpleNamespace(tree=False)

# Kept by the page before its own scripts run: what took long, and how long each drawing did.
WITNESS = """
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((entry) =>
  `${entry.duration} ms at ${new Date(performance.timeOrigin + entry.startTime).toISOString()}`)))
  .observe({ type: "longtask", buffered: true });
window.frames_ = [];
const request = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (draw) => request((time) => {
  const start = performance.now();
  draw(time);
  frames_.push(performance.now() - start);
});
window.owned = () => { window.wasOwned = true; };
"""
# The last: a page that was put in place of the gateway's is not known to come from this machine.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
]
LAST = "document.getElementById('chart').dataset.last"
LIVE = "document.getElementById('connection').dataset.state === 'open'"


class Console:
    """A page that is open, and what went wrong in it."""

    def __init__(self, browser, gateway, width=1280, height=900, scheme="light", place="", address=None, **more):
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
        self.page = self.context.new_page()
        self.gateway, self.errors, self.requests = gateway, [], []
        self.page.on("console", lambda it: self.errors.append(it.text) if it.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.add_init_script(WITNESS)
        if options.tree:
            self.page.route("**/console", from_tree)
            self.page.route("**/console/*", from_tree)
        self.answer = self.page.goto((address or gateway.address) + "/console" + place)
        try:
            self.until(f"{LAST} !== undefined")
        except AssertionError as error:
            raise AssertionError(f"{error}; the browser's console says {self.errors}") from None

    def until(self, condition, seconds=15):
        """Waits for it. Not by `wait_for_function`, which evaluates a text in the page: its policy forbids that."""
        until(self.page, condition, seconds)

    def ask(self, script, *arguments):
        return self.page.evaluate(script, *arguments)

    def choose(self, interval):
        self.page.select_option("#interval-choice", interval)

    def shows(self, path, seconds=15):
        """Whether the newest candle on the canvas becomes the one that REST answers, digit by digit."""
        script = """async ([path, until]) => {
          while (performance.now() < until) {
            const text = await (await fetch(path)).text();
            const digits = (name) => text.match(new RegExp(`"${name}":"?([^,"}]+)`))[1];
            const words = ["timestamp", "open", "high", "low", "close", "volume", "is_closed"].map(digits).join(" ");
            await new Promise((done) => requestAnimationFrame(done));
            if (document.getElementById("chart").dataset.last === words) return true;
          }
          return false;
        }"""
        now = self.ask("performance.now()")
        return self.ask(script, [path + "?limit=1", now + seconds * 1000])


def until(page, condition, seconds=15):
    script = f"""async (end) => {{
      while (!({condition})) {{
        if (performance.now() > end) return false;
        await new Promise((done) => setTimeout(done, 20));
      }}
      return true;
    }}"""
    now = page.evaluate("performance.now()")
    expect(page.evaluate(script, now + seconds * 1000), f"not within {seconds} s: {condition}")


def from_tree(route):
    name = urllib.parse.urlparse(route.request.url).path.removeprefix("/console").strip("/") or "console.html"
    kind = {"html": "text/html", "css": "text/css", "mjs": "text/javascript"}[name.split(".")[1]]
    text = (ROOT / "Sources/App/Pages/Console" / name).read_text()
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"
    route.fulfill(body=text, content_type=kind, headers={"content-security-policy": policy})


@contextlib.contextmanager
def opened(browser, gateway, **options):
    console = Console(browser, gateway, **options)
    try:
        yield console
    finally:
        console.context.close()


def expect(truth, words):
    if not truth:
        raise AssertionError(words)
