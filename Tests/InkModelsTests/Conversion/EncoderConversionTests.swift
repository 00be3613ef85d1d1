import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Conversion of encoders between folders and GGUF")
struct EncoderConversionTests {
  /// A tokenizer of Unigram, which tells a file of RoBERTa's kin from one of BERT's.
  private static func unigram(_ count: Int) -> String {
    let pieces = ["<s>", "<pad>", "</s>", "<unk>"] + (4..<count).map { "\u{2581}w\($0)" }
    let vocabulary = pieces.enumerated().map { #"["\#($1)",-\#($0)]"# }.joined(separator: ",")
    return #"{"added_tokens":[],"model":{"type":"Unigram","unk_id":3,"vocab":[\#(vocabulary)]}}"#
  }

  private static func folder(of model: GoldenModel) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["config.json", "model.safetensors"] { try folder.copy(model.path(name), to: name) }
    if model.modelType == "roberta" { try folder.write(unigram(80), to: "tokenizer.json") }
    return folder
  }

  /// A tokenizer of bytes that puts tokens around a text by RoBERTa's own post-processor.
  private static func bytePairs(_ count: Int) -> String {
    let letters = (33..<UInt32(29 + count)).compactMap { Unicode.Scalar($0).map { String(Character($0)) } }
    let vocabulary = (["<s>", "<pad>", "</s>", "<unk>"] + letters).enumerated().map { id, token in
      "\"\(token.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\":\(id)"
    }
    return #"{"added_tokens":[],"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},"#
      + #""post_processor":{"type":"RobertaProcessing","cls":["<s>",0],"sep":["</s>",2],"trim_offsets":true,"#
      + #""add_prefix_space":false},"decoder":{"type":"ByteLevel"},"#
      + #""model":{"type":"BPE","vocab":{\#(vocabulary.joined(separator: ","))},"merges":[]}}"#
  }

  @Test("RoBERTa's tokens around a text and its one kind of token stand in the file, without which nobody opens it")
  func surroundings() throws {
    let model = try #require(Self.encoders().first { $0.name == "roberta" })
    let folder = try TemporaryFolder()
    for name in ["config.json", "model.safetensors"] { try folder.copy(model.path(name), to: name) }
    try folder.write(Self.bytePairs(80), to: "tokenizer.json")
    _ = try ModelConversion(type: .format(.f32)).convert(folder.path, to: folder.file("model.gguf"))
    let metadata = try GGUFModel.open(folder.file("model.gguf")).metadata
    #expect(try metadata.int(for: "tokenizer.ggml.token_type_count") == 1)
    for (role, id) in [("bos", 0), ("eos", 2)] {
      #expect(try metadata.bool(for: "tokenizer.ggml.add_\(role)_token"))
      #expect(try metadata.int(for: "tokenizer.ggml.\(role)_token_id") == id)
    }
  }

  @Test(
    "ids of special tokens that no row has are refused, also where the vocabulary does not bound them",
    arguments: [
      (#""unk_id":3"#, #""unk_id":-1"#), (#""unk_id":3"#, #""unk_id":9223372036854775807"#),
      (
        #""added_tokens":[]"#,
        #""added_tokens":[],"post_processor":{"type":"RobertaProcessing","cls":["<s>",-7],"sep":["</s>",2]}"#
      ),
      (
        #""added_tokens":[]"#,
        #""added_tokens":[],"post_processor":{"type":"BertProcessing","cls":["<s>",0],"sep":["</s>",4294967296]}"#
      ),
    ])
  func impossibleIds(part: String, other: String) throws {
    let model = try #require(Self.encoders().first { $0.name == "roberta" })
    let folder = try Self.folder(of: model)
    try folder.write(Self.unigram(80).replacing(part, with: other), to: "tokenizer.json")
    let error = try #require(throws: ModelLoadError.self) {
      try ModelConversion(type: .format(.f32)).convert(folder.path, to: folder.file("model.gguf"))
    }
    #expect(error.description.contains("an id below 80"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("model.gguf")))
  }

