/// SentencePiece's compiled normalization rules: a double array (Darts-clone's layout) and the texts it points to.
///
/// The file's layout is a 32-bit length, the units of the array (32 bits each, low byte first), and the replacements, each
/// ended by a zero byte. Aoe 1989, Yata 2007 for double arrays.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// Replacements are at most this long; real ones have 33 bytes or fewer.
  private static let longestReplacement = 8192
  /// Of the rules that match at a place only so many are looked at, as in the reference library.
  private static let mostMatches = 32

  /// Reads the rules.
  ///
  /// - Throws: `TokenizerError` for an array that cannot be or texts that do not end.
  init(_ blob: [UInt8], name: String) throws(TokenizerError) {
    guard blob.count > 4 else { throw Self.damaged(name, "a length and an array", "\(blob.count) bytes") }
    let size = Int(Self.word(blob, at: 0))
    guard size >= 1024, size % 1024 == 0, size < blob.count - 4 else {
      throw Self.damaged(name, "an array of a multiple of 1024 bytes inside \(blob.count)", "\(size) bytes")
    }
    units = (1...size / 4).map { Self.word(blob, at: $0 * 4) }
    replacements = Array(blob[(4 + size)...])
    guard replacements.last == 0 else { throw Self.damaged(name, "texts that end with a zero", "no zero at the end") }
    var start = 0
    for (index, byte) in replacements.enumerated() where byte == 0 {
      guard index - start <= Self.longestReplacement else {
        throw Self.damaged(name, "texts of at most \(Self.longestReplacement) bytes", "one of \(index - start)")
      }
      start = index + 1
    }
  }

  private static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    var word: UInt32 = 0
    for index in (0..<4).reversed() { word = word << 8 | UInt32(bytes[offset + index]) }
    return word
  }

  private static func damaged(_ name: String, _ expected: String, _ found: String) -> TokenizerError {
    TokenizerError(
      .invalidField, in: "\(name).precompiled_charsmap", expected: expected, found: found,
      hint: "The file is damaged: fetch it again.")
  }

  /// Which of several rules that match is taken.
  enum Choice { case longest, shortest }

  /// The rule for the text at `start`: how much it takes and what it puts there.
  @inline(__always)
  func match(_ text: Span<UInt8>, at start: Int, end: Int, _ choice: Choice) -> (length: Int, text: ArraySlice<UInt8>)?
  {
    var node = Self.offset(units[0])
    var at = start
    var best: (length: Int, value: Int)?
    var matches = 0
    while at < end, matches < Self.mostMatches {
      let byte = UInt32(text[at])
      node ^= Int(byte)
      guard node < units.count else { break }
      let unit = units[node]
      guard unit & 0x8000_00FF == byte else { break }
      node ^= Self.offset(unit)
      at &+= 1
      guard (unit >> 8) & 1 == 1 else { continue }
      guard node < units.count else { break }
      let value = Int(units[node] & 0x7FFF_FFFF)
      if value < replacements.count { best = (at &- start, value) }
      matches += 1
      if choice == .shortest { break }
    }
    guard let best else { return nil }
    var stop = best.value
    while replacements[stop] != 0 { stop &+= 1 }
    return (best.length, replacements[best.value..<stop])
  }

  @inline(__always)
  private static func offset(_ unit: UInt32) -> Int {
    Int((unit >> 10) << ((unit & 0x200) >> 6))
  }
}
