import InkChat
import InkInference
import InkTensor
import InkTokenizers

/// Measures a model that several clients use at once: a closed loop, in which each asks again as soon as it is answered.
package struct LoadBenchmark: Sendable {
  let model: LanguageModel
  let clients: Int
  /// Requests of each client.
  let requests: Int
  /// Tokens that all prompts begin with. They are computed once, before the measurement, and are not counted.
  let prefix: Int
  /// Tokens of each prompt behind those.
  let prompt: Int
  let generate: Int

  /// What was found.
  package struct Result: Sendable {
    /// Tokens of prompts and answers a second.
    package let tokensPerSecond: Double
    /// Seconds to the first token of each request.
    package let firstToken: Samples
    /// Seconds to the end of each request.
    package let latency: Samples
  }

  /// Runs all clients to their end.
  package func measure() async throws -> Result {
    let chat = LocalChatModel(model, settings: EngineSettings(parallel: clients))
    let options = GenerationOptions(
      sampling: SamplingParameters(temperature: 0, logitBias: ends), maximumTokens: generate,
      tokenDetail: .identifiers)
    _ = try await time(tokens(of: -1), chat, options)
    let clock = ContinuousClock()
    let start = clock.now
    let times = try await withThrowingTaskGroup(of: [(Duration, Duration)].self) { group in
      for client in 0..<clients {
        group.addTask {
          var times: [(Duration, Duration)] = []
          for request in 0..<requests {
            times.append(try await time(tokens(of: client * requests + request), chat, options))
          }
          return times
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    let seconds = start.duration(to: clock.now).inSeconds
    return Result(
      tokensPerSecond: Double(times.count * (prompt + generate)) / seconds,
      firstToken: Samples(times.map(\.0.inSeconds)), latency: Samples(times.map(\.1.inSeconds)))
  }

  /// No answer ends before its time.
  private var ends: [Int32: Float] {
    Dictionary(uniqueKeysWithValues: model.endTokens.map { ($0, -Float.infinity) })
  }

  private func tokens(of request: Int) -> [Int32] {
    drawn(prefix, seed: .max) + drawn(prompt, seed: UInt64(request + 1))
  }

  private func drawn(_ count: Int, seed: UInt64) -> [Int32] {
    var random = RandomStream(seed: seed, name: "bench")
    let words = Int32(clamping: max(model.tokenizer.vocabularySize, 1))
    return (0..<count).map { _ in Int32.random(in: 0..<words, using: &random) }
  }

  private func time(
    _ tokens: [Int32], _ chat: LocalChatModel, _ options: GenerationOptions
  ) async throws -> (Duration, Duration) {
    let clock = ContinuousClock()
    let start = clock.now
    var first: Duration?
    for try await event in chat.stream(continuing: .tokens(tokens), options: options) {
      if case .token = event { first = first ?? start.duration(to: clock.now) }
    }
    let total = start.duration(to: clock.now)
    return (first ?? total, total)
  }
}
