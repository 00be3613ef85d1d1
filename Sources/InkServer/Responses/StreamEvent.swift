package import InkChat

/// One event of a streamed answer.
package enum StreamEvent: Sendable, Hashable {
  /// `data: …`, as OpenAI's streams.
  case data(JSONValue)
  /// `event: …` and `data: …`, as streams whose events have names.
  case named(String, JSONValue)
  /// `data: [DONE]`.
  case done
  /// A line of its own, as streams of JSON lines.
  case line(JSONValue)
  /// `data: …` with JSON that is written already.
  case written(String)
  /// `: …`, which readers skip.
  case comment(String)

  /// What goes over the wire.
  var bytes: [UInt8] {
    switch self {
    case .data(let value): Array("data: \(value.text)\n\n".utf8)
    case .named(let name, let value): Array("event: \(name)\ndata: \(value.text)\n\n".utf8)
    case .done: Array("data: [DONE]\n\n".utf8)
    case .line(let value): Array("\(value.text)\n".utf8)
    case .written(let text): Array("data: \(text)\n\n".utf8)
    case .comment(let text): Array(": \(text)\n\n".utf8)
    }
  }
}
