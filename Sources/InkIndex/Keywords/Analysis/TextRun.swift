/// Neighbouring folded characters of one kind of run, with their places in the text.
struct TextRun {
  private(set) var kind: CharacterKind.Run?
  private(set) var scalars: [UInt32] = []
  private(set) var kinds: [CharacterKind] = []
  private(set) var starts: [Int] = []
  private(set) var ends: [Int] = []
  /// Whether a word holds anything but letters of one case, possibly the first one upper: those have parts.
  private(set) var isPlain = true
  private(set) var isNumber = true
  /// Marks that were taken from the text while it is unknown whether they belong to it: a full stop behind digits, an
  /// apostrophe behind a letter.
  private var pending: (value: UInt32, kind: CharacterKind, start: Int, end: Int)?

  var count: Int { scalars.count }

  /// Whether a character goes on with the run.
  @inline(__always)
  mutating func accepts(_ next: CharacterKind) -> Bool {
    guard let kind else { return false }
    switch next {
    case .mark: return pending == nil
    case .decimal: return kind == .word && isNumber && pending == nil
    case .apostrophe: return kind == .word && isPlain && !isNumber && pending == nil
    case .lowercase, .uppercase, .digit, .underscore, .han, .kana, .hangul, .unspaced:
      guard next.run == kind else { return false }
      guard let waiting = pending else { return true }
      return waiting.kind == .decimal ? next == .digit : next == .lowercase || next == .uppercase
    case .separator, .ignored, .emoji: return false
    }
  }

  /// Appends a character that the run accepts, or begins one with it.
  @inline(__always)
  mutating func append(_ value: UInt32, _ next: CharacterKind, start: Int, end: Int) {
    if next == .decimal || next == .apostrophe {
      pending = (value, next, start, end)
      return
    }
    if let waiting = pending {
      push(waiting.kind == .apostrophe ? 0x27 : waiting.value, waiting.kind, waiting.start, waiting.end)
      pending = nil
    }
    if kind == nil { kind = next.run }
    note(next)
    push(value, next, start, end)
  }

  @inline(__always)
  private mutating func push(_ value: UInt32, _ kind: CharacterKind, _ start: Int, _ end: Int) {
    scalars.append(value)
    kinds.append(kind)
    starts.append(start)
    ends.append(end)
  }

  /// Keeps up with what the run is: a word in one case, a number, or something with parts.
  @inline(__always)
  private mutating func note(_ next: CharacterKind) {
    switch next {
    case .digit: if !isNumber { isPlain = false }
    case .underscore:
      isPlain = false
      isNumber = false
    case .lowercase, .uppercase:
      if let last = kinds.last {
        let isSplit = last == .digit || (next == .uppercase && last == .lowercase)
        // HTTPServer: two capitals and a small letter.
        let isEndOfCapitals =
          next == .lowercase && last == .uppercase && kinds.count > 1 && kinds[kinds.count - 2] == .uppercase
        if isSplit || isEndOfCapitals { isPlain = false }
      }
      isNumber = false
    case .separator, .mark, .ignored, .decimal, .apostrophe, .han, .kana, .hangul, .unspaced, .emoji: break
    }
  }

  mutating func removeAll() {
    kind = nil
    scalars.removeAll(keepingCapacity: true)
    kinds.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    isPlain = true
    isNumber = true
    pending = nil
  }
}
