public import InkChat
import InkModels
import InkTensor

/// Beam search: keeps the most probable continuations side by side instead of choosing one token after the other.
///
/// The definition follows `generate` of Hugging Face transformers. A hypothesis scores
/// `sum of log-probabilities / (generated tokens ^ lengthPenalty)`, its end token counted.
public struct BeamSearch: Sendable, Hashable {
  /// When a search ends before the maximum of tokens.
  public enum Stopping: Sendable, Hashable {
    /// When the best running beam, scored at its present length, cannot overtake the worst finished one.
    case heuristic
    /// As soon as there are as many finished hypotheses as beams.
    case firstComplete
    /// When no running beam can overtake the worst finished one at any length up to the maximum.
    case exhaustive
  }

  /// A continuation and its score.
  public struct Hypothesis: Sendable, Hashable {
    /// The generated tokens, an end token included.
    public var tokens: [Int32]
    /// The sum of log-probabilities over the penalized length.
    public var score: Float
  }

  /// Beams kept at each step.
  public var beams: Int
  /// Above 0 favours long answers, below 0 short ones.
  public var lengthPenalty: Float
  /// When the search ends before the maximum of tokens.
  public var stopping: Stopping
  /// The most tokens of a continuation.
  public var maximumTokens: Int
  /// Steps applied to the log-probabilities of each beam.
  public var chain: [SamplerStep]

  /// A search from its settings.
  public init(
    beams: Int, lengthPenalty: Float = 1, stopping: Stopping = .heuristic, maximumTokens: Int, chain: [SamplerStep] = []
  ) {
    self.beams = beams
    self.lengthPenalty = lengthPenalty
    self.stopping = stopping
    self.maximumTokens = maximumTokens
    self.chain = chain
  }

  /// The best continuations of a prompt, best first, at most ``beams`` of them.
  ///
  /// - Parameter endTokens: tokens that finish a hypothesis; those of the model when left out.
  /// - Throws: `invalidOption` for fewer than one beam or token, and as ``LanguageModel`` does for the prompt.
  public func run(
    _ prompt: [Int32], on model: LanguageModel, endTokens: Set<Int32>? = nil
  ) throws(GenerationError) -> [Hypothesis] {
    guard beams >= 1, maximumTokens >= 1 else {
      throw GenerationError(
        code: .invalidOption, context: "beam search", expected: "at least one beam and one token",
        found: "\(beams) beams, \(maximumTokens) tokens")
    }
    let ends = endTokens ?? model.endTokens
    var cache = model.makeCache()
    let room = max(model.contextLength - prompt.count, 0)
    cache.follow(try model.plan(prompt, length: prompt.count + min(maximumTokens, room)))
    let first = try model.evaluate(prompt, cache: &cache)
    var running = [Beam(tokens: [], sum: 0, cache: cache, logits: first.toArray())]
    var finished: [Hypothesis] = []
    for length in 1...maximumTokens {
      if Task.isCancelled { throw GenerationError(code: .cancelled, context: "beam search") }
      var survivors: [Candidate] = []
      let candidates = try ranked(running, prompt: prompt, count: max(2, 1 + ends.count) * beams)
      for (rank, candidate) in candidates.enumerated() {
        if ends.contains(candidate.token) {
          // An end token below the rank of the beams would push a better beam out.
          if rank < beams { add(candidate, of: running, length: length, to: &finished) }
        } else if survivors.count < beams {
          survivors.append(candidate)
        }
      }
      if length == maximumTokens || isDone(finished, best: survivors.first?.sum, length: length) {
        if length == maximumTokens || finished.count < beams {
          for candidate in survivors { add(candidate, of: running, length: length, to: &finished) }
        }
        break
      }
      running = try advance(survivors, of: running, model)
    }
    return finished
  }

  /// A continuation that is still open, with the logits of its next token.
  private struct Beam {
    var tokens: [Int32]
    var sum: Float
    var cache: SequenceCache
    var logits: [Float]
  }

  /// A beam with one token more.
  private struct Candidate {
    let parent: Int
    let token: Int32
    let sum: Float
  }

  /// The best next tokens over all beams, best first; ties go to the earlier beam and the lower id.
  private func ranked(_ running: [Beam], prompt: [Int32], count: Int) throws(GenerationError) -> [Candidate] {
    var best: [Candidate] = []
    for (parent, beam) in running.enumerated() {
      let normalizer = try LogProbabilities(of: beam.logits.span)
      var values = beam.logits.map { normalizer.value(of: $0) }
      if !chain.isEmpty {
        var sampler = try Sampler(chain: chain, choice: .greedy, vocabularySize: values.count)
        sampler.observe(prompt: prompt)
        for token in beam.tokens { sampler.observe(token) }
        values = try sampler.processed(values.span)
      }
      var own = values.indices.filter { values[$0] > -.infinity }.map {
        Candidate(parent: parent, token: Int32($0), sum: beam.sum + values[$0])
      }
      own.sort { ($1.sum, $0.token) < ($0.sum, $1.token) }
      best.append(contentsOf: own.prefix(count))
    }
    best.sort { ($1.sum, $0.parent, $0.token) < ($0.sum, $1.parent, $1.token) }
    return Array(best.prefix(count))
  }

  private func add(_ candidate: Candidate, of running: [Beam], length: Int, to finished: inout [Hypothesis]) {
    let hypothesis = Hypothesis(
      tokens: running[candidate.parent].tokens + [candidate.token], score: score(candidate.sum, length: length))
    let place = finished.firstIndex { $0.score < hypothesis.score } ?? finished.count
    finished.insert(hypothesis, at: place)
    if finished.count > beams { finished.removeLast() }
  }

  private func score(_ sum: Float, length: Int) -> Float { sum / Float(length).power(lengthPenalty) }

  private func isDone(_ finished: [Hypothesis], best: Float?, length: Int) -> Bool {
    guard let best else { return true }
    guard finished.count == beams, let worst = finished.last?.score else { return false }
    switch stopping {
    case .firstComplete: return true
    case .heuristic: return worst >= score(best, length: length)
    case .exhaustive: return worst >= score(best, length: lengthPenalty > 0 ? maximumTokens : length)
    }
  }

  private func advance(
    _ survivors: [Candidate], of running: [Beam], _ model: LanguageModel
  ) throws(GenerationError) -> [Beam] {
    var beams: [Beam] = []
    for candidate in survivors {
      var beam = running[candidate.parent]
      beam.tokens.append(candidate.token)
      beam.sum = candidate.sum
      beam.logits = try model.evaluate([candidate.token], cache: &beam.cache).toArray()
      beams.append(beam)
    }
    return beams
  }
}
