import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Golden decoders")
struct GoldenDecoderTests {
  @Test("there are decoders to test, among the fixtures one that every library knows")
  func found() {
    #expect(!GoldenModel.decoders.isEmpty)
    #expect(GoldenModel.fixtureDecoders.contains { $0.modelType == "llama" })
  }

  @Test("logits and hidden states are those of the reference", arguments: GoldenModel.decoders)
  func plain(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let expected = try model.expected()
    let ids = try expected.tensor("input_ids")
    for row in 0..<ids.shape[0] {
      var states: [Int: Tensor] = [:]
      let logits = decoder.logits(
        ofSequence: ids[row].toIntegers().map { Int32($0) }, observer: { states[$0] = $1 }, cpu: cpu)
      expectClose(logits.toArray(), try expected.tensor("logits")[row].toArray(), "\(model.name) logits, row \(row)")
      #expect(states.count == decoder.spec.layers.count + 1)
      for (index, state) in states {
        let reference = try expected.tensor("hidden_states.\(index)")[row].toArray()
        expectClose(state.toArray(), reference, share: 2e-5, "\(model.name) hidden state \(index), row \(row)")
      }
    }
  }

  @Test("the older spelling of the configuration means the same", arguments: GoldenModel.withOlderConfiguration)
  func olderConfiguration(model: GoldenModel) throws {
    let path = model.path("config_hub.json")
    let older = ModelConfiguration(try JSONDocument.open(path).root)
    let newer = ModelConfiguration(try ModelFolder.open(model.path()).config)
    let family = try FamilyRegistry.family(modelType: #require(try newer.text("model_type")))
    #expect(try family.spec(older) == family.spec(newer))
  }

  @Test("padding does not change what the real tokens give", arguments: GoldenModel.withPadding)
  func padded(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let expected = try model.expected()
    for side in ["right_pad", "left_pad"] {
      let ids = try expected.tensor("\(side).input_ids")
      let mask = try expected.tensor("\(side).attention_mask")
      // The reference turns every row of a batch for the longest one.
      let extent = (0..<ids.shape[0]).map { mask[$0].toIntegers().count { $0 == 1 } }.max()
      for row in 0..<ids.shape[0] {
        let real = mask[row].toIntegers().enumerated().filter { $0.element == 1 }.map(\.offset)
        let all = ids[row].toIntegers()
        let logits = decoder.logits(ofSequence: real.map { Int32(all[$0]) }, extent: extent, cpu: cpu)
        let reference = try expected.tensor("\(side).logits")[row]
        for (index, position) in real.enumerated() {
          expectClose(
            logits[index].toArray(), reference[position].toArray(), "\(model.name) \(side) \(row) \(position)")
        }
      }
    }
  }

  @Test("the greedy continuation with a cache is the reference's", arguments: GoldenModel.withGreedy)
  func greedy(model: GoldenModel) throws {
    let greedy = try #require(try model.description().greedy)
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let steps = try model.expected().tensor("greedy.step_logits")
    var sequence = greedy.prompt
    let found = decoder.continuation(of: greedy.prompt, count: greedy.continuation.count, cpu: cpu) { row, step in
      expectClose(row, steps[step].toArray(), "\(model.name) step \(step)")
      // The same bits without a cache: law 2.
      #expect(decoder.logits(ofSequence: sequence, cpu: cpu)[sequence.count - 1].toArray() == row)
      let token = Int32(row.indices.max { row[$0] < row[$1] } ?? 0)
      sequence.append(token)
      return token
    }
    #expect(found == greedy.continuation)
  }
}
