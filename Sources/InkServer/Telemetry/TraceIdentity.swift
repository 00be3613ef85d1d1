/// The place of a span among all spans: the trace that it belongs to, and its number there.
///
/// Source of the header field: W3C, "Trace Context".
struct TraceIdentity: Sendable, Hashable {
  /// The header field that carries it from one program to the next.
  static let fieldName = "traceparent"

  /// The trace, in two halves; not 0.
  let trace: [UInt64]
  /// The span; not 0.
  let span: UInt64
  /// Whether the trace is recorded, as the first of its programs decided.
  let isSampled: Bool

  /// The root of a new trace, or a span in the trace of another.
  init(inside parent: TraceIdentity?, numbers: () -> UInt64) {
    trace = parent?.trace ?? [TraceIdentity.drawn(numbers), numbers()]
    span = TraceIdentity.drawn(numbers)
    isSampled = parent?.isSampled ?? true
  }

  /// What another program told; nil for a field that is not of this form.
  init?(field: String) {
    let parts = field.split(separator: "-", omittingEmptySubsequences: false)
    // Later versions may have more parts; version 255 is none.
    guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
      parts[1].count == 32, parts[2].count == 16, parts[3].count == 2,
      parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(TraceIdentity.isDigit) }),
      let high = UInt64(parts[1].prefix(16), radix: 16), let low = UInt64(parts[1].suffix(16), radix: 16),
      let span = UInt64(parts[2], radix: 16), let flags = UInt8(parts[3], radix: 16), high != 0 || low != 0, span != 0
    else { return nil }
    trace = [high, low]
    self.span = span
    isSampled = flags & 1 == 1
  }

  /// What is told to the next program.
  var field: String { "00-\(traceText)-\(spanText)-\(isSampled ? "01" : "00")" }

  /// The trace as 32 hexadecimal digits.
  var traceText: String { trace.map(TraceIdentity.digits).joined() }

  /// The span as 16 hexadecimal digits.
  var spanText: String { TraceIdentity.digits(span) }

  private static func digits(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private static func drawn(_ numbers: () -> UInt64) -> UInt64 { max(numbers(), 1) }
}
