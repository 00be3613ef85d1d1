import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

/// Training of encoders begins from GGUF files as it does from folders.
@Suite("Encoders of GGUF files, for training")
struct EncoderFileTests {
  private static let encoders = GoldenModel.encoders.filter { ["bert", "roberta"].contains($0.name) }

  /// A GGUF file of an encoder with a tokenizer, which tells RoBERTa's kin from BERT's.
  private static func file(
    of model: GoldenModel, _ type: ConvertedType = .format(.f32), extra: [String: String] = [:]
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["config.json", "model.safetensors"] { try folder.copy(model.path(name), to: name) }
    let rows = try ModelFolder.open(folder.path).config["vocab_size"].int
    try folder.write(model.name == "bert" ? wordPiece(rows) : unigram(rows), to: "tokenizer.json")
    for (name, text) in extra { try folder.write(text, to: name) }
    _ = try ModelConversion(type: type).convert(folder.path, to: folder.file("model.gguf"))
    return folder
  }

  private static func wordPiece(_ count: Int) -> String {
    let tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + (5..<count).map { "w\($0)" }
    let vocabulary = tokens.enumerated().map { #""\#($1)":\#($0)"# }.joined(separator: ",")
    return #"{"normalizer":{"type":"BertNormalizer","lowercase":true},"added_tokens":[],"#
      + #""model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{\#(vocabulary)}}}"#
  }

  private static func unigram(_ count: Int) -> String {
    let pieces = ["<s>", "<pad>", "</s>", "<unk>"] + (4..<count).map { "\u{2581}w\($0)" }
    let vocabulary = pieces.enumerated().map { #"["\#($1)",-\#($0)]"# }.joined(separator: ",")
    return #"{"added_tokens":[],"model":{"type":"Unigram","unk_id":3,"vocab":[\#(vocabulary)]}}"#
  }

  private func rows(_ encoder: EncoderLM, _ model: GoldenModel, _ cpu: CPU) throws -> [Float] {
    encoder.states(of: try GoldenEncoding(model).inputs, on: cpu).rows.toArray()
  }

  @Test(
    "States are those of the file to the bit, and of the folder that is written with its tokenizer", arguments: encoders
  )
  func states(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let folder = try Self.file(of: model)
    let wanted = try rows(EncoderLM.load(GGUFModel.open(folder.file("model.gguf")), cpu: cpu), model, cpu)
    let checkpoint = try EncoderCheckpoint.open(folder.file("model.gguf"))
    let encoder = try checkpoint.load(use: .trainingAll, on: cpu)
    #expect(try rows(encoder, model, cpu) == wanted)
    try checkpoint.write(encoder.parameters, to: folder.file("written"))
    let written = try ModelFolder.open(folder.file("written"))
    #expect(try rows(EncoderLM.load(written, cpu: cpu), model, cpu) == wanted)
    #expect(try written.config["model_type"].string == (model.name == "bert" ? "bert" : "xlm-roberta"))
    #expect(try written.config["torch_dtype"].string == "float32")
    #expect(written.tokenizerFile(.tokenizerJSON) != nil)
  }

  @Test("Packed weights are decoded to what the file's model decodes them to")
  func packed() throws {
    let cpu = CPU(threads: 2)
    let model = try #require(Self.encoders.first { $0.name == "bert" })
    let folder = try Self.file(of: model, .format(.q8_0))
    let stored = try GGUFModel.open(folder.file("model.gguf"))
    #expect(try stored.stored("blk.0.ffn_down.weight").info.type == .packed(.q8_0))
    let wanted = try rows(EncoderLM.load(stored, use: .trainingAll, cpu: cpu), model, cpu)
    let checkpoint = try EncoderCheckpoint.open(folder.file("model.gguf"))
    let encoder = try checkpoint.load(use: .trainingAll, on: cpu)
    #expect(try rows(encoder, model, cpu) == wanted)
    #expect(encoder.parameters.contains { $0.name.hasSuffix("feedForward.down.weight") })
  }

  @Test("Heads are fitted to it, and the folder says what its logit is", arguments: encoders)
  func heads(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let folder = try Self.file(of: model)
    for (score, activation) in [
      (EncoderPurpose.Score.number, "Identity"), (.probability, "Sigmoid"),
    ] {
      let checkpoint = try EncoderCheckpoint.open(folder.file("model.gguf"))
        .refitted(for: .sequenceScore(score), seed: 5)
      #expect(checkpoint.change.remarks.contains { $0.hasPrefix("new weights: ") })
      let encoder = try checkpoint.load(use: .trainingAll, on: cpu)
      let inputs = try GoldenEncoding(model).inputs
      func logits(_ encoder: EncoderLM) throws -> [Float] {
        try #require(encoder.classLogits(encoder.states(of: inputs, on: cpu), on: cpu)).toArray()
      }
      try checkpoint.write(encoder.parameters, to: folder.file(activation))
      let written = try ModelFolder.open(folder.file(activation))
      let again = try EncoderLM.load(written, cpu: cpu)
      #expect(try logits(again) == logits(encoder))
      #expect(again.spec.outputs.classifier?.labels.count == 1)
      let stated = try written.config["sentence_transformers"]["activation_fn"].string
      #expect(stated.hasSuffix(".\(activation)"))
    }
  }

  @Test("Pooling and prompts of the file are those of the checkpoint")
  func sentences() throws {
    let model = try #require(Self.encoders.first { $0.name == "bert" })
    let modules = #"[{"idx":0,"path":"","type":"x.Transformer"},{"idx":1,"path":"","type":"x.Pooling"}]"#
    let folder = try Self.file(
      of: model, .asStored,
      extra: [
        "modules.json": modules,
        "config_sentence_transformers.json": #"{"prompts":{"query":"query: "},"default_prompt_name":"query"}"#,
      ])
    let spec = try EncoderCheckpoint.open(folder.file("model.gguf")).sentence()
    #expect(spec.poolings == [.mean] && spec.prompts == ["query": "query: "] && spec.defaultPrompt == "query")
    #expect(try spec == SentenceSpec.load(GGUFModel.open(folder.file("model.gguf"))))
  }

  @Test("A file of an encoder with a decoder is refused with what to do instead")
  func transducer() throws {
    let model = try #require(GoldenModel.encoderDecoders.first { $0.modelType == "t5" })
    let folder = try TemporaryFolder()
    let config = try String(contentsOfFile: model.path("config.json"), encoding: .utf8)
    // GGUF has no key for the largest distance: it is 128.
    try folder.write(
      config.replacing(/"relative_attention_max_distance": \d+/, with: "\"relative_attention_max_distance\": 128"),
      to: "config.json")
    try folder.copy(model.path("model.safetensors"), to: "model.safetensors")
    _ = try ModelConversion().convert(folder.path, to: folder.file("model.gguf"))
    let error = try #require(throws: ModelLoadError.self) {
      _ = try EncoderCheckpoint.open(folder.file("model.gguf"))
    }
    #expect(error.code == .unsupported && error.hint.contains("inkstone convert"))
  }
}