  private static func encoders() -> [GoldenModel] {
    GoldenModel.encoders.filter { ["bert", "roberta"].contains($0.name) }
  }

  @Test("states are the same bits from the folder, the GGUF file and the folder again", arguments: encoders())
  func states(model: GoldenModel) throws {
    let folder = try Self.folder(of: model)
    let cpu = CPU(threads: 2)
    let inputs = try GoldenEncoding(model).inputs
    func rows(_ encoder: EncoderLM) -> [Float] { encoder.states(of: inputs, on: cpu).rows.toArray() }
    let wanted = rows(try EncoderLM.load(ModelFolder.open(folder.path), cpu: cpu))
    let report = try ModelConversion(type: .format(.f32)).convert(folder.path, to: folder.file("model.gguf"))
    // Heads that no reader of GGUF has a place for are named.
    #expect(report.dropped.contains { $0.hasPrefix("masked.") })
    #expect(rows(try EncoderLM.load(GGUFModel.open(folder.file("model.gguf")), cpu: cpu)) == wanted)
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    let again = try ModelFolder.open(folder.file("again"))
    #expect(try again.config["model_type"].string == (model.name == "bert" ? "bert" : "xlm-roberta"))
    #expect(rows(try EncoderLM.load(again, cpu: cpu)) == wanted)
    #expect(try ChecksumList.open(again.path).check(again.path).isClean)
  }

  @Test(
    "T5's logits are the same bits both ways", arguments: GoldenModel.encoderDecoders.filter { $0.modelType == "t5" })
  func transducer(model: GoldenModel) throws {
    let folder = try Self.folder(of: model)
    // GGUF has no key for the largest distance: it is 128.
    let config = try String(contentsOfFile: folder.file("config.json"), encoding: .utf8)
    let usual = config.replacing(
      /"relative_attention_max_distance": \d+/, with: "\"relative_attention_max_distance\": 128")
    try FileManager.default.removeItem(atPath: folder.file("config.json"))
    try folder.write(usual, to: "config.json")
    let cpu = CPU(threads: 2)
    let inputs = try GoldenEncoding(model).inputs
    func logits(_ network: EncoderDecoderLM) throws -> [Float] {
      let sources = network.encode(inputs, on: cpu)
      return network.logits(inputs.map { _ in [0, 5, 9] }, sources: sources, cpu: cpu).toArray()
    }
    let wanted = try logits(EncoderDecoderLM.load(ModelFolder.open(folder.path), cpu: cpu))
    _ = try ModelConversion(type: .format(.f32)).convert(folder.path, to: folder.file("model.gguf"))
    #expect(try logits(EncoderDecoderLM.load(GGUFModel.open(folder.file("model.gguf")), cpu: cpu)) == wanted)
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    #expect(try logits(EncoderDecoderLM.load(ModelFolder.open(folder.file("again")), cpu: cpu)) == wanted)
  }

