/// Byte-pair encoding by merge ranks (Sennrich et al. 2016; on bytes: Radford et al. 2019).
struct BytePairModel: Sendable {
  /// What a piece consists of before the first merge.
  enum Symbols: Sendable {
    /// Bytes; a byte without a token becomes the unknown token, and without that it is left out, as the reference
    /// library does.
    case bytes(UnknownByte?)
    /// Characters; one that has no token is spelled in bytes or becomes the unknown token.
    case characters(UnknownCharacter)
  }

  /// What stands for a character that has no token.
  struct UnknownCharacter: Sendable {
    /// Tokens `<0x00>` to `<0xFF>` by byte (-1: absent), if the model falls back to bytes.
    var byteTokens: [TokenID]?
    /// The unknown token, if there is one.
    var token: TokenID?
    var runs: UnknownRuns
  }

  /// What stands for a byte that has no token.
  struct UnknownByte: Sendable {
    var token: TokenID
    var runs: UnknownRuns
  }

  /// What several unknown characters in a row become.
  enum UnknownRuns: Sendable { case oneTokenEach, oneTokenInAll }

  /// Whether a piece that is a token as a whole is taken without merging.
  enum WholePieces: Sendable { case merged, taken }

  var vocabulary: Vocabulary
  var merges: MergeTable
  var symbols: Symbols
  var wholePieces: WholePieces
  /// The token of each single byte, -1 where there is none (byte symbols only).
  var byteTokens: [TokenID]
  private let affixes: WordAffixes
  /// Whether tokens are spelled with something in front or behind.
  var hasAffixes: Bool { !affixes.isEmpty }
  /// The tokens of bytes by their place, if a vocabulary tells places apart (byte symbols only).
  private var placedByteTokens: ByteTokens?

  init(
    vocabulary: Vocabulary, merges: MergeTable, symbols: Symbols, wholePieces: WholePieces,
    affixes: WordAffixes = WordAffixes()
  ) {
    self.affixes = affixes
    self.vocabulary = vocabulary
    self.merges = merges
    self.symbols = symbols
    self.wholePieces = wholePieces
    byteTokens = (UInt8.min...UInt8.max).map { vocabulary.id(of: CollectionOfOne($0)) ?? -1 }
    if case .bytes = symbols, !affixes.isEmpty { placedByteTokens = ByteTokens(vocabulary, affixes) }
  }

  /// Splits a piece into tokens, which stay in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    let count = end &- start
    // A symbol that falls back to bytes may be spelled longer than it is.
    workspace.begin(symbols: affixes.isEmpty ? count : count * (1 + affixes.continuation.count) + affixes.wordEnd.count)
    if case .taken = wholePieces {
      let id = vocabulary.find(text.span.bytes, at: start, count: count)
      if id >= 0 {
        workspace.append(id, start: 0)
        return
      }
    }
    switch symbols {
    case .bytes(let unknown):
      if let placedByteTokens {
        appendPlacedBytes(text, start: start, end: end, unknown, placedByteTokens, &workspace)
      } else {
        appendBytes(text, start: start, end: end, unknown, byteTokens, &workspace)
      }
    case .characters(let unknown):
      appendCharacters(text, start: start, end: end, unknown, &workspace)
    }
    workspace.merge(merges)
  }

  private func appendBytes(
    _ text: [UInt8], start: Int, end: Int, _ unknown: UnknownByte?, _ tokens: [TokenID],
    _ workspace: inout MergeWorkspace
  ) {
    let span = text.span
    let table = tokens.span
    for index in start..<end {
      let id = table[Int(span[index])]
      if id >= 0 {
        workspace.append(id, start: index &- start)
      } else if let unknown {
        let isRunning = index > start && table[Int(span[index &- 1])] < 0
        if unknown.runs == .oneTokenEach || !isRunning { workspace.append(unknown.token, start: index &- start) }
      }
    }
  }

  private func appendPlacedBytes(
    _ text: [UInt8], start: Int, end: Int, _ unknown: UnknownByte?, _ tokens: ByteTokens,
    _ workspace: inout MergeWorkspace
  ) {
    var wasUnknown = false
    for index in start..<end {
      let id = tokens.table(isFirst: index == start, isLast: index == end - 1)[Int(text[index])]
      if id >= 0 {
        workspace.append(id, start: index - start)
      } else if let unknown, unknown.runs == .oneTokenEach || !wasUnknown {
        workspace.append(unknown.token, start: index - start)
      }
      wasUnknown = id < 0
    }
  }

  private func appendCharacters(
    _ text: [UInt8], start: Int, end: Int, _ unknown: UnknownCharacter, _ workspace: inout MergeWorkspace
  ) {
    let span = text.span
    var pending: Int?
    var index = start
    while index < end {
      let width = UTF8Reader.scalar(span, at: index, end: end).width
      defer { index += width }
      var spelling: [UInt8]?
      let id: TokenID
      if affixes.isEmpty {
        id = vocabulary.find(span.bytes, at: index, count: width)
      } else {
        let symbol = affixes.spelling(
          text[index..<index + width], isFirst: index == start, isLast: index + width == end)
        id = vocabulary.id(of: symbol) ?? -1
        spelling = symbol
      }
      if id >= 0 {
        flush(&pending, unknown, &workspace)
        workspace.append(id, start: index - start)
        continue
      }
      if let byteTokens = unknown.byteTokens {
        let bytes = spelling ?? Array(text[index..<index + width])
        if bytes.allSatisfy({ byteTokens[Int($0)] >= 0 }) {
          for (offset, byte) in bytes.enumerated() {
            workspace.append(byteTokens[Int(byte)], start: index - start + min(offset, width - 1))
          }
          continue
        }
      }
      if unknown.token == nil { continue }
      if case .oneTokenEach = unknown.runs { flush(&pending, unknown, &workspace) }
      if pending == nil { pending = index - start }
    }
    flush(&pending, unknown, &workspace)
  }

  private func flush(_ pending: inout Int?, _ unknown: UnknownCharacter, _ workspace: inout MergeWorkspace) {
    if let start = pending, let token = unknown.token { workspace.append(token, start: start) }
    pending = nil
  }
}
