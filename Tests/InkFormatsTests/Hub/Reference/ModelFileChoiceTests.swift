import InkFormats
import Testing

@Suite("Choosing the files of a model")
struct ModelFileChoiceTests {
  private static let quants = [
    "README.md", "M-Q4_0.gguf", "M-Q4_K_M.gguf", "M-Q8_0-00002-of-00002.gguf", "M-Q8_0-00001-of-00002.gguf",
    "M-IQ4_0.gguf", "mmproj-M-Q4_0.gguf", "bf16/M-BF16.gguf", "M.f16.gguf",
  ]

  @Test(
    "a quantization picks its file, whatever the case and the separator",
    arguments: [
      ("Q4_0", ["M-Q4_0.gguf"]), ("q4_k_m", ["M-Q4_K_M.gguf"]), ("IQ4_0", ["M-IQ4_0.gguf"]),
      ("Q8_0", ["M-Q8_0-00001-of-00002.gguf", "M-Q8_0-00002-of-00002.gguf"]), ("bf16", ["bf16/M-BF16.gguf"]),
      ("F16", ["M.f16.gguf"]),
    ])
  func quantization(name: String, files: [String]) throws {
    #expect(try ModelFileChoice.choose(from: Self.quants, quantization: name, in: "m") == .gguf(files))
  }

  @Test("without one the usual quantization is taken, or the only file")
  func preferred() throws {
    #expect(try ModelFileChoice.choose(from: Self.quants, quantization: nil, in: "m") == .gguf(["M-Q4_K_M.gguf"]))
    #expect(try ModelFileChoice.choose(from: ["x.gguf"], quantization: nil, in: "m") == .gguf(["x.gguf"]))
  }

  @Test("what there is is listed when nothing fits")
  func none() {
    let error = #expect(throws: HubError.self) {
      _ = try ModelFileChoice.choose(from: Self.quants, quantization: "Q3_K", in: "m")
    }
    #expect(error?.code == .noMatchingFile)
    #expect(error?.found.contains("M-Q4_K_M") == true)
  }

  @Test("a missing shard is noticed")
  func shard() {
    let error = #expect(throws: HubError.self) {
      _ = try ModelFileChoice.choose(from: ["a-Q4_0-00002-of-00002.gguf"], quantization: "Q4_0", in: "m")
    }
    #expect(error?.expected == "2 shards")
  }

  @Test("a folder takes safetensors, settings and tokenizer, and no second copy of the weights")
  func folder() throws {
    let files = [
      "config.json", "model.safetensors", "pytorch_model.bin", "consolidated.safetensors", "tokenizer.json",
      "tokenizer.model", "merges.txt", "README.md", "onnx/model.onnx", "onnx/config.json", "1_Pooling/config.json",
      "chat_template.jinja", "model.Q4_0.gguf", ".gitattributes",
    ]
    #expect(
      try ModelFileChoice.choose(from: files, quantization: nil, in: "m")
        == .folder([
          "config.json", "model.safetensors", "tokenizer.json", "tokenizer.model", "merges.txt",
          "1_Pooling/config.json",
          "chat_template.jinja",
        ]))
    #expect(
      try ModelFileChoice.choose(from: ["config.json", "pytorch_model.bin"], quantization: nil, in: "m")
        == .folder(["config.json", "pytorch_model.bin"]))
  }

  @Test("a repository without weights is refused")
  func noWeights() {
    #expect(throws: HubError.self) {
      _ = try ModelFileChoice.choose(from: ["config.json", "README.md"], quantization: nil, in: "m")
    }
  }
}