  /// A folder with a head over classes.
  private func headed(_ purpose: EncoderPurpose, _ cpu: CPU) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let model = try #require(Self.encoders().first { $0.name == "bert" })
    let checkpoint = try EncoderCheckpoint.open(model.path()).refitted(for: purpose, seed: 3)
    let encoder = try checkpoint.load(use: .training { _ in .float32 }, on: cpu)
    try checkpoint.write(encoder.parameters, to: folder.file("model"))
    return folder
  }

  @Test("BERT's pooler and classifier become the head that GGUF has, and come back")
  func classifier() throws {
    let cpu = CPU(threads: 2)
    let folder = try headed(.sequenceClasses(labels: ["bad", "good", "so so"]), cpu)
    let inputs = try GoldenEncoding(try #require(Self.encoders().first { $0.name == "bert" })).inputs
    func logits(_ encoder: EncoderLM) throws -> [Float] {
      try #require(encoder.classLogits(encoder.states(of: inputs, on: cpu), on: cpu)).toArray()
    }
    let wanted = try logits(EncoderLM.load(ModelFolder.open(folder.file("model")), cpu: cpu))
    _ = try ModelConversion(type: .format(.f32)).convert(folder.file("model"), to: folder.file("model.gguf"))
    let stored = try GGUFModel.open(folder.file("model.gguf"))
    #expect(stored.tensorNames.contains("cls.weight") && stored.tensorNames.contains("cls.output.weight"))
    #expect(try stored.metadata.int(for: "bert.pooling_type") == 4)
    let loaded = try EncoderLM.load(stored, cpu: cpu)
    #expect(loaded.spec.outputs.classifier?.labels == ["bad", "good", "so so"])
    #expect(try logits(loaded) == wanted)
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    let again = try EncoderLM.load(ModelFolder.open(folder.file("again")), cpu: cpu)
    #expect(again.spec.outputs.classifier?.form == .pooled)
    #expect(try logits(again) == wanted)
  }

  @Test("A head over every token has no place in GGUF: refused, and no file is left")
  func tokenClasses() throws {
    let folder = try headed(.tokenClasses(labels: ["O", "B"]), CPU(threads: 1))
    let error = try #require(throws: ModelLoadError.self) {
      _ = try ModelConversion().convert(folder.file("model"), to: folder.file("model.gguf"))
    }
    #expect(error.code == .unsupported && "\(error)".contains("every token"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("model.gguf")))
  }

  @Test("How vectors are made goes along, and a pooling without a place in GGUF is refused")
  func pooling() throws {
    let model = try #require(Self.encoders().first { $0.name == "bert" })
    let folder = try Self.folder(of: model)
    let modules = #"[{"idx":0,"path":"","type":"x.Transformer"},{"idx":1,"path":"1_Pooling","type":"x.Pooling"}]"#
    try folder.write(modules, to: "modules.json")
    try FileManager.default.createDirectory(
      atPath: folder.file("1_Pooling"), withIntermediateDirectories: true)
    try folder.write(#"{"pooling_mode_cls_token":true}"#, to: "1_Pooling/config.json")
    try folder.write(
      #"{"prompts":{"query":"query: "},"default_prompt_name":"query"}"#, to: "config_sentence_transformers.json")
    let report = try ModelConversion().convert(folder.path, to: folder.file("model.gguf"))
    #expect(report.remarks.contains { $0.contains("length of one") })
    let spec = try SentenceSpec.load(GGUFModel.open(folder.file("model.gguf")))
    #expect(spec.poolings == [.first] && spec.prompts == ["query": "query: "] && spec.defaultPrompt == "query")
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    let again = try SentenceSpec.load(ModelFolder.open(folder.file("again")))
    #expect(again.poolings == [.first] && again.steps == [.normalize] && again.prompts == spec.prompts)
    #expect(again.maximumTokens == 40)
    try folder.write(#"{"pooling_mode_max_tokens":true}"#, to: "1_Pooling/config.json")
    let error = try #require(throws: ModelLoadError.self) {
      _ = try ModelConversion().convert(folder.path, to: folder.file("other.gguf"))
    }
    #expect(error.code == .unsupported)
  }

  @Test("Packed types leave alone what llama.cpp reads in single precision")
  func packed() throws {
    let model = try #require(Self.encoders().first { $0.name == "bert" })
    let folder = try Self.folder(of: model)
    let report = try ModelConversion(type: .format(.q8_0)).convert(folder.path, to: folder.file("model.gguf"))
    let stored = try GGUFModel.open(folder.file("model.gguf"))
    for name in ["position_embd.weight", "token_types.weight", "token_embd_norm.weight"] {
      #expect(try stored.stored(name).info.type == .dense(.f32), "\(name)")
    }
    // Rows of 24 are no whole blocks of 32; those of 64 are.
    #expect(try stored.stored("blk.0.ffn_down.weight").info.type == .packed(.q8_0))
    #expect(report.widened.contains { $0.name == "blk.0.attn_q.weight" })
  }
}
