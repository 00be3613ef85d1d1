/// Cuts before each run of U+2581, the visible space of SentencePiece.
///
/// A model that has no token with a space behind something else gives the same tokens word by word as for the whole text,
/// and words are met again.
enum VisibleSpaceScanner: PieceScanner {
  static func nextEnd(
    _ text: Span<UInt8>, from start: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Int {
    var at = start
    while standsAt(at, text, end) { at &+= 3 }
    while at < end, !standsAt(at, text, end) { at &+= 1 }
    return at
  }

  /// Whether the visible space stands at a place.
  @inline(__always)
  static func standsAt(_ at: Int, _ text: Span<UInt8>, _ end: Int) -> Bool {
    at &+ 3 <= end && text[at] == 0xE2 && text[at &+ 1] == 0x96 && text[at &+ 2] == 0x81
  }
}
