import InkChat
import InkInference
import InkTensor
import Testing

@Suite("Golden sampling cases")
struct SamplerGoldenTests {
  let golden: SamplingGolden

  init() throws {
    golden = try SamplingGolden.load()
  }

  private static let separate: Set<String> = ["inverse_cdf"]

  private func chain(_ name: String, _ entry: SamplingGolden.Case) throws -> [SamplerStep] {
    if let order = entry.order { return try order.map(Self.step) }
    var steps: [SamplerStep] = []
    if let value = entry.temperature { steps.append(.temperature(value)) }
    if let value = entry.topK { steps.append(.topK(value)) }
    if let value = entry.topP { steps.append(.topP(value)) }
    if let value = entry.minP { steps.append(.minP(value)) }
    if let value = entry.typicalP { steps.append(.typicalP(value)) }
    if let value = entry.epsilonCutoff { steps.append(.epsilonCutoff(value)) }
    if let value = entry.etaCutoff { steps.append(.etaCutoff(value)) }
    if let value = entry.repetitionPenalty { steps.append(.repetitionPenalty(value, .everything)) }
    if let value = entry.noRepeatNgramSize { steps.append(.noRepeatedRun(size: value)) }
    if let value = entry.badWordsIds {
      steps.append(.sequenceBias(value.map { SequenceBias(tokens: $0, bias: -.infinity) }))
    }
    if let value = entry.sequenceBias {
      steps.append(.sequenceBias(value.map { SequenceBias(tokens: $0.tokens, bias: $0.bias) }))
    }
    if let value = entry.suppressTokens {
      steps.append(.logitBias(Dictionary(uniqueKeysWithValues: value.map { ($0, -Float.infinity) })))
    }
    if let value = entry.minLength {
      steps.append(.minimumLength(tokens: value, endTokens: [try #require(entry.eosTokenId)]))
    }
    if let frequency = entry.frequencyPenalty {
      steps.append(
        .occurrencePenalty(frequency: frequency, presence: try #require(entry.presencePenalty), .everything))
    }
    try #require(!steps.isEmpty, "case \(name) names no step that this test knows")
    return steps
  }

  private static func step(_ text: String) throws -> SamplerStep {
    let words = text.split(separator: " ")
    let number = try #require(Float(words[1]))
    switch words[0] {
    case "temperature": return .temperature(number)
    case "top_k": return .topK(Int(number))
    case "top_p": return .topP(number)
    case "min_p": return .minP(number)
    case "typical_p": return .typicalP(number)
    case "repetition_penalty": return .repetitionPenalty(number, .everything)
    case let other:
      Issue.record("unknown step \(other)")
      return .temperature(number)
    }
  }

  @Test("every processor removes the same tokens and leaves the same logits and probabilities as the reference")
  func processors() throws {
    let logits = try golden.rows("logits")
    let history = try golden.integerRows("history")
    var compared = 0
    for (name, entry) in golden.cases.sorted(by: { $0.key < $1.key }) where !Self.separate.contains(name) {
      let steps = try chain(name, entry)
      let expectedLogits = try golden.rows("\(name).logits")
      let expectedProbabilities = try golden.rows("\(name).probs")
      for row in logits.indices {
        // The reference counts the whole history as generated text.
        var sampler = try Sampler(chain: steps, choice: .greedy, vocabularySize: logits[row].count)
        for token in history[row] { sampler.observe(token) }
        let processed = try sampler.processed(logits[row])
        #expect(differences(processed, expectedLogits[row]).isEmpty, "\(name), row \(row)")
        let probabilities = try LogProbabilities(of: processed)
        let found = processed.map { $0 == -.infinity ? 0 : exponential(probabilities.value(of: $0)) }
        #expect(differences(found, expectedProbabilities[row]).isEmpty, "\(name), row \(row), probabilities")
        if let kept = entry.kept {
          #expect(processed.count { $0 > -.infinity } == kept[row], "\(name), row \(row)")
        }
        compared += 1
      }
    }
    #expect(compared >= golden.cases.count - Self.separate.count)
  }

  @Test("the frequency counts of the reference are the history's counts")
  func frequencyCounts() throws {
    let history = try golden.integerRows("history")
    for (row, counts) in try golden.rows("frequency_presence.counts").enumerated() {
      for (token, count) in counts.enumerated() {
        #expect(history[row].count { $0 == Int32(token) } == Int(count))
      }
    }
  }

  @Test("inverting the cumulated distribution chooses the reference's tokens")
  func inverseCumulative() throws {
    let source = try #require(golden.cases["inverse_cdf"]?.probs)
    let probabilities = try golden.rows(source)
    let uniforms = try golden.rows("inverse_cdf.uniforms")
    let expected = try golden.integerRows("inverse_cdf.tokens")
    for row in probabilities.indices {
      let found = uniforms[row].map { CumulativeChoice.index(of: Double($0), weights: probabilities[row]) }
      #expect(found == expected[row].map { Int($0) })
    }
  }

  @Test("adding Gumbel noise chooses the reference's tokens")
  func gumbel() throws {
    let logits = try golden.rows("combo_rep_temp_k_p.logits")
    let noise = try golden.rows("gumbel.noise")
    let expected = try golden.integerRows("gumbel.tokens")[0]
    for row in logits.indices {
      #expect(GumbelChoice.index(logits: logits[row], noise: noise[row]) == Int(expected[row]))
    }
  }

  @Test("speculative acceptance and residuals are the reference's")
  func speculative() throws {
    let target = try golden.rows("speculative.target_probs")
    let draft = try golden.rows("speculative.draft_probs")
    let acceptance = try golden.rows("speculative.accept_prob")
    let residual = try golden.rows("speculative.residual_probs")
    for row in target.indices {
      let found = zip(target[row], draft[row]).map { SpeculativeAcceptance.probability(target: $0, draft: $1) }
      #expect(differences(found, acceptance[row]).isEmpty)
      let left = SpeculativeAcceptance.residual(target: target[row], draft: draft[row])
      #expect(differences(left, residual[row]).isEmpty)
    }
  }

  @Test("classifier-free guidance gives the reference's logits")
  func guidance() throws {
    let conditional = try golden.rows("logits")
    let unconditional = try golden.rows("cfg.uncond_logits")
    let expected = try golden.rows("cfg.scale_1.5")
    for row in conditional.indices {
      let found = try ClassifierFreeGuidance.logits(
        conditional: conditional[row], unconditional: unconditional[row], scale: 1.5)
      #expect(differences(found, expected[row]).isEmpty)
    }
  }
}
