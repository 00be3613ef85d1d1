/// Text that is looked for in an answer, and what it means there.
struct Mark<Meaning: Sendable>: Sendable {
  let scalars: [Unicode.Scalar]
  let meaning: Meaning

  init(_ text: String, _ meaning: Meaning) {
    self.init(Array(text.unicodeScalars), meaning)
  }

  init(_ scalars: [Unicode.Scalar], _ meaning: Meaning) {
    self.scalars = scalars
    self.meaning = meaning
  }
}

/// Holds back the characters that may be the beginning of a mark.
struct MarkWatch: Sendable {
  enum Outcome<Meaning: Sendable>: Sendable {
    /// All that is held may be a mark's beginning.
    case waiting
    /// A mark is complete; nothing is held any more.
    case found(Mark<Meaning>)
    /// The character that was held longest is none of a mark.
    case released(Unicode.Scalar)
  }

  private(set) var held: [Unicode.Scalar] = []

  /// Takes the next character; `outcome` then tells what it led to.
  mutating func hold(_ scalar: Unicode.Scalar) { held.append(scalar) }

  /// What is known of the held characters. To be asked until it is `waiting` or a mark is found.
  mutating func outcome<Meaning>(among marks: [Mark<Meaning>]) -> Outcome<Meaning> {
    guard let first = held.first else { return .waiting }
    var isBeginning = false
    for mark in marks where mark.scalars.first == first {
      guard mark.scalars.count >= held.count, mark.scalars.starts(with: held) else { continue }
      if mark.scalars.count == held.count {
        held = []
        return .found(mark)
      }
      isBeginning = true
    }
    return isBeginning ? .waiting : .released(held.removeFirst())
  }

  /// Takes what is held when no more will come.
  mutating func release() -> [Unicode.Scalar] {
    defer { held = [] }
    return held
  }
}
