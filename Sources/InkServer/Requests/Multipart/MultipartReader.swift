/// Reads a form (RFC 7578) as its bytes arrive, whatever pieces they come in, and holds only a few of them.
struct MultipartReader: Sendable {
  /// What was read.
  enum Event: Sendable, Hashable {
    /// A part begins.
    case part(MultipartPart)
    /// Bytes of the part that began last.
    case bytes([UInt8])
    /// The part is complete.
    case partEnd
  }

  private enum State: Sendable {
    /// Before the first boundary, or in a part whose bytes belong to `Event.bytes`.
    case content(isPart: Bool)
    /// Behind a boundary: the end of its line, or the two dashes of the last one.
    case boundaryLine
    case head
    case end
  }

  /// The most bytes that the head of a part may have.
  static let headBytes = 8192
  /// The most parts.
  static let partCount = 64

  private let delimiter: [UInt8]
  private var state = State.content(isPart: false)
  // The first boundary needs no line break before it; given one, it is like all others.
  private var pending: [UInt8] = [13, 10]
  private var parts = 0

  /// A reader of a body whose type names this boundary.
  init(boundary: String) {
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// The boundary that a content type names.
  ///
  /// - Throws: `unsupportedMediaType` for another type, `invalidRequest` without a boundary.
  static func boundary(contentType: String?) throws(ServerError) -> String {
    let parts = (contentType ?? "").split(separator: ";").map { $0.drop { $0 == " " || $0 == "\t" } }
    guard let kind = parts.first, kind.lowercased().hasPrefix("multipart/form-data") else {
      throw ServerError(
        .unsupportedMediaType, "This route reads a form with a file: multipart/form-data.",
        code: "unsupported_media_type")
    }
    for part in parts.dropFirst() where part.lowercased().hasPrefix("boundary=") {
      var value = String(part.dropFirst("boundary=".count))
      while value.hasSuffix(" ") { value.removeLast() }
      if value.count > 1, value.hasPrefix("\""), value.hasSuffix("\"") { value = String(value.dropFirst().dropLast()) }
      guard (1...70).contains(value.utf8.count), value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { break }
      return value
    }
    throw .invalidForm("its content type names no boundary of 1 to 70 characters")
  }

  /// Takes the next bytes of the body.
  mutating func read(_ bytes: [UInt8]) throws(ServerError) -> [Event] {
    pending += bytes
    var events: [Event] = []
    while try step(&events) {}
    return events
  }

  /// The body is over.
  ///
  /// - Throws: `invalidRequest` when the form is not.
  func finish() throws(ServerError) {
    guard case .end = state else { throw .invalidForm("it breaks off before its last boundary") }
  }

  /// Goes on as far as the bytes tell; false when more are needed.
  private mutating func step(_ events: inout [Event]) throws(ServerError) -> Bool {
    switch state {
    case .content(let isPart): return content(isPart, &events)
    case .boundaryLine:
      guard pending.count >= 2 else { return false }
      if pending.starts(with: [45, 45]) {
        state = .end
        return true
      }
      // Blanks may stand between a boundary and its line's end.
      guard let end = Self.find([13, 10], in: pending) else {
        guard pending.count < 128 else { throw .invalidForm("a boundary is not at the end of its line") }
        return false
      }
      guard pending[..<end].allSatisfy({ $0 == 32 || $0 == 9 }) else {
        throw .invalidForm("a boundary is not at the end of its line")
      }
      // The line break stays: a head without lines ends with two of them as well.
      pending.removeFirst(end)
      state = .head
      return true
    case .head:
      guard let end = Self.find([13, 10, 13, 10], in: pending) else {
        guard pending.count <= Self.headBytes else { throw .invalidForm("a part's head is too long") }
        return false
      }
      guard end <= Self.headBytes else { throw .invalidForm("a part's head is too long") }
      parts += 1
      guard parts <= Self.partCount else { throw .invalidForm("it has more than \(Self.partCount) parts") }
      events.append(.part(try MultipartPart(head: Array(pending[..<end]))))
      pending.removeFirst(end + 4)
      state = .content(isPart: true)
      return true
    case .end:
      pending = []
      return false
    }
  }

  private mutating func content(_ isPart: Bool, _ events: inout [Event]) -> Bool {
    if let place = Self.find(delimiter, in: pending) {
      if isPart {
        if place > 0 { events.append(.bytes(Array(pending[..<place]))) }
        events.append(.partEnd)
      }
      pending.removeFirst(place + delimiter.count)
      state = .boundaryLine
      return true
    }
    // The end of what is there may be the beginning of a boundary.
    let sure = pending.count - (delimiter.count - 1)
    if sure > 0 {
      if isPart { events.append(.bytes(Array(pending[..<sure]))) }
      pending.removeFirst(sure)
    }
    return false
  }

  private static func find(_ pattern: [UInt8], in bytes: [UInt8]) -> Int? {
    guard let first = pattern.first, bytes.count >= pattern.count else { return nil }
    let last = bytes.count - pattern.count
    var place = bytes.startIndex
    while place <= last, let next = bytes[place...last].firstIndex(of: first) {
      if bytes[next...].starts(with: pattern) { return next }
      place = next + 1
    }
    return nil
  }
}
