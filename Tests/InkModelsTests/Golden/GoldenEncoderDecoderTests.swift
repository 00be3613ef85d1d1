import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Golden encoder-decoders")
struct GoldenEncoderDecoderTests {
  @Test("states of both sides and logits are those of the reference", arguments: GoldenModel.encoderDecoders)
  func states(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let network = try EncoderDecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let reference = try GoldenEncoding(model)
    var encoded: [Int: Tensor] = [:]
    let sources = network.encode(reference.inputs, observer: { encoded[$0] = $1 }, on: cpu)
    #expect(encoded.count == network.spec.encoder.layers.count + 1)
    for (index, state) in encoded { try reference.expectRows(state, "encoder_hidden_states.\(index)") }
    let last = sources.flatMap { $0.states.toArray() }
    try reference.expectRows(Tensor(last, shape: [last.count]), "encoder_last_hidden_state")

    let targets = try rows(reference.file.tensor("decoder_input_ids"))
    var decoded: [Int: Tensor] = [:]
    let logits = network.logits(targets, sources: sources, cpu: cpu) { decoded[$0] = $1 }
    #expect(decoded.count == network.spec.decoder.layers.count + 1)
    for (index, state) in decoded {
      let expected = try reference.file.tensor("decoder_hidden_states.\(index)")
      expectClose(state.toArray(), expected.toArray(), "\(model.name) decoder state \(index)")
    }
    expectClose(logits.toArray(), try reference.file.tensor("logits").toArray(), "\(model.name) logits")
  }

  @Test("labels behind the start token give the reference's loss", arguments: GoldenModel.encoderDecoders)
  func loss(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let network = try EncoderDecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let reference = try GoldenEncoding(model)
    let start = try #require(network.spec.startToken)
    let labels = try rows(reference.file.tensor("labels"))
    let padding = Int32(try ModelFolder.open(model.path()).config["pad_token_id"].int)
    // What is fed is the labels one place later; a label that does not count (below zero) is fed as padding.
    let shifted = labels.map { row in [start] + row.dropLast().map { $0 < 0 ? padding : $0 } }
    #expect(try shifted == rows(reference.file.tensor("labels.decoder_input_ids")))
    let sources = network.encode(reference.inputs, on: cpu)
    let logits = network.logits(shifted, sources: sources, cpu: cpu)
    var (total, count) = (0.0, 0)
    for (row, label) in labels.flatMap({ $0 }).enumerated() where label >= 0 {
      let values = logits[row].toArray().map(Double.init)
      let largest = values.max() ?? 0
      total += largest + log(values.reduce(0) { $0 + exp($1 - largest) }) - values[Int(label)]
      count += 1
    }
    let expected = try reference.file.tensor("loss").toArray()
    expectClose([Float(total / Double(count))], expected, "\(model.name) loss")

    var segments: [AttentionSegment] = []
    for row in shifted {
      let start = segments.last?.rows.upperBound ?? 0
      segments.append(AttentionSegment(wholeSequence: start..<start + row.count))
    }
    let targets = labels.flatMap { $0 }
    let whole = network.loss(
      of: network.hiddenStates(
        tokens: shifted.flatMap { $0 }, segments: segments,
        states: network.encoder.states(of: reference.inputs, on: cpu), on: cpu),
      targets: targets, weights: targets.map { $0 < 0 ? 0 : 1 / Float(count) }, on: cpu
    ).loss
    expectClose(whole.toArray(), expected, "\(model.name) loss of the training pass")
  }

  @Test(
    "the greedy answer with a cache is the reference's, with the bits of a whole pass",
    arguments: GoldenModel.encoderDecoders)
  func greedy(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let network = try EncoderDecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let file = try model.expected()
    let expected = try model.answer()
    let steps = try file.tensor("greedy.step_logits")
    let tokens = try rows(file.tensor("greedy.encoder_input_ids"))[0]
    let source = network.encode([EncoderInput(tokens: tokens)], on: cpu)[0]
    let pages = network.pages(count: expected.continuation.count)
    var fed = [expected.decoder_start_token_id]
    #expect(network.spec.startToken == fed[0])
    for (step, token) in expected.continuation.enumerated() {
      let segment = AttentionSegment(rows: 0..<1, firstPosition: step, pages: pages)
      let hidden = network.hiddenStates(tokens: [fed[step]], segments: [segment], sources: [source], on: cpu)
      let logits = network.logits(of: hidden, on: cpu).toArray()
      expectClose(logits, steps[step].toArray(), "\(model.name) step \(step)")
      #expect(logits.indices.max { logits[$0] < logits[$1] } == Int(token))
      #expect(network.logits([fed], sources: [source], cpu: cpu)[step].toArray() == logits)
      fed.append(token)
    }
  }

