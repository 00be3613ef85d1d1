import InkChat
import InkInference
import InkTensor
import Testing

@Suite("Sampler")
struct SamplerTests {
  private func randomLogits(_ count: Int, seed: UInt64, spread: Float = 6) -> [Float] {
    var stream = RandomStream(seed: seed, name: "logits")
    return (0..<count).map { _ in (Float(stream.nextUniform()) - 0.5) * 2 * spread }
  }

  @Test("greedy takes the best token at any place of the row", arguments: [1, 2, 15, 16, 17, 33, 1000])
  func greedyAnywhere(size: Int) throws {
    var sampler = try Sampler(parameters: .greedy, vocabularySize: size)
    for place in 0..<size {
      var logits = [Float](repeating: -3, count: size)
      logits[place] = -2
      #expect(try sampler.sample(logits) == Int32(place))
    }
  }

  @Test("greedy takes the lowest id of equal logits")
  func ties() throws {
    var logits = [Float](repeating: 1, count: 70)
    logits[9] = 4
    logits[24] = 4
    logits[66] = 4
    var sampler = try Sampler(parameters: .greedy, vocabularySize: 70)
    #expect(try sampler.sample(logits) == 9)
    #expect(try LogitPeak(of: [Float](repeating: -.zero, count: 40)).token == 0)
  }

