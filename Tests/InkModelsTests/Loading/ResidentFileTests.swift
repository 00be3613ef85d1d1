#if os(Linux)
  import Foundation
  import InkFormats
  import InkModels
  import InkTensor
  import Testing

  @Suite("What loading leaves of a file in memory")
  struct ResidentFileTests {
    /// Kibibytes of a mapped file that are resident in this process; 0 for a file that is not mapped.
    private func resident(_ path: String) throws -> Int {
      // The file has no size that could be read at once: a handle reads on until nothing comes.
      let handle = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
      let table = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
      var (sum, isHere) = (0, false)
      for line in table.split(separator: "\n") {
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        guard let first = words.first else { continue }
        if !first.hasSuffix(":") {
          isHere = line.hasSuffix(path)
        } else if isHere, first == "Rss:", words.count > 1 {
          sum += Int(words[1]) ?? 0
        }
      }
      return sum
    }

    /// A llama of 27 MiB, in f32.
    private func model(_ folder: TemporaryFolder) throws -> ModelFolder {
      let (width, inner, vocabulary, layers) = (256, 1024, 1000, 6)
      try folder.write(
        """
        {"model_type": "llama", "hidden_size": \(width), "num_attention_heads": 4, "intermediate_size": \(inner),
         "num_hidden_layers": \(layers), "vocab_size": \(vocabulary), "rms_norm_eps": 1e-6, "tie_word_embeddings": false,
         "max_position_embeddings": 64}
        """, to: "config.json")
      var shapes: [(String, Shape)] = [
        ("model.embed_tokens.weight", [vocabulary, width]), ("model.norm.weight", [width]),
        ("lm_head.weight", [vocabulary, width]),
      ]
      for layer in 0..<layers {
        let prefix = "model.layers.\(layer)"
        // Norms lie between the matrices, so that each of them touches another part of the file.
        for part in ["q", "k"] { shapes.append(("\(prefix).self_attn.\(part)_proj.weight", [width, width])) }
        shapes.append(("\(prefix).input_layernorm.weight", [width]))
        for part in ["v", "o"] { shapes.append(("\(prefix).self_attn.\(part)_proj.weight", [width, width])) }
        for part in ["gate", "up"] { shapes.append(("\(prefix).mlp.\(part)_proj.weight", [inner, width])) }
        shapes.append(("\(prefix).post_attention_layernorm.weight", [width]))
        shapes.append(("\(prefix).mlp.down_proj.weight", [width, inner]))
      }
      let tensors = shapes.map { name, shape in
        StoredTensor(name: name, Tensor(Array(repeating: Float(0.01), count: shape.elementCount), shape: shape))
      }
      try SafetensorsWriter().write(tensors, to: folder.file("model.safetensors"))
      return try ModelFolder.open(folder.path)
    }

    @Test("weights are resident once: neither matrices nor vectors keep pages of their file")
    func weights() throws {
      let folder = try TemporaryFolder()
      let model = try model(folder)
      let source = try model.weights.open()
      let spec = try Llama.spec(ModelConfiguration(model.config))
      let cpu = CPU(threads: 2)
      let path = folder.file("model.safetensors")
      _ = try source.tensor("lm_head.weight").toArray()
      #expect(try resident(path) >= 900, "a matrix that was read is not seen")
      let decoder = try DecoderLM(spec: spec, weights: Llama.huggingFaceWeights(spec).load(source), cpu: cpu)
      #expect(try resident(path) < 1024)
      #expect(decoder.logits(ofSequence: [3, 1, 4], cpu: cpu).shape == [3, 1000])
      #expect(try resident(path) < 1024)
      // A folder that is let go of is deleted, and its file has another name in the table.
      withExtendedLifetime((source, folder)) {}
    }
  }
#endif
