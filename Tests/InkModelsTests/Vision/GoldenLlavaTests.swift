import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Golden LLaVA")
struct GoldenLlavaTests {
  static let models = ["llava"].map { GoldenModel(name: $0, folder: GoldenModel.root.appendingPathComponent($0)) }

  /// A loaded model, its prompts and pictures.
  private struct Case {
    let model: VisionLanguageModel
    let expected: SafetensorsFile
    let rows: Tensor
    let cpu: CPU

    init(_ golden: GoldenModel, threads: Int = 2) throws {
      cpu = CPU(threads: threads)
      model = try VisionLanguageModel.load(ModelFolder.open(golden.path()), cpu: cpu)
      expected = try golden.expected()
      let pixels = try expected.tensor("pixel_values")
      rows = model.rows(of: (0..<pixels.shape[0]).map { pixels[$0] }, on: cpu)
    }

    /// The rows of pictures at the places of a prompt's image tokens from a position on, for a step that begins there.
    func embedded(_ tokens: [Int32], from start: Int, imageRow: Int) -> [EmbeddedRows] {
      let places = tokens.indices.filter { tokens[$0] == model.spec.imageToken }
      return places.enumerated().filter { $0.element >= start }.map { index, place in
        EmbeddedRows(start: place - start, rows: rows.slice(imageRow + index..<imageRow + index + 1))
      }
    }

    /// Logits of every position, the prompt cut after `cut` tokens.
    func logits(_ tokens: [Int32], imageRow: Int = 0, cut: Int = 0) -> Tensor {
      let decoder = model.decoder
      let pages = (0...tokens.count / KeyValueLayout.tokensPerPage).map { _ in
        KeyValuePage(layout: decoder.cacheLayout)
      }
      var logits: [Float] = []
      for part in [0..<cut, cut..<tokens.count] where !part.isEmpty {
        let segment = AttentionSegment(rows: 0..<part.count, firstPosition: part.lowerBound, pages: pages)
        let hidden = decoder.hiddenStates(
          tokens: Array(tokens[part]), segments: [segment],
          embedded: embedded(Array(tokens[..<part.upperBound]), from: part.lowerBound, imageRow: imageRow), on: cpu)
        logits += decoder.logits(of: hidden, on: cpu).toArray()
      }
      return Tensor(logits, shape: [tokens.count, decoder.spec.vocabulary])
    }
  }

  @Test("rows of pictures and logits are those of the reference", arguments: models)
  func plain(golden: GoldenModel) throws {
    let test = try Case(golden)
    expectClose(test.rows.toArray(), try test.expected.tensor("projected_image_features").toArray(), "rows of pictures")
    let ids = try test.expected.tensor("input_ids")
    var imageRow = 0
    for row in 0..<ids.shape[0] {
      let tokens = ids[row].toIntegers().map { Int32($0) }
      let logits = test.logits(tokens, imageRow: imageRow)
      expectClose(logits.toArray(), try test.expected.tensor("logits")[row].toArray(), "logits, row \(row)")
      imageRow += tokens.count { $0 == test.model.spec.imageToken }
    }
    #expect(imageRow == test.rows.shape[0])
  }

  @Test(
    "the greedy continuation is the reference's, and cuts inside a picture and threads change no bit", arguments: models
  )
  func greedy(golden: GoldenModel) throws {
    let test = try Case(golden)
    let steps = try test.expected.tensor("greedy.step_logits")
    let ids = try test.expected.tensor("input_ids")
    var tokens = ids[0].toIntegers().map { Int32($0) }
    for step in 0..<steps.shape[0] {
      let row = test.logits(tokens)[tokens.count - 1].toArray()
      expectClose(row, steps[step].toArray(), "step \(step)")
      tokens.append(Int32(row.indices.max { row[$0] < row[$1] } ?? 0))
    }
    let whole = test.logits(tokens).toArray()
    for cut in 1..<tokens.count { #expect(test.logits(tokens, cut: cut).toArray() == whole) }
    #expect(try Case(golden, threads: 3).logits(tokens).toArray() == whole)
  }

  @Test("names of published and of newer checkpoints mean the same", arguments: ["published", "newer"])
  func names(order: String) throws {
    let folder = try ModelFolder.open(GoldenModel.fixture("llava").path())
    let source = try folder.weights.open()
    let configuration = ModelConfiguration(folder.config)
    let spec = try Llava.spec(configuration)
    let renamed = try source.tensorNames.map { name in
      var new = name
      if order == "published" {
        if name.hasPrefix("vision_tower.") { new = "vision_tower.vision_model." + name.dropFirst(13) }
      } else if name == "language_model.lm_head.weight" {
        new = "lm_head.weight"
      } else if name.hasPrefix("language_model.model.") {
        new = "model.language_model." + name.dropFirst(21)
      } else {
        new = "model." + name
      }
      return try source.stored(name).named(new)
    }
    let cpu = CPU(threads: 1)
    let model = try VisionLanguageModel.load(
      spec, configuration, try TensorCollection(renamed), preprocessing: nil, cpu: cpu)
    let pixels = try GoldenModel.fixture("llava").expected().tensor("pixel_values")
    expectClose(
      model.rows(of: [pixels[0]], on: cpu).toArray(),
      try GoldenModel.fixture("llava").expected().tensor("projected_image_features").toArray(), "rows")
  }

  @Test("a tensor that belongs to no part is refused by name")
  func unknownTensor() throws {
    let folder = try ModelFolder.open(GoldenModel.fixture("llava").path())
    let source = try folder.weights.open()
    let configuration = ModelConfiguration(folder.config)
    for name in ["image_newline", "language_model.model.layers.0.extra", "vision_tower.encoder.layers.7.mlp.fc1.bias"] {
      let stored =
        try source.tensorNames.map { try source.stored($0) } + [
          StoredTensor(name: name, Tensor([0], shape: [1]))
        ]
      let error = try #require(throws: ModelLoadError.self) {
        try VisionLanguageModel.load(
          try Llava.spec(configuration), configuration, try TensorCollection(stored), preprocessing: nil,
          cpu: CPU(threads: 1))
      }
      #expect("\(error)".contains(String(name.suffix(10))), "\(error)")
    }
  }

  @Test("query tokens are read into the spec and refused by name")
  func queryTokens() throws {
    let folder = try TemporaryFolder()
    try folder.copy(GoldenModel.fixture("llava").path("model.safetensors"), to: "model.safetensors")
    for config in [
      #"{"model_type": "blip-2", "num_query_tokens": 32, "qformer_config": {"num_hidden_layers": 12}}"#,
      #"""
      {"model_type": "chatglm", "image_length": 32, "qformer_config": {"num_layers": 3, "hidden_size": 768,
       "num_attention_heads": 12, "is_decoder": [true, false, true]}}
      """#,
    ] {
      try folder.write(config, to: "config.json")
      let opened = try ModelFolder.open(folder.path)
      #expect(VisionLanguageModel.isStored(in: opened))
      let error = try #require(throws: ModelLoadError.self) {
        try VisionLanguageModel.load(opened, cpu: CPU(threads: 1))
      }
      #expect(error.code == .unsupported && error.found.contains("32 query tokens"))
    }
  }
}
