import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Golden encoders from GGUF")
struct GoldenGGUFEncoderTests {
  @Test("a GGUF file of an encoder gives the states of the checkpoint", arguments: GoldenModel.encoders.prefix(2))
  func encoder(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let path = try GGUFEncoderConversion(model).write(to: folder.file("model.gguf"))
    // There is no key for the activation, so the checkpoint is given the one that GGUF files stand for.
    try folder.write(model, changing: "hidden_act", to: "gelu")
    let cpu = CPU(threads: 2)
    let encoder = try EncoderLM.load(GGUFModel.open(path), cpu: cpu)
    let published = try EncoderLM.load(ModelFolder.open(folder.path), cpu: cpu)
    #expect(encoder.spec.contextLength == published.spec.contextLength)
    #expect(encoder.spec.layers == published.spec.layers)
    let inputs = try GoldenEncoding(model).inputs
    let found = encoder.states(of: inputs, on: cpu).rows.toArray()
    #expect(found == published.states(of: inputs, on: cpu).rows.toArray())
    #expect(try SentenceSpec.load(GGUFModel.open(path)) == SentenceSpec(poolings: [.first], steps: [.normalize]))
  }

  @Test("a GGUF file of T5 gives the logits of the checkpoint", arguments: GoldenModel.encoderDecoders.prefix(2))
  func encoderDecoder(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    // There is no key for the largest distance, so the checkpoint is given the one that GGUF files stand for.
    try folder.write(model, changing: "relative_attention_max_distance", to: 128)
    let cpu = CPU(threads: 2)
    let published = try EncoderDecoderLM.load(ModelFolder.open(folder.path), cpu: cpu)
    var conversion = try GGUFEncoderConversion(model)
    if published.spec.head.scale == 1, published.spec.head.weight == .tied {
      // A head of the embedding is scaled in such files; one that is not is written out.
      let embedding = try #require(conversion.tensors.first { $0.name == "token_embd.weight" })
      conversion.tensors.append(("output.weight", embedding.tensor))
    }
    let stored = try EncoderDecoderLM.load(
      GGUFModel.open(try conversion.write(to: folder.file("model.gguf"))), cpu: cpu)
    #expect(stored.spec.encoder == published.spec.encoder)
    #expect(stored.spec.decoder == published.spec.decoder)
    #expect(stored.spec.startToken == published.spec.startToken)
    // Far enough apart for distances beyond the buckets of one each.
    func sequence(_ count: Int) -> [Int32] { (0..<count).map { Int32(($0 * 11 + count) % stored.spec.vocabulary) } }
    let inputs = [EncoderInput(tokens: sequence(200))]
    let found = stored.logits([sequence(9)], sources: stored.encode(inputs, on: cpu), cpu: cpu)
    let expected = published.logits([sequence(9)], sources: published.encode(inputs, on: cpu), cpu: cpu)
    #expect(found.toArray() == expected.toArray())
  }

  @Test("a file that says its tokens see no later ones is refused")
  func causal() throws {
    let folder = try TemporaryFolder()
    var conversion = try GGUFEncoderConversion(GoldenModel.encoders[0])
    conversion.metadata["bert.attention.causal"] = .bool(true)
    let path = try conversion.write(to: folder.file("model.gguf"))
    let error = #expect(throws: ModelLoadError.self) { try EncoderLM.load(GGUFModel.open(path), cpu: CPU(threads: 1)) }
    #expect(error?.context == "is_decoder")
  }

  @Test("the encoder of T5 is found in a file of its own", arguments: GoldenModel.encoderDecoders.prefix(2))
  func encoderAlone(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    var conversion = try GGUFEncoderConversion(model)
    conversion.tensors.removeAll { $0.name.hasPrefix("dec.") || $0.name == "output.weight" }
    let whole = conversion.metadata
    conversion.metadata = GGUFMetadata()
    for key in whole.keys {
      conversion.metadata[key.replacing("t5.", with: "t5encoder.", maxReplacements: 1)] = whole[key]
    }
    conversion.metadata["general.architecture"] = .string("t5encoder")
    let cpu = CPU(threads: 2)
    let encoder = try EncoderLM.load(GGUFModel.open(try conversion.write(to: folder.file("model.gguf"))), cpu: cpu)
    try folder.write(model, changing: "relative_attention_max_distance", to: 128)
    let published = try EncoderDecoderLM.load(ModelFolder.open(folder.path), cpu: cpu).encoder
    let input = EncoderInput(tokens: [5, 3, 7])
    #expect(encoder.spec == published.spec)
    #expect(
      encoder.states(of: [input], on: cpu).rows.toArray() == published.states(of: [input], on: cpu).rows.toArray())
  }
}

extension TemporaryFolder {
  /// The checkpoint of a model with one setting changed.
  fileprivate func write(_ model: GoldenModel, changing key: String, to value: Any) throws {
    let data = try Data(contentsOf: model.folder.appendingPathComponent("config.json"))
    var config = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    config[key] = value
    try write(String(decoding: try JSONSerialization.data(withJSONObject: config), as: UTF8.self), to: "config.json")
    try copy(model.path("model.safetensors"), to: "model.safetensors")
  }
}