  @Test("a NaN or plus infinity is refused with its token", arguments: [Float.nan, .infinity], [0, 17, 39])
  func notFinite(bad: Float, place: Int) throws {
    for parameters in [SamplingParameters.greedy, SamplingParameters(seed: 1)] {
      var logits = randomLogits(40, seed: 1)
      logits[place] = bad
      var sampler = try Sampler(parameters: parameters, vocabularySize: 40)
      #expect {
        _ = try sampler.sample(logits)
      } throws: { error in
        (error as? GenerationError)?.code == .numericalFailure && "\(error)".contains("token \(place):")
      }
    }
  }

  @Test("a row that forbids every token and a row of another length are refused")
  func unusableRows() throws {
    var sampler = try Sampler(parameters: .greedy, vocabularySize: 20)
    let forbidden = [Float](repeating: -.infinity, count: 20)
    #expect(throws: GenerationError.self) { _ = try sampler.sample(forbidden) }
    let short = [Float](repeating: 0, count: 19)
    #expect {
      _ = try sampler.sample(short)
    } throws: { error in
      (error as? GenerationError)?.code == .invalidInput
    }
    var banned = try Sampler(
      parameters: SamplingParameters(logitBias: [0: -.infinity, 1: -.infinity], seed: 1), vocabularySize: 2)
    let two: [Float] = [1, 2]
    #expect {
      _ = try banned.sample(two)
    } throws: { error in
      (error as? GenerationError)?.code == .numericalFailure
    }
  }

  @Test(
    "parameters that cannot be used are refused by name",
    arguments: [
      (SamplingParameters(temperature: -1), "temperature"), (SamplingParameters(temperature: .nan), "temperature"),
      (SamplingParameters(topK: 0), "top-k"), (SamplingParameters(topP: 1.5), "top-p"),
      (SamplingParameters(minP: -0.1), "min-p"), (SamplingParameters(typicalP: .nan), "typical-p"),
      (SamplingParameters(repetitionPenalty: 0), "repetition penalty"),
      (SamplingParameters(repetitionPenalty: 1.1, repetitionWindow: .last(0)), "penalty window"),
      (SamplingParameters(frequencyPenalty: .infinity), "frequency penalty"),
      (SamplingParameters(logitBias: [3: .nan]), "logit bias of token 3"),
      (SamplingParameters(logitBias: [7: 1, 8: 1]), "logit bias"),
      (SamplingParameters(logitBias: [-1: 1]), "logit bias"),
    ])
  func refusedParameters(parameters: SamplingParameters, name: String) {
    #expect {
      _ = try Sampler(parameters: parameters, vocabularySize: 8)
    } throws: { error in
      (error as? GenerationError)?.code == .invalidOption && "\(error)".hasPrefix(name)
    }
  }

  @Test("draws follow the distribution, whether all tokens are left or a few")
  func frequencies() throws {
    let logits: [Float] = [0, 1, 2, -.infinity, 0.5] + [Float](repeating: -1, count: 20)
    for steps in [[SamplerStep.temperature(0.9)], [.temperature(0.9), .topK(4)], [.minP(0.2), .temperature(0.9)]] {
      var sampler = try Sampler(
        chain: steps, choice: .random(RandomStream(seed: 5, name: "sampling")), vocabularySize: logits.count)
      let kept = try sampler.processed(logits).map { $0 == -.infinity ? 0 : Double(exponential($0)) }
      let total = kept.reduce(0, +)
      var counts = [Double](repeating: 0, count: logits.count)
      let draws = 20_000
      for _ in 0..<draws {
        let token = try sampler.sample(logits)
        counts[Int(token)] += 1
        sampler.observe(token)
      }
      for token in logits.indices {
        let expected = kept[token] / total
        let deviation = (expected * (1 - expected) / Double(draws)).squareRoot()
        #expect(abs(counts[token] / Double(draws) - expected) <= 5 * deviation, "token \(token) of \(steps)")
      }
    }
  }

  @Test("the same seed draws the same tokens and the draw depends on the answer's length alone")
  func repeatable() throws {
    let parameters = SamplingParameters(temperature: 0.8, topP: 0.95, seed: 77)
    let rows = (0..<12).map { randomLogits(300, seed: UInt64($0)) }
    var first = try Sampler(parameters: parameters, vocabularySize: 300)
    var second = try Sampler(parameters: parameters, vocabularySize: 300)
    second.observe(prompt: [1, 2, 3])
    var tokens: [Int32] = []
    for row in rows {
      let token = try first.sample(row)
      #expect(try first.sample(row) == token)
      _ = try second.sample(rows[0])
      #expect(try second.sample(row) == token)
      first.observe(token)
      second.observe(token)
      tokens.append(token)
    }
    #expect(Set(tokens).count > 3)
  }

  @Test("cuts on a large vocabulary are those of a full sort", arguments: [Float(0.3), 3, 12], [1000, 50_003])
  func largeVocabulary(spread: Float, size: Int) throws {
    let logits = randomLogits(size, seed: 3, spread: spread)
    let order = logits.indices.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
    let weights = logits.map { Double(exponential($0)) }
    let total = weights.reduce(0, +)
    func kept(_ step: SamplerStep) throws -> Set<Int> {
      var sampler = try Sampler(chain: [step], choice: .greedy, vocabularySize: size)
      return Set(try sampler.processed(logits).enumerated().filter { $1 > -.infinity }.map(\.offset))
    }
    for count in [1, 2, 40, 999] { #expect(try kept(.topK(count)) == Set(order.prefix(count))) }
    for sum in [Float(0), 0.2, 0.9, 0.999] {
      var cumulated = 0.0
      let expected = order.prefix { index in
        defer { cumulated += weights[index] / total }
        return cumulated < Double(sum)
      }
      let found = try kept(.topP(sum))
      // Single-precision probabilities may move the cut by a few of many thousand nearly equal tokens.
      #expect(abs(found.count - max(1, expected.count)) <= size / 5000 + 1)
      #expect(found == Set(order.prefix(found.count)))
    }
    let best = weights[order[0]]
    let expected = order.filter { weights[$0] >= 0.1 * best }
    #expect(abs(try kept(.minP(0.1)).count - expected.count) <= 1)
  }

  @Test("steps are applied in the stated order")
  func order() throws {
    let logits: [Float] = [3, 2.5, 2, 1]
    func kept(_ order: [SamplingParameters.Step]) throws -> Int {
      let parameters = SamplingParameters(temperature: 4, topP: 0.6, seed: 1, order: order)
      var sampler = try Sampler(parameters: parameters, vocabularySize: 4)
      return try sampler.processed(logits).count { $0 > -.infinity }
    }
    #expect(try kept([.topP, .temperature]) == 2)
    #expect(try kept([.temperature, .topP]) == 3)
    #expect(try kept([.temperature]) == 4)
  }

  @Test("a penalty after a cut works on the tokens that are left and brings none back")
  func penaltyAfterCut() throws {
    var sampler = try Sampler(
      chain: [.topK(2), .repetitionPenalty(2, .everything), .topK(1)], choice: .greedy, vocabularySize: 4)
    sampler.observe(prompt: [0, 3, 99, -5])
    let logits: [Float] = [3, 2, 1, 2.5]
    #expect(try sampler.processed(logits) == [1.5, -.infinity, -.infinity, -.infinity])
  }

  @Test("a penalty's window tells prompt from answer and forgets old tokens")
  func windows() throws {
    func penalised(_ window: PenaltyWindow) throws -> [Float] {
      var sampler = try Sampler(
        chain: [.occurrencePenalty(frequency: 1, presence: 0.5, window)], choice: .greedy, vocabularySize: 4)
      sampler.observe(prompt: [0, 0, 1])
      for token: Int32 in [1, 2] { sampler.observe(token) }
      return try sampler.processed([0, 0, 0, 0])
    }
    #expect(try penalised(.everything) == [-2.5, -2.5, -1.5, 0])
    #expect(try penalised(.answer) == [0, -1.5, -1.5, 0])
    #expect(try penalised(.last(2)) == [0, -1.5, -1.5, 0])
    #expect(try penalised(.last(3)) == [0, -2.5, -1.5, 0])
    #expect(try penalised(.last(9)) == [-2.5, -2.5, -1.5, 0])
  }

  @Test("greedy obeys biases and penalties and is not moved by cuts")
  func greedyWithPenalties() throws {
    let parameters = SamplingParameters(
      temperature: 0, topK: 1, typicalP: 0.01, repetitionPenalty: 2, logitBias: [2: -.infinity])
    var sampler = try Sampler(parameters: parameters, vocabularySize: 4)
    sampler.observe(prompt: [1])
    let logits: [Float] = [1, 3, 9, 2]
    #expect(try sampler.sample(logits) == 3)
  }

  @Test("greedy with biases takes the best of all biased logits, the lowest id on ties", arguments: 0..<40)
  func greedyWithBiases(seed: Int) throws {
    // Few different values, so that ties are common.
    let logits = randomLogits(50, seed: UInt64(seed)).map { $0.rounded() }
    let best = try #require(logits.max())
    var biases: [Int32: Float] = [:]
    for index in 0..<(seed % 5) {
      let token = (index * 7 + seed) % 50
      biases[Int32(token)] = [-.infinity, best - logits[token], best - logits[token] + 1, -3, 0.5][(index + seed) % 5]
    }
    let biased = logits.indices.map { logits[$0] + (biases[Int32($0)] ?? 0) }
    let expected = biased.indices.first { biased[$0] == biased.max() }
    var sampler = try Sampler(
      parameters: SamplingParameters(temperature: 0, logitBias: biases), vocabularySize: logits.count)
    #expect(try Int(sampler.sample(logits)) == expected)
  }

  @Test("log-probabilities of the chosen and the best tokens are those of a log-softmax", arguments: [5, 1024, 5000])
  func logProbabilities(size: Int) throws {
    let logits = randomLogits(size, seed: 8)
    let total = logits.map { Double(exponential($0)) }.reduce(0, +)
    let detail = try LogProbabilities.detail(of: 3, alternatives: 4, in: logits)
    let order = logits.indices.sorted { logits[$0] > logits[$1] }
    func expected(_ token: Int) -> Double { Double(logits[token]) - logarithm(total) }
    #expect(detail.alternatives.map { Int($0.token) } == Array(order.prefix(4)))
    for entry in detail.alternatives + [detail.chosen] {
      #expect(abs(Double(try #require(entry.logProbability)) - expected(Int(entry.token))) < 1e-5)
    }
    #expect(try LogProbabilities.detail(of: 0, alternatives: 9000, in: logits).alternatives.count == size)
    #expect(throws: GenerationError.self) {
      _ = try LogProbabilities.detail(of: Int32(size), alternatives: 0, in: logits)
    }
  }

  @Test("a tiny temperature draws the best token and numbers that overflow are refused")
  func extremes() throws {
    let logits = randomLogits(100, seed: 4)
    var cold = try Sampler(parameters: SamplingParameters(temperature: 1e-6, seed: 1), vocabularySize: 100)
    #expect(try cold.sample(logits) == LogitPeak(of: logits).token)
    let steps: [SamplerStep] = [
      .logitBias([0: 3e38, 1: 3e38]), .topK(50), .topP(0.9), .minP(0.1), .typicalP(0.9), .epsilonCutoff(0.1),
      .etaCutoff(0.1),
    ]
    for index in 1..<steps.count {
      var sampler = try Sampler(
        chain: [steps[0], steps[index]], choice: .random(RandomStream(seed: 1, name: "a")), vocabularySize: 100)
      let huge = [Float](repeating: 3e38, count: 100)
      #expect {
        _ = try sampler.sample(huge)
      } throws: { error in
        (error as? GenerationError)?.code == .numericalFailure
      }
    }
  }

  @Test("log-probabilities stay exact for logits far from zero")
  func stable() throws {
    let logits: [Float] = [10_000, 10_000, -.infinity, -10_000]
    let probabilities = try LogProbabilities(of: logits)
    #expect(abs(probabilities.value(of: 10_000) + 0.693_147_2) < 1e-6)
    #expect(probabilities.value(of: -.infinity) == -.infinity)
  }

  @Test("the exponential is exact to single precision from 0 down to where it vanishes")
  func exponentialAccuracy() {
    for step in 0..<8700 {
      let exponent = -Float(step) / 100
      let row = [exponent]
      let found = SoftmaxWeights.total(of: row.span, maximum: 0)
      let expected = Double(exponential(exponent))
      #expect(abs(found - expected) <= 4e-7 * expected, "exp(\(exponent))")
    }
    let vanishing: [Float] = [-88, -1000, -.infinity]
    #expect(SoftmaxWeights.total(of: vanishing.span, maximum: 0) == 0)
  }
}