  @Test("several sources and targets of one step give the bits they give alone", arguments: GoldenModel.encoderDecoders)
  func sameBits(model: GoldenModel) throws {
    let network = try EncoderDecoderLM.load(ModelFolder.open(model.path()), cpu: CPU(threads: 2))
    func sequence(_ count: Int) -> [Int32] { (0..<count).map { Int32(($0 * 11 + count) % network.spec.vocabulary) } }
    // More than a page on either side, and more of one than of the other.
    let inputs = [90, 3, 1, 65].map { EncoderInput(tokens: sequence($0)) }
    let targets = [5, 80, 1, 64].map(sequence)
    let many = CPU(threads: 3)
    let together = network.logits(targets, sources: network.encode(inputs, on: many), cpu: many)
    var row = 0
    for (input, target) in zip(inputs, targets) {
      let one = CPU(threads: 1)
      let alone = network.logits([target], sources: network.encode([input], on: one), cpu: one)
      #expect(alone.toArray() == together.slice(row..<row + target.count).toArray())
      row += target.count
    }
  }

  @Test(
    "a checkpoint that is written again is the same tensors under the same names",
    arguments: GoldenModel.encoderDecoders + [GoldenModel.vanillaTransformer])
  func exported(model: GoldenModel) throws {
    let folder = try ModelFolder.open(model.path())
    let family = try EncoderRegistry.encoderDecoder(modelType: folder.config["model_type"].string)
    let source = try folder.weights.open()
    let map = family.huggingFaceWeights(try family.spec(ModelConfiguration(folder.config), stored: source))
    try expectRoundTrip(map, source)
  }

  @Test("the encoder of T5 is found in a checkpoint of its own", arguments: GoldenModel.encoderDecoders)
  func encoderAlone(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let reference = try GoldenEncoding(model)
    let source = try ModelFolder.open(model.path()).weights.open()
    var tensors: [StoredTensor] = []
    for name in source.tensorNames where !name.hasPrefix("decoder.") && name != "lm_head.weight" {
      tensors.append(try source.stored(name))
    }
    let written = try TemporaryFolder()
    try written.copy(model.path("config.json"), to: "config.json")
    try SafetensorsWriter().write(tensors, to: written.file("model.safetensors"))
    let encoder = try EncoderLM.load(ModelFolder.open(written.path), cpu: cpu)
    try reference.expectRows(encoder.states(of: reference.inputs, on: cpu).rows, "encoder_last_hidden_state")
    // With the decoder in the file nothing is left out silently.
    let error = #expect(throws: ModelLoadError.self) { try EncoderLM.load(ModelFolder.open(model.path()), cpu: cpu) }
    #expect(error?.found.contains("decoder.") == true, "\(String(describing: error))")
  }

  @Test("the original Transformer gives the reference's states and logits, without padding")
  func vanilla() throws {
    let model = GoldenModel.vanillaTransformer
    let cpu = CPU(threads: 2)
    let network = try EncoderDecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let file = try model.expected()
    let padding = try file.tensor("src_key_padding_mask")
    let all = try rows(file.tensor("src"))
    let places = (0..<all.count).map { row in
      padding[row].toIntegers().enumerated().filter { $0.element == 0 }.map(\.offset)
    }
    let inputs = zip(all, places).map { ids, real in EncoderInput(tokens: real.map { ids[$0] }) }
    let sources = network.encode(inputs, on: cpu)
    let encoded = try file.tensor("encoder_output")
    for (row, real) in places.enumerated() {
      expectClose(
        sources[row].states.toArray(), real.flatMap { encoded[row][$0].toArray() }, "encoder output, row \(row)")
    }
    var decoded: Tensor?
    let logits = network.logits(try rows(file.tensor("tgt")), sources: sources, cpu: cpu) { _, state in decoded = state
    }
    expectClose(try #require(decoded).toArray(), try file.tensor("decoder_output").toArray(), "decoder output")
    expectClose(logits.toArray(), try file.tensor("logits").toArray(), "logits")
  }

  private func rows(_ ids: Tensor) -> [[Int32]] {
    (0..<ids.shape[0]).map { ids[$0].toIntegers().map { Int32($0) } }
  }
}

extension EncoderDecoderLM {
  /// Pages enough for a number of tokens of a target.
  func pages(count: Int) -> [KeyValuePage] {
    (0...count / KeyValueLayout.tokensPerPage).map { _ in KeyValuePage(layout: cacheLayout) }
  }

  /// Logits of all positions of some targets, one behind the other: [tokens, vocabulary].
  func logits(
    _ targets: [[Int32]], sources: [EncodedSource], cpu: CPU, observer: DecoderLM.Observer? = nil
  ) -> Tensor {
    var segments: [AttentionSegment] = []
    var row = 0
    for target in targets {
      let rows = row..<row + target.count
      segments.append(AttentionSegment(rows: rows, firstPosition: 0, pages: pages(count: target.count)))
      row += target.count
    }
    let hidden = hiddenStates(
      tokens: targets.flatMap { $0 }, segments: segments, sources: sources, observer: observer, on: cpu)
    return logits(of: hidden, on: cpu)
  }
}

extension GoldenModel {
  static let vanillaTransformer = GoldenModel(
    name: "vanilla_transformer", folder: root.appendingPathComponent("vanilla_transformer"))

  /// What the tests read of an encoder-decoder's `expected.json`.
  struct Answer: Decodable {
    let continuation: [Int32]
    let decoder_start_token_id: Int32
  }

  /// The greedy answer.
  func answer() throws -> Answer {
    struct Description: Decodable { let greedy: Answer }
    let data = try Data(contentsOf: folder.appendingPathComponent("expected.json"))
    return try JSONDecoder().decode(Description.self, from: data).greedy
  }
}
