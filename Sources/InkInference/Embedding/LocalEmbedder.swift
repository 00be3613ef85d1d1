public import InkChat
import InkModels
import InkTensor
import InkTokenizers

/// Sentence vectors computed in this process.
///
/// A text's vector does not depend on the texts beside it: none is padded, and no sequence sees another.
public final class LocalEmbedder: Embedder {
  /// The model.
  public let model: SentenceEncoder
  /// What happens to texts that are too long.
  public let limit: TextLimit
  private let engine: EmbeddingEngine
  private let texts = LongTextDesk()

  /// An embedder over a loaded model.
  public init(_ model: SentenceEncoder, limit: TextLimit = .refuse) {
    self.model = model
    self.limit = limit
    self.engine = EmbeddingEngine(model: model)
  }

  public var dimension: Int { model.dimension }

  public func tokenCount(of text: String) -> Int? {
    let count = fullCount(of: text, prompt: prompt(for: .comparison))
    return limit == .cut ? min(count, model.maximumTokens ?? count) : count
  }

  public func extent(of text: String, as purpose: EmbeddingPurpose) -> EmbeddedExtent {
    guard limit == .cut, let most = model.maximumTokens else { return .whole }
    let count = fullCount(of: text, prompt: prompt(for: purpose))
    return count > most ? .beginning(tokens: most, of: count) : .whole
  }

  /// Tokens of a text behind a prompt, before any are cut.
  private func fullCount(of text: String, prompt: String) -> Int {
    let full = prompt + text
    return model.tokenizer.encode(model.spec.letters == .lowercased ? full.lowercased() : full, parsing: .asText).count
  }

  /// One vector for each text.
  ///
  /// - Throws: `contextExceeded` naming the text that is too long, unless such are cut; `invalidInput` for a text of no
  ///   tokens; `cancelled`.
  public func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]] {
    let byteCount = texts.reduce(0) { $0 + $1.utf8.count }
    let inputs = try await self.texts.read(byteCount: byteCount) { () throws(GenerationError) in
      try texts.enumerated().map { index, text throws(GenerationError) in
        try input(text, prompt: prompt(for: purpose), place: "text \(index + 1)")
      }
    }
    return try await engine.vectors(of: inputs)
  }

  /// One vector for each sequence of tokens.
  ///
  /// - Throws: `contextExceeded` and `invalidInput` naming the sequence that is too long, empty, or has a token that the
  ///   model does not have, whatever becomes of long texts; `cancelled`.
  public func embed(tokens: [[Int32]]) async throws(GenerationError) -> [[Float]] {
    try await engine.vectors(
      of: try tokens.enumerated().map { index, tokens throws(GenerationError) in
        let input = EncoderInput(tokens: tokens)
        try require(input, place: "input \(index + 1)")
        return input
      })
  }

  /// The text that a model was trained to see in front, by what the vector is for.
  private func prompt(for purpose: EmbeddingPurpose) -> String {
    let prompts = model.spec.prompts
    let named =
      switch purpose {
      case .query: prompts["query"]
      case .document: prompts["document"] ?? prompts["passage"]
      case .comparison: String?.none
      }
    return named ?? model.spec.defaultPrompt.flatMap { prompts[$0] } ?? ""
  }

  private func input(_ text: String, prompt: String, place: String) throws(GenerationError) -> EncoderInput {
    var full = prompt + text
    switch model.spec.letters {
    case .asGiven: break
    case .lowercased: full = full.lowercased()
    }
    var options = EncodingOptions(parsing: .asText)
    if limit == .cut, let most = model.maximumTokens { options.truncation = Truncation(maximumLength: most) }
    let encoding = model.tokenizer.encoding(of: full, options: options)
    let input = EncoderInput(encoding, kinds: model.spec.kinds)
    try require(input, place: place)
    return input
  }

  private func require(_ input: EncoderInput, place: String) throws(GenerationError) {
    var spec = model.encoder.spec
    spec.contextLength = model.maximumTokens
    try input.require(for: spec, place: place)
  }
}

/// Computes one list of vectors after the other, on a thread of its own.
actor EmbeddingEngine {
  private let model: SentenceEncoder
  nonisolated private let thread = EngineThread(label: "inkstone.embedding")

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(model: SentenceEncoder) { self.model = model }

  func vectors(of inputs: [EncoderInput]) throws(GenerationError) -> [[Float]] {
    var vectors: [[Float]] = []
    vectors.reserveCapacity(inputs.count)
    for batch in EncoderBatches(inputs).batches {
      if Task.isCancelled { throw GenerationError(code: .cancelled, context: "embedding") }
      let states = model.encoder.states(of: Array(inputs[batch]), on: model.cpu)
      let found = model.head.vectors(of: states, on: model.cpu)  // [texts, dimension]
      for row in 0..<found.shape[0] {
        let vector = found[row].toArray()
        guard vector.allSatisfy(\.isFinite) else {
          throw GenerationError(
            code: .numericalFailure, context: "text \(vectors.count + 1)", expected: "numbers",
            found: "an infinite number or none", hint: "The model's weights may be damaged.")
        }
        vectors.append(vector)
      }
    }
    return vectors
  }
}
