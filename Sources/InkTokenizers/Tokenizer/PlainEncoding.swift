/// The tokens of one text before anything is put around them.
struct PlainEncoding {
  var encoding = Encoding()
  /// The offsets that a token has where it is the first of a sequence: a space of our own before it is not trimmed away
  /// there. Empty if offsets are not trimmed.
  var firstOffsets: [Range<Int>] = []

  /// The encoding of the whole text.
  var finished: Encoding {
    var result = encoding
    if let first = firstOffsets.first, !result.ids.isEmpty { result.offsets[0] = first }
    return result
  }

  /// At most `length` tokens; the others are cut away at a side.
  func part(of length: Int, cutting side: SequenceSide) -> PlainEncoding {
    let count = encoding.ids.count
    let kept = min(max(length, 0), count)
    switch side {
    case .end: return part(0..<kept)
    case .start: return part(count - kept..<count)
    }
  }

  /// Cuts a long sequence into windows of at most `length` tokens, each of which repeats `stride` tokens of the one
  /// before. The first window is the one that is kept when there may be only one.
  ///
  /// - Parameter stride: fewer than `length`, unless the sequence is short enough or `length` is 0.
  func windows(of length: Int, stride: Int, cutting side: SequenceSide) -> [Encoding] {
    let count = encoding.ids.count
    if count <= length { return [finished] }
    if length <= 0 { return [Encoding(), finished] }
    let step = max(length - stride, 1)
    var result: [Encoding] = []
    switch side {
    case .end:
      var start = 0
      while true {
        let stop = min(start + length, count)
        result.append(part(start..<stop).finished)
        if stop == count { return result }
        start += step
      }
    case .start:
      var stop = count
      while true {
        let start = max(stop - length, 0)
        result.append(part(start..<stop).finished)
        if start == 0 { return result }
        stop -= step
      }
    }
  }

  private func part(_ range: Range<Int>) -> PlainEncoding {
    var result = PlainEncoding()
    result.encoding.ids = Array(encoding.ids[range])
    result.encoding.typeIDs = Array(encoding.typeIDs[range])
    result.encoding.offsets = Array(encoding.offsets[range])
    result.encoding.attentionMask = Array(encoding.attentionMask[range])
    if !firstOffsets.isEmpty { result.firstOffsets = Array(firstOffsets[range]) }
    return result
  }
}

/// The white space at both ends of a token.
struct SpaceMargins {
  var leading: Int
  var trailing: Int

  enum LeadingSpace { case trimmed, kept }

  init(_ token: String) {
    // U+0120 is a space in the byte alphabet.
    let isSpace = { (scalar: Unicode.Scalar) in scalar == "\u{120}" || scalar.properties.isWhitespace }
    leading = token.unicodeScalars.prefix(while: isSpace).count
    trailing = token.unicodeScalars.reversed().prefix(while: isSpace).count
  }

  /// Offsets without the white space.
  func trimmed(_ range: Range<Int>, _ leadingSpace: LeadingSpace) -> Range<Int> {
    let lower = leadingSpace == .kept ? range.lowerBound : min(range.lowerBound + leading, range.upperBound)
    var upper = range.upperBound
    if trailing > 0, upper >= trailing { upper = max(upper - trailing, lower) }
    return lower..<upper
  }
}
