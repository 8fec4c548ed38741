// Which streams of `/ws` are wanted, which are open, and from where to go on after a cut. Pure.

/**
 * Of each stream one state: `new` (wanted, not asked for), `asked`, `open`, `later` (refused for now), `leaving` (asked for
 * or open, and no longer wanted; `again`: wanted anew). What is not open yet cannot be left: it would stay open for ever.
 */
export class ResumeState {
  #streams = new Map();
  #id = 0;

  want(name) {
    const stream = this.#streams.get(name);
    if (!stream) this.#streams.set(name, fresh());
    else if (stream.state === "leaving") stream.again = true;
  }

  drop(name) {
    const stream = this.#streams.get(name);
    if (stream?.state === "new" || stream?.state === "later") this.#streams.delete(name);
    else if (stream) Object.assign(stream, { state: "leaving", again: false });
  }

  #left(name) {
    if (this.#streams.get(name).again) this.#streams.set(name, fresh());
    else this.#streams.delete(name);
  }

  /** The connection is gone: what is wanted is asked for again, from where it was. */
  closed() {
    for (const [name, stream] of this.#streams) {
      if (stream.state === "leaving") this.#left(name);
      else Object.assign(stream, { state: "new", isOpen: false });
    }
  }

  /** What was refused for now is asked for again. */
  retry() {
    for (const stream of this.#streams.values()) if (stream.state === "later") stream.state = "new";
  }

  /** What is to be sent now: at most one command of each kind. */
  commands() {
    const pick = (test) => [...this.#streams].filter(([, stream]) => test(stream)).map(([name]) => name);
    const leaving = pick((stream) => stream.state === "leaving" && stream.isOpen);
    const commands = [];
    if (leaving.length) commands.push({ op: "unsubscribe", id: ++this.#id, args: leaving });
    for (const name of leaving) this.#left(name);
    const starting = pick((stream) => stream.state === "new");
    if (starting.length) {
      const since = {};
      for (const name of starting) {
        const stream = this.#streams.get(name);
        if (stream.point) since[name] = stream.point;
        stream.state = "asked";
      }
      commands.push({ op: "subscribe", id: ++this.#id, args: starting, since });
    }
    return commands;
  }

  /**
   * Takes an answer or a message. Says what it means: `{data: true}` for the reader of a stream that is wanted,
   * `{opened: [{name, recovered}]}`, `{refused: name}`, `{later: name}` (ask again after a pause), `{}` for what
   * needs nothing.
   */
  received(message) {
    if (message.type === "subscribed") return { opened: this.#opened(message.streams ?? []) };
    if (message.type === "error") return this.#refused(message);
    const stream = this.#streams.get(message.stream);
    if (!stream) return {};
    if (message.type === "ended") {
      this.#streams.delete(message.stream);
      return { data: true };
    }
    // Digits of 64-bit numbers: they go back as they came.
    if (message.seq !== undefined && stream.point) stream.point.seq = message.seq;
    return stream.state === "leaving" ? {} : { data: true };
  }

  #opened(streams) {
    const opened = [];
    for (const { stream: name, epoch, seq, recovered } of streams) {
      const stream = this.#streams.get(name);
      if (!stream) continue;
      Object.assign(stream, { isOpen: true, point: { epoch, seq } });
      if (stream.state === "leaving") continue;
      stream.state = "open";
      opened.push({ name, recovered });
    }
    return opened;
  }

  #refused({ arg, retryable }) {
    const stream = this.#streams.get(arg);
    if (!stream || stream.isOpen) return {};
    const isWanted = stream.state !== "leaving";
    if (isWanted && retryable) {
      stream.state = "later";
      return { later: arg };
    }
    this.#left(arg);
    return isWanted ? { refused: arg } : {};
  }
}

function fresh() {
  return { state: "new", point: null, isOpen: false, again: false };
}

/** A command as it is sent: `since` holds numbers as the text they came in, which JSON.stringify would quote. */
export function commandText({ op, id, args, since }) {
  const points = Object.entries(since ?? {}).map(
    ([name, { epoch, seq }]) => `${JSON.stringify(name)}:{"epoch":${epoch},"seq":${seq}}`);
  const tail = points.length ? `,"since":{${points.join(",")}}` : "";
  return `{"op":${JSON.stringify(op)},"id":${id},"args":${JSON.stringify(args)}${tail}}`;
}

/** How long to wait before the n-th attempt in a row, in milliseconds: doubling to 10 s, half of it by chance. */
export function pause(attempt, chance) {
  return Math.min(10_000, 500 * 2 ** Math.min(attempt, 10)) * (0.5 + chance / 2);
}
