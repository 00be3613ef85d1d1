import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Hostile encoder configurations")
struct HostileEncoderTests {
  @Test(
    "a setting that cannot be right is refused by name",
    arguments: [
      ("bert", "num_attention_heads", "0", "num_attention_heads"), ("bert", "num_attention_heads", "7", "hidden_size"),
      ("bert", "hidden_size", "-8", "hidden_size"), ("bert", "num_hidden_layers", "1e18", "num_hidden_layers"),
      ("bert", "num_hidden_layers", "5000", "num_hidden_layers"), ("bert", "vocab_size", "\"many\"", "vocab_size"),
      ("bert", "type_vocab_size", "0", "type_vocab_size"), ("bert", "layer_norm_eps", "-1", "layer_norm_eps"),
      ("bert", "hidden_act", "\"mish\"", "hidden_act"), ("bert", "is_decoder", "true", "is_decoder"),
      ("bert", "position_embedding_type", "\"relative_key\"", "position_embedding_type"),
      ("bert", "max_position_embeddings", "0", "max_position_embeddings"),
      ("bert", "add_cross_attention", "true", "add_cross_attention"), ("bert", "model_type", "\"bart\"", "model_type"),
      ("roberta", "pad_token_id", "-1", "pad_token_id"), ("roberta", "pad_token_id", "1e300", "pad_token_id"),
      ("roberta", "pad_token_id", "39", "pad_token_id"), ("roberta", "pad_token_id", "0.5", "pad_token_id"),
    ])
  func encoder(model: String, key: String, value: String, named: String) throws {
    let folder = try changed(model, [key: value])
    let error = try #require(throws: ModelLoadError.self) {
      try EncoderLM.load(ModelFolder.open(folder.path), cpu: CPU(threads: 1))
    }
    #expect(error.context.hasSuffix(named), "\(error)")
    #expect(!error.found.isEmpty && !error.expected.isEmpty, "\(error)")
  }

  @Test(
    "a setting of an encoder-decoder that cannot be right is refused by name",
    arguments: [
      ("t5", "num_heads", "0", "num_heads"), ("t5", "d_kv", "-1", "d_kv"), ("t5", "num_heads", "268435456", "d_kv"),
      ("t5", "feed_forward_proj", "\"gated-mish\"", "feed_forward_proj"), ("t5", "d_ff", "0", "d_ff"),
      ("t5", "relative_attention_num_buckets", "3", "relative_attention_max_distance"),
      ("t5", "relative_attention_max_distance", "100000000", "relative_attention_max_distance"),
      ("t5", "relative_attention_max_distance", "65537", "relative_attention_max_distance"),
      ("t5", "relative_attention_max_distance", "2", "relative_attention_max_distance"),
      ("t5", "num_decoder_layers", "100000", "num_decoder_layers"), ("t5", "num_layers", "null", "num_layers"),
      ("t5", "decoder_start_token_id", "-3", "decoder_start_token_id"),
      ("t5", "decoder_start_token_id", "4294967296", "decoder_start_token_id"),
      ("t5", "layer_norm_epsilon", "-1", "layer_norm_epsilon"),
      ("t5", "tie_word_embeddings", "3", "tie_word_embeddings"),
      ("vanilla_transformer", "nhead", "3", "d_model"), ("vanilla_transformer", "activation", "\"mish\"", "activation"),
      ("vanilla_transformer", "positional_encoding", "\"learned\"", "positional_encoding"),
      ("vanilla_transformer", "embedding_scale", "\"two\"", "embedding_scale"),
      ("vanilla_transformer", "num_encoder_layers", "0", "num_encoder_layers"),
    ])
  func encoderDecoder(model: String, key: String, value: String, named: String) throws {
    let folder = try changed(model, [key: value])
    let error = try #require(throws: ModelLoadError.self) {
      try EncoderDecoderLM.load(ModelFolder.open(folder.path), cpu: CPU(threads: 1))
    }
    #expect(error.context.hasSuffix(named), "\(error)")
    #expect(!error.found.isEmpty && !error.expected.isEmpty, "\(error)")
  }

  @Test(
    "sizes that are not those of the tensors are refused by the tensor's name",
    arguments: [
      ("bert", "vocab_size", "80", "embedding.weight"), ("bert", "hidden_size", "48", "embedding.weight"),
      ("bert", "max_position_embeddings", "41", "positions.weight"),
      ("bert", "type_vocab_size", "3", "tokenTypes.weight"),
      ("bert", "intermediate_size", "63", "layers.0.feedForward.up.weight"),
      ("bert", "num_hidden_layers", "3", "layers.2.attention.query.weight"),
      ("bert", "num_hidden_layers", "1", "layers.1.attention"),
      ("bert", "tie_word_embeddings", "false", "masked.decoder.weight"),
    ])
  func sizes(model: String, key: String, value: String, named: String) throws {
    let folder = try changed(model, [key: value])
    let error = try #require(throws: ModelLoadError.self) {
      try EncoderLM.load(ModelFolder.open(folder.path), cpu: CPU(threads: 1))
    }
    #expect("\(error)".contains(named), "\(error)")
    #expect([.shapeMismatch, .missingTensor, .unusedTensor].contains(error.code), "\(error)")
  }

  @Test(
    "a model of another kind is told apart from an unknown one",
    arguments: [("bert", "encoder"), ("xlm-roberta", "encoder"), ("t5", "decoder"), ("t5encoder", "encoder")])
  func otherKind(name: String, said: String) throws {
    let byType = try #require(throws: ModelLoadError.self) { try FamilyRegistry.family(modelType: name) }
    let byArchitecture = try #require(throws: ModelLoadError.self) { try FamilyRegistry.family(architecture: name) }
    for error in [byType, byArchitecture] {
      #expect(error.code == .unknownFamily)
      #expect(error.hint.contains(said), "\(error)")
    }
    #expect(throws: ModelLoadError.self) { try EncoderRegistry.encoder(modelType: "llama") }
    #expect(throws: ModelLoadError.self) { try EncoderRegistry.encoderDecoder(architecture: "bert") }
  }

  @Test("the names of classes must be numbered without a gap")
  func labels() throws {
    let source = try ModelFolder.open(GoldenModel.fixture("bert").path()).weights.open()
    var tensors: [StoredTensor] = []
    for name in source.tensorNames where !name.hasPrefix("cls.") { tensors.append(try source.stored(name)) }
    let width = 24
    for (labels, isFine) in [
      (#"{"0": "no", "1": "yes"}"#, true), (#"{"0": "no", "2": "yes"}"#, false), (#"{"a": "no"}"#, false),
      ("{}", false), (#"{"0": 1, "1": 2}"#, false), ("[]", false), (#"{"-1": "no", "0": "yes"}"#, false),
    ] {
      let folder = try changed("bert", ["id2label": labels], weights: nil)
      let head = [
        StoredTensor(name: "classifier.weight", Tensor([Float](repeating: 0.5, count: 2 * width), shape: [2, width])),
        StoredTensor(name: "classifier.bias", Tensor([1, 2], shape: [2])),
      ]
      try SafetensorsWriter().write(tensors + head, to: folder.file("model.safetensors"))
      let loaded = Result { try EncoderLM.load(ModelFolder.open(folder.path), cpu: CPU(threads: 1)) }
      switch loaded {
      case .success(let encoder):
        #expect(isFine, "\(labels)")
        #expect(encoder.spec.outputs.classifier == ClassifierSpec(form: .pooled, labels: ["no", "yes"]))
      case .failure(let error):
        #expect(!isFine, "\(error)")
        #expect((error as? ModelLoadError)?.code == .invalidConfiguration, "\(error)")
      }
    }
  }

  @Test("what an encoder cannot read is told before it computes")
  func inputs() throws {
    let encoder = try EncoderLM.load(
      ModelFolder.open(GoldenModel.fixture("bert").path()), cpu: CPU(threads: 1))
    let (vocabulary, limit) = (Int32(encoder.spec.vocabulary), try #require(encoder.spec.contextLength))
    func problem(_ tokens: [Int32], _ types: [Int32] = []) -> EncoderInput.Problem? {
      EncoderInput(tokens: tokens, tokenTypes: types).check(for: encoder.spec)
    }
    #expect(problem([]) == .empty)
    #expect(problem([0, vocabulary]) == .token(vocabulary))
    #expect(problem([-1]) == .token(-1))
    #expect(problem(Array(repeating: 1, count: limit + 1)) == .tooLong(limit: limit))
    #expect(problem([1, 2], [0]) == .typeCount(1))
    #expect(problem([1, 2], [0, 2]) == .type(2))
    #expect(problem([1, 2], [0, -1]) == .type(-1))
    #expect(problem([1, 2], [0, 1]) == nil)
  }

  /// A copy of a fixture with some settings replaced by JSON texts; without `weights` its tensors are left out.
  private func changed(
    _ model: String, _ changes: [String: String], weights: String? = "model.safetensors"
  ) throws -> TemporaryFolder {
    let golden = GoldenModel.fixture(model)
    let data = try Data(contentsOf: golden.folder.appendingPathComponent("config.json"))
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    for (key, text) in changes {
      object[key] = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }
    let folder = try TemporaryFolder()
    let written = try JSONSerialization.data(withJSONObject: object)
    try folder.write(String(decoding: written, as: UTF8.self), to: "config.json")
    if let weights { try folder.copy(golden.path(weights), to: "model.safetensors") }
    return folder
  }
}
