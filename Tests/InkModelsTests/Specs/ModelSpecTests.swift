import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Models as data")
struct ModelSpecTests {
  private func spec(_ name: String) throws -> (spec: ModelSpec, tensors: [TensorInfo]) {
    let folder = try ModelFolder.open(GoldenModel.fixture(name).path())
    let source = try folder.weights.open()
    return (try ModelSpec(folder, stored: source), source.tensorNames.compactMap { source.info($0) })
  }

  @Test(
    "every kind of model is told in words: what it attends to, its positions, its feed-forward part",
    arguments: [
      ("llama", ["attention", "position", "feed-forward", "norm", "head"]),
      ("bert", ["attention", "position", "feed-forward", "norm", "heads"]),
      ("t5", ["encoder", "decoder", "position", "feed-forward", "norm", "head"]),
      ("vanilla_transformer", ["encoder", "decoder", "position", "feed-forward", "norm", "head"]),
      ("clip", ["pictures", "texts", "embedding"]),
      ("llava", ["attention", "position", "feed-forward", "norm", "head", "pictures", "connector"]),
    ])
  func words(name: String, parts: [String]) throws {
    let lines = try spec(name).spec.words
    #expect(lines.map(\.part) == parts)
    #expect(lines.allSatisfy { !$0.text.isEmpty })
  }

  @Test("the words are those of the configuration")
  func values() throws {
    let config = try ModelFolder.open(GoldenModel.fixture("bert").path()).config
    let heads = try config["num_attention_heads"].int
    let width = try config["hidden_size"].int / heads
    let bert = try spec("bert").spec.words
    #expect(bert[0].text == "multi-head, \(heads) heads of \(width), biases, every token sees all")
    #expect(bert[1].text == "learned, \(try config["max_position_embeddings"].int) of them")
    let t5 = try spec("t5").spec.words
    #expect(t5.contains { $0.part == "position" && $0.text.contains("learned biases of distances") })
    let llava = try spec("llava").spec
    #expect(llava.sizes.contains { $0.key == "rows_per_image" && $0.value > 0 })
    #expect(llava.contextLength == llava.writer?.contextLength)
  }

  @Test("memory grows with the batch until a step is full, and a model that writes keeps what it read")
  func memory() throws {
    let (bert, tensors) = try spec("bert")
    func estimate(_ batch: Int) -> MemoryEstimate {
      MemoryEstimate(model: bert, tensors: WeightInventory(tensors), context: 32, batch: batch, rows: 128)
    }
    #expect(estimate(1).cache == 0 && estimate(1).weights >= tensors.reduce(0) { $0 + $1.byteCount })
    #expect(estimate(2).workspace == 2 * estimate(1).workspace)
    #expect(estimate(4) == estimate(400))
    let (t5, others) = try spec("t5")
    let writing = [1, 3].map {
      MemoryEstimate(model: t5, tensors: WeightInventory(others), context: 64, batch: $0, rows: 128)
    }
    #expect(writing[0].cachePerToken > 0 && writing[0].cache >= 64 * writing[0].cachePerToken)
    #expect(writing[1].cache == 3 * writing[0].cache)
  }

  @Test("numbers of a configuration that no machine can hold make a large estimate, and rows that are not there none")
  func hostileMemory() throws {
    let most = 1 << 28
    let attention = LatentAttentionSpec(
      heads: most / 4, query: .direct, keyValueRank: most, contentWidth: 2,
      rotary: RotaryEmbedding(width: 2, base: 1e4), valueWidth: 4, scale: 1, norm: .rms(epsilon: 1e-6), bias: .none)
    let layer = LayerSpec(
      mixer: .latent(attention), feedForward: .gated(.silu, width: most, .none), norm: .rms(epsilon: 1e-6), wiring: .pre
    )
    let spec = DecoderSpec(
      vocabulary: most, width: most, layers: Array(repeating: layer, count: 4096), finalNorm: nil,
      head: HeadSpec(weight: .tied), contextLength: most)
    let empty = TensorInfo(name: "a.weight", type: .dense(.f32), shape: [0, 1, 1 << 58], byteCount: 0)
    let estimate = MemoryEstimate(
      model: .decoder(spec), tensors: WeightInventory([empty]), context: most, batch: most, rows: 4096)
    #expect(estimate.weights == 0)
    #expect(estimate.workspace > 1 << 56 && estimate.cache > 1 << 56)
    #expect(estimate.total > estimate.cache)
  }
}
