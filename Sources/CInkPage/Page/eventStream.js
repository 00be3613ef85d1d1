// Server-sent events, as far as the server's streams use them: `event` and `data` lines, comments, an empty line after
// each event.

const UNNAMED = "message";

/** Gives name and data of each event in text that arrives in pieces, cut anywhere. */
export class EventStreamReader {
  constructor() {
    this.rest = "";
    this.data = [];
    this.name = UNNAMED;
  }

  /** The events that this piece completes, as `{name, data}`. */
  feed(piece) {
    const events = [];
    this.rest += piece;
    for (;;) {
      const end = this.rest.search(/[\r\n]/);
      if (end < 0) return events;
      // A carriage return at the end may be the first half of a line end.
      if (this.rest[end] === "\r" && end + 1 === this.rest.length) return events;
      const line = this.rest.slice(0, end);
      this.rest = this.rest.slice(this.rest.startsWith("\r\n", end) ? end + 2 : end + 1);
      this.take(line, events);
    }
  }

  take(line, events) {
    if (line === "") {
      if (this.data.length > 0) events.push({ name: this.name, data: this.data.join("\n") });
      this.data = [];
      this.name = UNNAMED;
    } else if (line.startsWith("data:")) {
      this.data.push(valueOf(line, 5));
    } else if (line.startsWith("event:")) {
      this.name = valueOf(line, 6);
    }
  }
}

function valueOf(line, from) {
  return line.slice(line[from] === " " ? from + 1 : from);
}
