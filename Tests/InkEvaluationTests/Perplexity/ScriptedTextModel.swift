import InkChat
import InkEvaluation

/// Answers with the log-probabilities of a closure of (tokens, position); nil makes it fail. Text is a token per byte.
struct ScriptedTextModel: TextModel {
  static let failure = GenerationError(code: .modelFailure, context: "script")

  let contextLength = 4096
  var beginningToken: Int32?
  let script: @Sendable ([Int32], Int) -> Float?

  init(beginningToken: Int32? = nil, script: @escaping @Sendable ([Int32], Int) -> Float?) {
    self.beginningToken = beginningToken
    self.script = script
  }

  func tokenize(_ text: String, specialTokens: SpecialTokenRule) async throws(GenerationError) -> [Int32] {
    var tokens: [Int32] = []
    if specialTokens == .added, let beginningToken { tokens.append(beginningToken) }
    return tokens + text.utf8.map { Int32($0) }
  }

  func text(of tokens: [Int32]) async throws(GenerationError) -> String { "" }

  func stream(continuing prompt: TextPrompt, options: GenerationOptions) -> GenerationStream {
    .failing(Self.failure)
  }

  func details(
    of tokens: [Int32], at positions: Range<Int>, alternatives: Int
  ) async throws(GenerationError) -> [GeneratedToken] {
    var values: [GeneratedToken] = []
    for position in positions {
      guard let value = script(tokens, position) else { throw Self.failure }
      values.append(GeneratedToken(chosen: TokenLogProbability(token: tokens[position], logProbability: value)))
    }
    return values
  }
}
