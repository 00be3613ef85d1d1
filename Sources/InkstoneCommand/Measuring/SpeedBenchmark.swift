package import InkChat
package import InkInference
import InkTensor
import InkTokenizers

/// Measures prompt processing and decoding, each from an empty cache.
package struct SpeedBenchmark: Sendable {
  private let model: LanguageModel
  private let prompt: Int
  private let generate: Int
  private var random: RandomStream
  /// Prompt tokens a second, one for each round.
  package private(set) var promptRates = Samples()
  /// Decoded tokens a second, one for each round.
  package private(set) var decodeRates = Samples()

  /// A benchmark with a prompt of `prompt` tokens and `generate` steps of decoding; 0 leaves one out.
  package init(model: LanguageModel, prompt: Int, generate: Int) {
    self.model = model
    self.prompt = prompt
    self.generate = generate
    self.random = RandomStream(seed: 1, name: "bench")
  }

  /// Runs a little of both, so that threads, memory and clocks are awake.
  package mutating func warmUp() throws(GenerationError) {
    if prompt > 0 { _ = try timePrompt(min(prompt, 128)) }
    if generate > 0 { _ = try timeDecoding(min(generate, 16)) }
  }

  /// Measures one round.
  package mutating func measure() throws(GenerationError) {
    if prompt > 0 { promptRates.append(Double(prompt) / (try timePrompt(prompt)).inSeconds) }
    if generate > 0 { decodeRates.append(Double(generate) / (try timeDecoding(generate)).inSeconds) }
  }

  /// The last round in words.
  package var lastRound: String {
    var parts: [String] = []
    if let rate = promptRates.values.last { parts.append("prompt \(Amount.decimal(rate, digits: 1)) tokens/s") }
    if let rate = decodeRates.values.last { parts.append("decoding \(Amount.decimal(rate, digits: 1)) tokens/s") }
    return parts.joined(separator: ", ")
  }

  private mutating func timePrompt(_ count: Int) throws(GenerationError) -> Duration {
    let tokens = draw(count)
    var cache = model.makeCache()
    let clock = ContinuousClock()
    let start = clock.now
    _ = try model.evaluate(tokens, cache: &cache)
    return start.duration(to: clock.now)
  }

  private mutating func timeDecoding(_ count: Int) throws(GenerationError) -> Duration {
    let tokens = draw(count)
    var cache = model.makeCache()
    let clock = ContinuousClock()
    let start = clock.now
    for token in tokens { _ = try model.evaluate([token], cache: &cache) }
    return start.duration(to: clock.now)
  }

  private mutating func draw(_ count: Int) -> [Int32] {
    let words = Int32(clamping: max(model.tokenizer.vocabularySize, 1))
    return (0..<count).map { _ in Int32.random(in: 0..<words, using: &random) }
  }
}
