/// A pattern of weight names: `*` stands for any characters, also for none. It fits a whole name.
public struct ParameterPattern: Sendable, Hashable, CustomStringConvertible {
  private let bytes: [UInt8]

  /// A pattern, such as `layers.*.mixer.*`.
  public init(_ text: String) { bytes = Array(text.utf8) }

  public var description: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether a name fits.
  public func matches(_ name: String) -> Bool {
    let star = UInt8(ascii: "*")
    let text = Array(name.utf8)
    var (place, position) = (0, 0)
    // Where the last star was, and what follows the characters that it stands for so far.
    var retry: (place: Int, position: Int)?
    while position < text.count {
      if place < bytes.count, bytes[place] == star {
        place += 1
        retry = (place, position)
      } else if place < bytes.count, bytes[place] == text[position] {
        place += 1
        position += 1
      } else if let last = retry {
        retry = (last.place, last.position + 1)
        (place, position) = (last.place, last.position + 1)
      } else {
        return false
      }
    }
    return bytes[place...].allSatisfy { $0 == star }
  }
}
