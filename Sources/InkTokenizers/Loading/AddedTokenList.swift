/// The tokens that files beside a SentencePiece model add to it, with ids.
struct AddedTokenList {
  private let loader: SentencePieceLoader
  private let settings: SentencePieceSettings
  private var tokens: [AddedToken] = []

  init(_ loader: SentencePieceLoader, _ settings: SentencePieceSettings) {
    self.loader = loader
    self.settings = settings
  }

  /// Adds a token that the convention knows; what the files say about the same content counts for more.
  mutating func add(_ token: AddedToken) { tokens.append(token) }

  /// Puts the tokens into a tokenizer and finds the roles that are named.
  ///
  /// - Throws: `TokenizerError` if two tokens want the same id.
  func apply(to parts: inout Tokenizer.Parts) throws(TokenizerError) {
    var result = parts.addedTokens
    for token in tokens { Self.put(token, into: &result) }
    var next = TokenID(loader.model.count)
    next = max(next, (loader.ids.max() ?? -1) + 1)
    for token in result { next = max(next, token.id + 1) }
    for token in settings.tokens { if let id = token.id { next = max(next, id + 1) } }
    for named in settings.tokens {
      let known = result.first { $0.content == named.content }?.id ?? loader.id(of: named.content)
      let id: TokenID
      if let given = named.id ?? known {
        id = given
      } else {
        // A token that no file gives an id stands behind all others, in the order in which they were named.
        id = next
        next += 1
      }
      Self.put(
        AddedToken(
          id: id, content: named.content, kind: named.kind, placement: named.placement, stripping: named.stripping),
        into: &result)
    }
    try check(result)
    parts.addedTokens = result
    func id(_ role: SentencePieceSettings.Role) -> TokenID? {
      settings.roles[role].flatMap { content in result.first { $0.content == content }?.id }
    }
    parts.roles.beginningOfSequence = id(.beginning) ?? parts.roles.beginningOfSequence
    parts.roles.endOfSequence = id(.end) ?? parts.roles.endOfSequence
    parts.roles.unknown = id(.unknown) ?? parts.roles.unknown
    parts.roles.padding = id(.padding) ?? parts.roles.padding
  }

  private static func put(_ token: AddedToken, into list: inout [AddedToken]) {
    if let index = list.firstIndex(where: { $0.content == token.content }) {
      list[index] = token
    } else {
      list.append(token)
    }
  }

  private func check(_ tokens: [AddedToken]) throws(TokenizerError) {
    var contents: [TokenID: String] = [:]
    for token in tokens {
      if let other = contents.updateValue(token.content, forKey: token.id) {
        throw TokenizerError(
          .invalidVocabulary, in: "\(loader.name), added token \"\(token.content)\"", expected: "an id of its own",
          found: "\(token.id), which \"\(other)\" has",
          hint: "The files beside the model belong to another one, or are damaged: fetch them again.")
      }
    }
  }
}
