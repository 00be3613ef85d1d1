/// How SentencePiece turns tokens into text.
struct SentencePieceDecoder: Sendable {
  /// What a token is decoded to.
  enum Kind: Sendable {
    case text
    case byte(UInt8)
    /// Nothing.
    case control
    case unknown
  }

  /// What happens to spaces where the text begins.
  enum LeadingSpaces: Sendable {
    /// They stay.
    case kept
    /// One is the model's own and goes away.
    case oneRemoved
    /// None of them was in the text.
    case allRemoved
  }

  /// By id.
  var kinds: [Kind]
  /// What the unknown token is decoded to.
  var unknownSurface: [UInt8]
  var leadingSpaces: LeadingSpaces
  /// Spellings that stand for other text, as ChatGLM has for line ends and runs of spaces; longest first.
  var spellings: [(written: [UInt8], meant: [UInt8])] = []
  /// What the whole text goes through in the end.
  var denormalizer: SentencePieceNormalizer?

  /// The byte that a token stands for.
  func byte(_ id: TokenID) -> UInt8? {
    guard id >= 0, Int(id) < kinds.count, case .byte(let byte) = kinds[Int(id)] else { return nil }
    return byte
  }

  /// Appends what a token stands for.
  ///
  /// - Parameter isAtBeginning: whether the text has not begun; set to what holds for the next token.
  func append(_ id: TokenID, _ token: ArraySlice<UInt8>, isAtBeginning: inout Bool, to output: inout [UInt8]) {
    guard id >= 0, Int(id) < kinds.count else {
      output += token
      isAtBeginning = isAtBeginning && token.isEmpty
      return
    }
    switch kinds[Int(id)] {
    case .control: return
    case .byte(let byte): output.append(byte)
    case .unknown:
      if unknownSurface.isEmpty { return }
      output += unknownSurface
    case .text:
      var token = token
      let mark = SentencePieceNormalizer.visibleSpace
      if isAtBeginning, leadingSpaces != .kept, token.starts(with: mark) {
        token = token.dropFirst(mark.count)
        if leadingSpaces == .oneRemoved { isAtBeginning = false }
      }
      if token.isEmpty { return }
      appendText(token, to: &output)
    }
    isAtBeginning = false
  }

  private func appendText(_ token: ArraySlice<UInt8>, to output: inout [UInt8]) {
    for spelling in spellings where token.elementsEqual(spelling.written) {
      output += spelling.meant
      return
    }
    let mark = SentencePieceNormalizer.visibleSpace
    var index = token.startIndex
    while index < token.endIndex {
      if token[index] == mark[0], token[index...].starts(with: mark) {
        output.append(Scan.space)
        index += mark.count
      } else {
        output.append(token[index])
        index += 1
      }
    }
  }
}
