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

  /// What is known between two tokens of a text.
  struct State: Sendable {
    fileprivate var isAtBeginning = true
    /// Bytes that may still become a character.
    fileprivate var run: [UInt8] = []
    /// The text so far, if what follows may still change it.
    fileprivate var held: [UInt8] = []
  }

  /// Takes a token and appends the text that is certain with it.
  func append(_ id: TokenID, _ token: ArraySlice<UInt8>, _ state: inout State, to output: inout [UInt8]) {
    guard id >= 0, Int(id) < kinds.count else { return append(text: token, &state, to: &output) }
    switch kinds[Int(id)] {
    case .control: passControl(&state, to: &output)
    case .byte(let byte):
      state.run.append(byte)
      state.isAtBeginning = false
      let complete = UTF8Reader.completeLength(state.run)
      give(UTF8Reader.replacingEachInvalidByte(Array(state.run[..<complete]))[...], &state, to: &output)
      state.run.removeFirst(complete)
    case .unknown: append(text: unknownSurface[...], &state, to: &output)
    case .text:
      endRun(&state, to: &output)
      var token = token
      let mark = SentencePieceNormalizer.visibleSpace
      if state.isAtBeginning, leadingSpaces != .kept, token.starts(with: mark) {
        token = token.dropFirst(mark.count)
        if leadingSpaces == .oneRemoved { state.isAtBeginning = false }
      }
      if token.isEmpty { return }
      state.isAtBeginning = false
      give(spelledOut(token), &state, to: &output)
    }
  }

  /// Takes text that is no piece of the model.
  func append(text: ArraySlice<UInt8>, _ state: inout State, to output: inout [UInt8]) {
    endRun(&state, to: &output)
    if !text.isEmpty { state.isAtBeginning = false }
    give(text, &state, to: &output)
  }

  /// Takes a token that stands for nothing; a run of bytes ends with it.
  func passControl(_ state: inout State, to output: inout [UInt8]) {
    endRun(&state, to: &output)
  }

  /// Appends what was held back.
  func finish(_ state: inout State, to output: inout [UInt8]) {
    endRun(&state, to: &output)
    guard let denormalizer else { return }
    output += denormalizer.normalize(AlignedText(bytes: state.held), at: .beginning).content
    state.held = []
  }

  /// What is left of a run is no character: a U+FFFD for each byte.
  private func endRun(_ state: inout State, to output: inout [UInt8]) {
    guard !state.run.isEmpty else { return }
    let rest = state.run.flatMap { _ in UTF8Reader.replacementCharacter }
    state.run.removeAll(keepingCapacity: true)
    give(rest[...], &state, to: &output)
  }

  private func give(_ text: ArraySlice<UInt8>, _ state: inout State, to output: inout [UInt8]) {
    if denormalizer == nil { output += text } else { state.held += text }
  }

  private func spelledOut(_ token: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    for spelling in spellings where token.elementsEqual(spelling.written) { return spelling.meant[...] }
    let mark = SentencePieceNormalizer.visibleSpace
    guard token.contains(mark[0]) else { return token }
    var output: [UInt8] = []
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
    return output[...]
  }
}
