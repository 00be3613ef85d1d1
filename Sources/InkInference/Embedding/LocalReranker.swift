public import InkChat
import InkModels
import InkTensor
import InkTokenizers

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Scores of documents for a query, computed in this process.
///
/// A document's score does not depend on the documents beside it.
public final class LocalReranker: Reranker {
  /// The model.
  public let model: CrossEncoder
  /// What happens to pairs that are too long: cut from the longer of both.
  public let limit: TextLimit
  private let engine: RerankingEngine
  private let texts = LongTextDesk()

  /// A reranker over a loaded model.
  public init(_ model: CrossEncoder, limit: TextLimit = .refuse) {
    self.model = model
    self.limit = limit
    self.engine = RerankingEngine(model: model)
  }

  public func tokenCount(of document: String, for query: String) -> Int? {
    let encoding = model.tokenizer.encoding(of: query, and: document, options: EncodingOptions(parsing: .asText))
    return limit == .cut ? min(encoding.ids.count, model.maximumTokens ?? encoding.ids.count) : encoding.ids.count
  }

  /// One score for each document.
  ///
  /// - Throws: `contextExceeded` naming the document that is too long, unless such are cut; `invalidInput`, `cancelled`.
  public func scores(of documents: [String], for query: String) async throws(GenerationError) -> [Float] {
    // The query is read with each document.
    let byteCount = documents.reduce(0) { $0 + $1.utf8.count + query.utf8.count }
    let inputs = try await texts.read(byteCount: byteCount) { () throws(GenerationError) in
      try documents.enumerated().map { index, document throws(GenerationError) in
        try input(query, document, place: "document \(index + 1)")
      }
    }
    return try await engine.scores(of: inputs)
  }

  private func input(_ query: String, _ document: String, place: String) throws(GenerationError) -> EncoderInput {
    var options = EncodingOptions(parsing: .asText)
    if limit == .cut, let most = model.maximumTokens { options.truncation = Truncation(maximumLength: most) }
    let encoding = model.tokenizer.encoding(of: query, and: document, options: options)
    let input = EncoderInput(encoding, kinds: model.textSettings.kinds)
    var spec = model.encoder.spec
    spec.contextLength = model.maximumTokens
    try input.require(for: spec, place: place)
    return input
  }
}

/// Computes one list of scores after the other, on a thread of its own.
actor RerankingEngine {
  private let model: CrossEncoder
  nonisolated private let thread = EngineThread(label: "inkstone.reranking")

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(model: CrossEncoder) { self.model = model }

  func scores(of inputs: [EncoderInput]) throws(GenerationError) -> [Float] {
    var scores: [Float] = []
    scores.reserveCapacity(inputs.count)
    for batch in EncoderBatches(inputs).batches {
      if Task.isCancelled { throw GenerationError(code: .cancelled, context: "reranking") }
      let states = model.encoder.states(of: Array(inputs[batch]), on: model.cpu)
      let logits = model.encoder.classLogits(states, on: model.cpu)?.toArray() ?? []  // [pairs]
      guard logits.count == batch.count, logits.allSatisfy(\.isFinite) else {
        throw GenerationError(
          code: .numericalFailure, context: "document \(scores.count + 1)", expected: "a number",
          found: "an infinite number or none", hint: "The model's weights may be damaged.")
      }
      scores += logits.map(activated)
    }
    return scores
  }

  private func activated(_ logit: Float) -> Float {
    switch model.activation {
    case .none: logit
    case .sigmoid: Float(1 / (1 + exp(-Double(logit))))
    }
  }
}
