/// Where a program may be cut. Strengths mean: `paragraph` between outermost declarations, `line` at an empty line
/// between
/// outermost statements, `sentence` at an empty line or a member within a declaration, `brokenLine` at the outermost
/// level,
/// `clause` at any line, `word` between words.
struct CodeBoundaries {
  /// What a line does.
  private enum Line {
    case empty
    /// A comment, an attribute or a decorator, which belongs to what follows.
    case prefix
    /// A closing bracket or a branch of what was begun, which belongs to what stands before.
    case continuation
    case code
  }

  /// The boundaries of a program, in order.
  static func boundaries(of source: TextBytes) -> [Boundary] {
    let bytes = source.bytes
    var boundaries: [Boundary] = []
    var start = 0
    var previous = Line.empty
    var afterEmpty = false
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      let next = min(end + 1, bytes.count)
      var content = start
      while content < end, bytes[content] == 0x20 || bytes[content] == 0x09 { content += 1 }
      let line = kind(bytes[content..<end])
      if start > 0, source.isBoundary(start) {
        let strength = strength(line, previous: previous, afterEmpty: afterEmpty, isOutermost: content == start)
        boundaries.append(Boundary(offset: start, strength: strength))
      }
      appendWords(source, content..<end, into: &boundaries)
      switch line {
      case .empty: afterEmpty = true
      case .prefix, .continuation, .code:
        afterEmpty = false
        previous = line
      }
      start = next
    }
    return boundaries
  }

  private static func strength(
    _ line: Line, previous: Line, afterEmpty: Bool, isOutermost: Bool
  ) -> Boundary.Strength {
    switch line {
    case .empty, .continuation: return .clause
    case .prefix, .code: break
    }
    // What a comment speaks of is kept behind it.
    if !afterEmpty, previous == .prefix { return .clause }
    if isOutermost { return afterEmpty ? .paragraph : .brokenLine }
    return afterEmpty ? .sentence : .clause
  }

  private static func kind(_ line: ArraySlice<UInt8>) -> Line {
    guard let first = line.first, first != 0x0D else { return .empty }
    switch first {
    case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"): return .continuation
    case UInt8(ascii: "#"), UInt8(ascii: "@"), UInt8(ascii: "*"): return .prefix
    case UInt8(ascii: "/"), UInt8(ascii: "-"):
      let second = line.dropFirst().first
      return second == first || second == UInt8(ascii: "*") ? .prefix : .code
    default: break
    }
    let word = String(decoding: line.prefix { $0 >= 0x61 && $0 <= 0x7A }, as: UTF8.self)
    return continuations.contains(word) ? .continuation : .code
  }

  private static let continuations: Set<String> = [
    "else", "elif", "elsif", "except", "finally", "catch", "end", "fi", "done", "esac", "rescue", "ensure", "then",
  ]

  private static func appendWords(_ source: TextBytes, _ line: Range<Int>, into boundaries: inout [Boundary]) {
    var index = line.lowerBound
    while index < line.upperBound {
      let isSpace = source.bytes[index] == 0x20
      index += 1
      if isSpace, index < line.upperBound, source.bytes[index] != 0x20, source.isBoundary(index) {
        boundaries.append(Boundary(offset: index, strength: .word))
      }
    }
  }
}
