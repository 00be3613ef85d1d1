import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Golden decoders")
struct GoldenDecoderTests {
  @Test("logits and hidden states are those of the reference", arguments: GoldenModel.decoders)
  func plain(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let expected = try model.expected()
    let ids = try expected.tensor("input_ids")
    for row in 0..<ids.shape[0] {
      var states: [Int: Tensor] = [:]
      let logits = run(decoder, ids[row].toIntegers().map { Int32($0) }, cpu: cpu) { states[$0] = $1 }
      expectClose(logits.toArray(), try expected.tensor("logits")[row].toArray(), "\(model.name) logits, row \(row)")
      #expect(states.count == decoder.spec.layers.count + 1)
      for (index, state) in states {
        let reference = try expected.tensor("hidden_states.\(index)")[row].toArray()
        expectClose(state.toArray(), reference, "\(model.name) hidden state \(index), row \(row)")
      }
    }
  }

  @Test("the older spelling of the configuration means the same", arguments: GoldenModel.decoders)
  func olderConfiguration(model: GoldenModel) throws {
    let path = model.path("config_hub.json")
    let older = ModelConfiguration(try JSONDocument.open(path).root)
    let newer = ModelConfiguration(try ModelFolder.open(model.path()).config)
    let family = try FamilyRegistry.family(modelType: #require(try newer.text("model_type")))
    #expect(try family.spec(older) == family.spec(newer))
  }

  @Test("padding does not change what the real tokens give", arguments: GoldenModel.decoders)
  func padded(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let expected = try model.expected()
    for side in ["right_pad", "left_pad"] {
      let ids = try expected.tensor("\(side).input_ids")
      let mask = try expected.tensor("\(side).attention_mask")
      for row in 0..<ids.shape[0] {
        let real = mask[row].toIntegers().enumerated().filter { $0.element == 1 }.map(\.offset)
        let all = ids[row].toIntegers()
        let logits = run(decoder, real.map { Int32(all[$0]) }, cpu: cpu)
        let reference = try expected.tensor("\(side).logits")[row]
        for (index, position) in real.enumerated() {
          expectClose(
            logits[index].toArray(), reference[position].toArray(), "\(model.name) \(side) \(row) \(position)")
        }
      }
    }
  }

  @Test("the greedy continuation with a cache is the reference's", arguments: GoldenModel.decoders)
  func greedy(model: GoldenModel) throws {
    let greedy = try #require(try model.description().greedy)
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let steps = try model.expected().tensor("greedy.step_logits")
    let pages = pages(decoder, count: greedy.prompt.count + greedy.continuation.count)
    var position = 0
    var fed = greedy.prompt
    var sequence = greedy.prompt
    for (step, token) in greedy.continuation.enumerated() {
      let segment = AttentionSegment(rows: 0..<fed.count, firstPosition: position, pages: pages)
      let hidden = decoder.hiddenStates(tokens: fed, segments: [segment], on: cpu)
      let logits = decoder.logits(of: hidden.slice(fed.count - 1..<fed.count), on: cpu).toArray()
      expectClose(logits, steps[step].toArray(), "\(model.name) step \(step)")
      #expect(logits.indices.max { logits[$0] < logits[$1] } == Int(token))
      // The same bits without a cache: law 2.
      #expect(run(decoder, sequence, cpu: cpu)[sequence.count - 1].toArray() == logits)
      position += fed.count
      fed = [token]
      sequence.append(token)
    }
  }

  private func pages(_ decoder: DecoderLM, count: Int) -> [KeyValuePage] {
    (0...count / KeyValueLayout.tokensPerPage).map { _ in KeyValuePage(layout: decoder.cacheLayout) }
  }

  /// Logits of all positions of one sequence, [tokens, vocabulary].
  private func run(
    _ decoder: DecoderLM, _ ids: [Int32], cpu: CPU, observer: DecoderLM.Observer? = nil
  ) -> Tensor {
    let segment = AttentionSegment(rows: 0..<ids.count, firstPosition: 0, pages: pages(decoder, count: ids.count))
    let hidden = decoder.hiddenStates(tokens: ids, segments: [segment], observer: observer, on: cpu)
    return decoder.logits(of: hidden, on: cpu)
  }
}
