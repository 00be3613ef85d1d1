import InkChat

/// A prompt that is given back before its answer, with the probabilities of its tokens where they are asked for.
struct CompletionEcho: Sendable {
  var text = ""
  /// The prompt's tokens; the first has no probability, because nothing comes before it. Empty where no probabilities are
  /// asked for.
  var tokens: [GeneratedToken] = []
  /// How many tokens the prompt has.
  var count = 0

  init() {}

  /// A prompt that is counted and not given back.
  init(counting prompt: TextPrompt, _ model: any TextModel) async throws {
    switch prompt {
    case .text(let text): count = try await model.tokenize(text, specialTokens: .added).count
    case .tokens(let tokens): count = tokens.count
    }
  }

  init(_ prompt: TextPrompt, model: any TextModel, alternatives: Int?, _ texts: TokenTexts) async throws {
    let ids: [Int32]
    switch prompt {
    case .text(let text):
      ids = try await model.tokenize(text, specialTokens: .added)
      self.text = text
    case .tokens(let tokens):
      ids = tokens
      text = try await model.text(of: tokens)
    }
    count = ids.count
    guard let alternatives, let first = ids.first else { return }
    tokens = [GeneratedToken(chosen: TokenLogProbability(token: first, logProbability: nil))]
    if ids.count > 1 {
      tokens += try await model.details(of: ids, at: 1..<ids.count, alternatives: alternatives)
    }
  }
}
