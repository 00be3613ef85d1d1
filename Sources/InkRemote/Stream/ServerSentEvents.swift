package import InkChat

/// Finds the events in a stream of `text/event-stream` (WHATWG HTML, section 9.2), however it is cut into pieces.
///
/// Lines end with LF, CR or both; comments and fields other than `data` and `event` are passed over; the data of several
/// lines are joined with LF.
package struct ServerSentEvents: Sendable {
  /// An event's name, empty where none is given, and its data.
  package struct Event: Sendable, Hashable {
    package var name: String
    package var data: [UInt8]
  }

  private var line: [UInt8] = []
  private var isBehindReturn = false
  private var isFirstLine = true
  private var name = ""
  private var data: [UInt8]?
  private let limit: Int

  /// - Parameter limit: bytes that one event may have.
  package init(limit: Int = 16 << 20) {
    self.limit = limit
  }

  /// The events that are complete with these bytes.
  package mutating func take(_ bytes: some Sequence<UInt8>) throws(GenerationError) -> [Event] {
    var events: [Event] = []
    for byte in bytes {
      switch byte {
      case 0x0A where isBehindReturn: isBehindReturn = false
      case 0x0A, 0x0D:
        isBehindReturn = byte == 0x0D
        if let event = endLine() { events.append(event) }
      default:
        isBehindReturn = false
        line.append(byte)
        guard line.count + (data?.count ?? 0) <= limit else {
          throw .strangeAnswer("events of at most \(limit) bytes", "a longer one")
        }
      }
    }
    return events
  }

  /// The event that the end of the stream leaves without its blank line, as some servers do.
  package mutating func end() -> Event? {
    if !line.isEmpty { _ = endLine() }
    return endEvent()
  }

  private mutating func endLine() -> Event? {
    defer { line.removeAll(keepingCapacity: true) }
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    guard !line.isEmpty else { return endEvent() }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[min(colon + 1, line.endIndex)...]
    if value.first == 0x20 { value.removeFirst() }
    let field = line[..<colon]
    if field.elementsEqual("data".utf8) {
      if data == nil { data = Array(value) } else { data?.append(contentsOf: [0x0A] + value) }
    } else if field.elementsEqual("event".utf8) {
      name = String(decoding: value, as: UTF8.self)
    }
    return nil
  }

  private mutating func endEvent() -> Event? {
    defer {
      name = ""
      data = nil
    }
    return data.map { Event(name: name, data: $0) }
  }
}
