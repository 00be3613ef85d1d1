/// Cuts ranges of one document into pieces of a size, at the best boundaries there are.
///
/// A range is first cut into atoms: stretches small against a piece, whose ends are as strong as that allows. Atoms are
/// then packed into pieces, each of which ends at the strongest place in its second half. Every byte is measured a
/// fixed
/// number of times, so that the work grows with the length of the text alone.
struct TextCutter {
  /// Where a piece may end.
  enum Packing: Sendable {
    /// At the strongest boundary in the second half of the piece.
    case strongest
    /// As late as it fits.
    case latest
  }

  /// A stretch that is kept whole.
  struct Atom {
    var range: Range<Int>
    /// Its length without what a model adds to every text.
    var weight: Int
    /// The boundary behind it.
    var end: Boundary.Strength
  }

  let document: ExtractedText
  let source: TextBytes
  let size: PieceSize
  private let overhead: Int
  private let boundaries: [Boundary]
  /// Where a stretch that fits a piece and should stay whole begins, and where it ends.
  private let sealed: [Int: Int]
  private let path: HeadingPath

  /// - Parameter boundaries: the places where the text may be cut, in order; those of Chinese and English text when
  /// nil.
  init(
    _ document: ExtractedText, size: PieceSize, boundaries: [Boundary]? = nil
  ) throws(RetrievalError) {
    self.document = document
    self.size = size
    overhead = size.length.overhead
    let source = TextBytes(document.text)
    self.source = source
    path = HeadingPath(document)
    let found = boundaries ?? BoundaryScanner.boundaries(of: source, in: 0..<source.count)
    let whole = WholeBlocks(document, source: source, size: size)
    sealed = whole.ends
    self.boundaries = whole.applied(to: found)
    if Task.isCancelled { throw RetrievalError(.cancelled, context: "splitting") }
  }

  // MARK: Pieces

  /// The pieces of a range.
  func pieces(in range: Range<Int>, packing: Packing = .strongest) throws(RetrievalError) -> [Piece] {
    guard !range.isEmpty else { return [] }
    let available = size.limit - overhead
    let finest = max(1, available / 4)
    let grain = size.overlap > 0 ? min(finest, size.overlap) : finest
    return try pack(atoms(of: range, grain: grain), packing: packing).map { piece($0) }
  }

  /// The piece of a range of the text.
  func piece(_ range: Range<Int>) -> Piece {
    Piece(
      range: range, text: String(source.substring(range)), headings: path.titles(at: range.lowerBound),
      page: document.page(at: range.lowerBound))
  }

  /// Packs neighbouring atoms into ranges that fit, without white space at their ends.
  func pack(_ atoms: [Atom], packing: Packing) throws(RetrievalError) -> [Range<Int>] {
    let available = size.limit - overhead
    var ranges: [Range<Int>] = []
    var start = 0
    // The first atom that no piece holds yet.
    var fresh = 0
    while fresh < atoms.count {
      if Task.isCancelled { throw RetrievalError(.cancelled, context: "splitting") }
      var end = start
      var sum = 0
      while end < atoms.count, end <= fresh || sum + atoms[end].weight <= available {
        sum += atoms[end].weight
        end += 1
      }
      if end < atoms.count, packing == .strongest { end = strongestEnd(atoms, start, fresh, end, half: available / 2) }
      // Lengths of parts need not add up to the length of the whole, so the piece itself is measured.
      while end > fresh + 1, !fits(atoms[start].range.lowerBound..<atoms[end - 1].range.upperBound) { end -= 1 }
      if start < fresh, end == fresh + 1, !fits(atoms[start].range.lowerBound..<atoms[end - 1].range.upperBound) {
        start = fresh
        continue
      }
      let range = source.trimmed(atoms[start].range.lowerBound..<atoms[end - 1].range.upperBound)
      // Behind the last words there may be white space, which is no reason for another piece.
      if !range.isEmpty, range.upperBound > ranges.last?.upperBound ?? 0 { ranges.append(range) }
      fresh = end
      start = overlapStart(atoms, before: fresh, beyond: ranges.last?.lowerBound ?? 0)
    }
    return ranges
  }

  /// The end of the piece at the strongest boundary behind its first half; of equals the last.
  private func strongestEnd(_ atoms: [Atom], _ start: Int, _ fresh: Int, _ end: Int, half: Int) -> Int {
    var best = end
    var index = end
    var sum = 0
    for atom in atoms[start..<end] { sum += atom.weight }
    while index > fresh + 1, sum >= half {
      if atoms[index - 1].end < atoms[best - 1].end { best = index }
      index -= 1
      sum -= atoms[index].weight
    }
    return best
  }

