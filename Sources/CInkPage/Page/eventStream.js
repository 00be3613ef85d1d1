// Server-sent events, as far as a chat stream uses them: `data` lines, comments, an empty line after each event.

/** Gives the data of each event in text that arrives in pieces, cut anywhere. */
export class EventStreamReader {
  constructor() {
    this.rest = "";
    this.data = [];
  }

  /** The data of the events that this piece completes. */
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
      if (this.data.length > 0) events.push(this.data.join("\n"));
      this.data = [];
    } else if (line.startsWith("data:")) {
      this.data.push(line.slice(line[5] === " " ? 6 : 5));
    }
  }
}
