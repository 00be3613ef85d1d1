public import InkChat
import InkModels
import InkTensor
import InkTokenizers

/// Targets written in this process, one request after the other.
public final class LocalSequenceToSequence: Sendable {
  /// The model.
  public let model: SequenceToSequenceModel
  private let engine: SequenceToSequenceEngine

  /// A writer over a loaded model.
  public init(_ model: SequenceToSequenceModel) {
    self.model = model
    self.engine = SequenceToSequenceEngine(model: model)
  }

  /// Writes the target of a source: a translation, a summary, an answer.
  ///
  /// Samplers, stops and limits are those of every other model; penalties look at the target alone.
  public func stream(_ source: TextPrompt, options: GenerationOptions) -> GenerationStream {
    GenerationStream { [model, engine] sink throws(GenerationError) in
      let tokens =
        switch source {
        case .text(let text): model.tokenizer.encode(text, parsing: .asText)
        case .tokens(let tokens): tokens
        }
      try await engine.run(tokens, options: options, sink: sink)
    }
  }
}

/// Runs one request after the other, on a thread of its own.
actor SequenceToSequenceEngine {
  private let model: SequenceToSequenceModel
  nonisolated private let thread = EngineThread(label: "inkstone.writing")

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(model: SequenceToSequenceModel) { self.model = model }

  func run(_ source: [Int32], options: GenerationOptions, sink: GenerationSink) throws(GenerationError) {
    let input = EncoderInput(tokens: source)
    try input.require(for: model.network.encoder.spec, place: "source")
    let rule = try FinishRule(
      endTokens: model.endTokens, maximumTokens: options.maximumTokens, promptTokens: 1,
      contextLength: SequenceToSequenceModel.longestTarget + 1)
    var answer = try Answer(
      tokenizer: model.tokenizer, vocabulary: model.network.spec.vocabulary, prompt: source,
      before: [model.startToken], rule: rule, options: options)
    let clock = ContinuousClock()
    let start = clock.now
    let encoded = model.network.encode([input], on: model.cpu)
    let sourceRead = clock.now
    if let reason = answer.rule.reasonAtStart {
      return answer.finish(
        reason, timings: GenerationTimings(prompt: start.duration(to: sourceRead)), sink: sink)
    }
    var cache = SequenceCache(layout: model.network.cacheLayout)
    let prefix = [Int32](repeating: 0, count: model.network.targetPrefixCount)
    if !prefix.isEmpty {
      model.network.beginTargets(
        [cache.extend(by: prefix[...], rows: 0..<prefix.count)], sources: encoded, on: model.cpu)
    }
    var token = model.startToken
    while true {
      let segment = cache.extend(by: [token], rows: 0..<1)
      let hidden = model.network.hiddenStates(tokens: [token], segments: [segment], sources: encoded, on: model.cpu)
      if let reason = try answer.advance(model.network.logits(of: hidden, on: model.cpu), sink: sink) {
        answer.finish(
          reason,
          timings: GenerationTimings(
            prompt: start.duration(to: sourceRead), decode: sourceRead.duration(to: clock.now)), sink: sink)
        return
      }
      guard let last = answer.tokens.last else { return }
      token = last
    }
  }
}
