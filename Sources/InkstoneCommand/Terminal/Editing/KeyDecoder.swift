/// Turns the bytes that a terminal sends into keys: UTF-8, control characters, the sequences of xterm (ECMA-48) and its
/// bracketed paste.
package struct KeyDecoder: Sendable {
  private enum State: Equatable {
    case ground
    /// A character of several bytes has begun.
    case character([UInt8], missing: Int)
    case escape
    /// Parameters of a control sequence.
    case sequence([UInt8])
    /// A single shift: one more byte.
    case shift
    /// What is pasted, to the sequence that ends it.
    case paste([UInt8])
  }

  private static let pasteEnd = Array("\u{1B}[201~".utf8)
  /// A sequence that is longer is none.
  private static let longestSequence = 32
  private var state = State.ground

  /// Nothing held.
  package init() {}

  /// Whether an escape was read that may be the beginning of a sequence.
  package var isPending: Bool {
    switch state {
    case .escape, .sequence, .shift: true
    case .ground, .character, .paste: false
    }
  }

  /// Gives up a sequence that did not go on in time: the escape key, which asks for nothing.
  package mutating func giveUp() { if isPending { state = .ground } }

  /// Takes a byte; nil while a key is unfinished, and for keys that ask for nothing.
  package mutating func take(_ byte: UInt8) -> Key? {
    switch state {
    case .ground: return begin(byte)
    case .character(let bytes, let missing):
      guard byte & 0xC0 == 0x80 else {
        // What was begun is no character; this byte begins something else.
        state = .ground
        return begin(byte)
      }
      let all = bytes + [byte]
      if missing > 1 {
        state = .character(all, missing: missing - 1)
        return nil
      }
      state = .ground
      return String(validating: all, as: UTF8.self).map { .text($0) }
    case .escape: return escaped(byte)
    case .shift:
      state = .ground
      return KeyDecoder.key(final: byte, parameters: [])
    case .sequence(let parameters):
      guard (0x40...0x7E).contains(byte) else {
        state = parameters.count < KeyDecoder.longestSequence ? .sequence(parameters + [byte]) : .ground
        return nil
      }
      state = .ground
      if byte == UInt8(ascii: "~"), parameters == Array("200".utf8) {
        state = .paste([])
        return nil
      }
      return KeyDecoder.key(final: byte, parameters: parameters)
    case .paste(var bytes):
      // The copy in the state would make every byte cost the whole paste.
      state = .ground
      bytes.append(byte)
      guard bytes.count >= 6, bytes.suffix(6).elementsEqual(KeyDecoder.pasteEnd) else {
        state = .paste(bytes)
        return nil
      }
      return .text(KeyDecoder.plain(String(decoding: bytes.dropLast(6), as: UTF8.self)))
    }
  }

  private mutating func begin(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x1B:
      state = .escape
      return nil
    case 0x20..<0x7F: return .text(String(Unicode.Scalar(byte)))
    case 0xC2...0xDF: return wait([byte], 1)
    case 0xE0...0xEF: return wait([byte], 2)
    case 0xF0...0xF4: return wait([byte], 3)
    default: return KeyDecoder.controls[byte]
    }
  }

  private mutating func wait(_ bytes: [UInt8], _ missing: Int) -> Key? {
    state = .character(bytes, missing: missing)
    return nil
  }

  private mutating func escaped(_ byte: UInt8) -> Key? {
    state = .ground
    switch byte {
    case UInt8(ascii: "["): state = .sequence([])
    case UInt8(ascii: "O"): state = .shift
    case 0x1B: state = .escape
    case 0x0D, 0x0A: return .lineEnd
    case UInt8(ascii: "b"), UInt8(ascii: "B"): return .wordLeft
    case UInt8(ascii: "f"), UInt8(ascii: "F"): return .wordRight
    case 0x7F, 0x08: return .killWord
    default: break
    }
    return nil
  }

  private static let controls: [UInt8: Key] = [
    0x01: .lineStart, 0x02: .left, 0x03: .interrupt, 0x04: .deleteOrEnd, 0x05: .lineStop, 0x06: .right,
    0x08: .backspace, 0x09: .complete, 0x0A: .lineEnd, 0x0B: .killToStop, 0x0C: .clearScreen, 0x0D: .enter, 0x0E: .down,
    0x10: .up, 0x15: .killToStart, 0x17: .killWord, 0x19: .putBack, 0x1A: .suspend, 0x7F: .backspace,
  ]

  private static func key(final: UInt8, parameters: [UInt8]) -> Key? {
    let numbers = parameters.split(separator: UInt8(ascii: ";")).map { String(decoding: $0, as: UTF8.self) }
    // The second number names the keys held beside it: 3 is Alt, 5 is Ctrl.
    let isHeld = numbers.count > 1 && ["3", "5", "7"].contains(numbers[1])
    switch final {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "C"): return isHeld ? .wordRight : .right
    case UInt8(ascii: "D"): return isHeld ? .wordLeft : .left
    case UInt8(ascii: "H"): return .lineStart
    case UInt8(ascii: "F"): return .lineStop
    case UInt8(ascii: "~"):
      switch numbers.first {
      case "1", "7": return .lineStart
      case "4", "8": return .lineStop
      case "3": return .delete
      default: return nil
      }
    default: return nil
    }
  }

  /// Text without control characters, its line ends those of this program.
  private static func plain(_ text: String) -> String {
    var result = ""
    for character in text {
      if character.isNewline {
        result.append("\n")
      } else if character == "\t" {
        result.append("  ")
      } else if character.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) {
        result.append(character)
      }
    }
    return result
  }
}