  /// Where the next piece begins so that it shares whole atoms with the one before, and still has room for a new one.
  private func overlapStart(_ atoms: [Atom], before fresh: Int, beyond start: Int) -> Int {
    guard fresh < atoms.count, size.overlap > 0 else { return fresh }
    let room = min(size.overlap, size.limit - overhead - atoms[fresh].weight)
    var first = fresh
    var sum = 0
    while first > 0, atoms[first - 1].range.lowerBound > start, sum + atoms[first - 1].weight <= room {
      sum += atoms[first - 1].weight
      first -= 1
    }
    return first
  }

  private func fits(_ range: Range<Int>) -> Bool {
    size.length.measure(String(source.substring(source.trimmed(range)))) <= size.limit
  }

  // MARK: Atoms

  /// Cuts a range into stretches of at most `grain`, or of one character.
  func atoms(of range: Range<Int>, grain: Int) throws(RetrievalError) -> [Atom] {
    var atoms: [Atom] = []
    let first = index(after: range.lowerBound)
    var last = first
    while last < boundaries.count, boundaries[last].offset < range.upperBound { last += 1 }
    try divide(range, first..<last, level: 0, grain: grain, end: .paragraph, into: &atoms)
    return atoms
  }

  /// The length of a range when it is at most `limit`; nil when it is more.
  private func weight(_ range: Range<Int>, atMost limit: Int) -> Int? {
    guard range.count <= size.length.certainBytes(limit) else { return nil }
    let weight = max(0, size.length.measure(String(source.substring(range))) - overhead)
    return weight <= limit ? weight : nil
  }

  private func divide(
    _ range: Range<Int>, _ inner: Range<Int>, level: Int, grain: Int, end: Boundary.Strength, into atoms: inout [Atom]
  ) throws(RetrievalError) {
    let isSealed = sealed[range.lowerBound] == range.upperBound
    if let weight = weight(range, atMost: isSealed ? size.limit - overhead : grain) {
      atoms.append(Atom(range: range, weight: weight, end: end))
      return
    }
    if Task.isCancelled { throw RetrievalError(.cancelled, context: "splitting") }
    var level = level
    while level < Boundary.Strength.character.rawValue {
      if inner.contains(where: { boundaries[$0].strength.rawValue <= level }) { break }
      level += 1
    }
    guard level < Boundary.Strength.character.rawValue else {
      divideCharacters(range, grain: grain, end: end, into: &atoms)
      return
    }
    var start = range.lowerBound
    var first = inner.lowerBound
    for index in inner where boundaries[index].strength.rawValue <= level {
      let boundary = boundaries[index]
      try divide(
        start..<boundary.offset, first..<index, level: level + 1, grain: grain, end: boundary.strength, into: &atoms)
      start = boundary.offset
      first = index + 1
    }
    try divide(
      start..<range.upperBound, first..<inner.upperBound, level: level + 1, grain: grain, end: end, into: &atoms)
  }

  /// Cuts a stretch without boundaries into runs of characters.
  private func divideCharacters(_ range: Range<Int>, grain: Int, end: Boundary.Strength, into atoms: inout [Atom]) {
    let text = source.substring(range)
    let step = max(1, grain / 2)
    var offset = range.lowerBound
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(index, offsetBy: step, limitedBy: text.endIndex) ?? text.endIndex
      let length = text.utf8.distance(from: index, to: next)
      let run = offset..<offset + length
      if let weight = weight(run, atMost: grain) {
        atoms.append(Atom(range: run, weight: weight, end: .character))
      } else {
        divideSingly(text[index..<next], from: offset, into: &atoms)
      }
      offset += length
      index = next
    }
    if let last = atoms.indices.last { atoms[last].end = end }
  }

  private func divideSingly(_ text: Substring, from start: Int, into atoms: inout [Atom]) {
    var offset = start
    for character in text {
      let length = character.utf8.count
      let weight = max(0, size.length.measure(String(character)) - overhead)
      atoms.append(Atom(range: offset..<offset + length, weight: weight, end: .character))
      offset += length
    }
  }

  private func index(after offset: Int) -> Int {
    var (low, high) = (0, boundaries.count)
    while low < high {
      let middle = (low + high) / 2
      if boundaries[middle].offset <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
