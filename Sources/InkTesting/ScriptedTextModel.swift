public import InkChat

/// A text model whose tokens are the bytes of UTF-8 and whose probabilities follow a rule, so that every number of an answer
/// can be foretold.
///
/// Token 256 begins every text where the rule of special tokens asks for it. The log-probability of token `t` is
/// `logProbability(of: t)` wherever it stands.
public struct ScriptedTextModel: TextModel {
  public let contextLength: Int
  public let beginningToken: Int32? = 256
  private let steps: @Sendable (TextPrompt, GenerationOptions) -> [ScriptedStep]

  /// A model whose answers are scripted.
  public init(
    contextLength: Int = 4096, steps: @escaping @Sendable (TextPrompt, GenerationOptions) -> [ScriptedStep]
  ) {
    self.contextLength = contextLength
    self.steps = steps
  }

  /// The log-probability that the model gives a token everywhere.
  public static func logProbability(of token: Int32) -> Float { -Float(token % 7 + 1) / 4 }

  public func tokenize(_ text: String, specialTokens: SpecialTokenRule) async throws(GenerationError) -> [Int32] {
    let bytes = text.utf8.map { Int32($0) }
    return switch specialTokens {
    case .none, .recognised: bytes
    case .added, .addedAndRecognised: [256] + bytes
    }
  }

  public func text(of tokens: [Int32]) async throws(GenerationError) -> String {
    guard tokens.allSatisfy({ (0...256).contains($0) }) else {
      throw GenerationError(code: .invalidInput, context: "tokens", expected: "ids from 0 to 256")
    }
    return String(decoding: tokens.filter { $0 < 256 }.map { UInt8($0) }, as: UTF8.self)
  }

  public func stream(continuing prompt: TextPrompt, options: GenerationOptions) -> GenerationStream {
    .scripted(steps(prompt, options))
  }

  public func details(
    of tokens: [Int32], at positions: Range<Int>, alternatives: Int
  ) async throws(GenerationError) -> [GeneratedToken] {
    guard positions.lowerBound >= 1, positions.upperBound <= tokens.count else {
      throw GenerationError(code: .invalidInput, context: "positions", expected: "a range inside the text")
    }
    return positions.map { Self.detail(of: tokens[$0], alternatives: alternatives) }
  }

  /// A token with its alternatives: the tokens with the smallest remainders, as many as were asked for.
  public static func detail(of token: Int32, alternatives: Int) -> GeneratedToken {
    // The ids 98, 105, 112 … are multiples of seven: lower-case letters with the best probability of all.
    let best = (0..<Int32(alternatives)).map { 98 + 7 * ($0 % 3) + $0 / 3 }
    return GeneratedToken(
      chosen: TokenLogProbability(token: token, logProbability: logProbability(of: token)),
      alternatives: best.map { TokenLogProbability(token: $0, logProbability: logProbability(of: $0)) })
  }
}
