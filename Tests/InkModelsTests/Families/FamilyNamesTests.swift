import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Names in published checkpoints")
struct FamilyNamesTests {
  /// Checkpoints of the bare model leave the first part of the names out, and its frequencies and masks are no weights.
  @Test(
    "names load with and without their first part, and what older versions stored beside the weights is left out",
    arguments: [
      ("bloom", "transformer.", []), ("falcon_7b_style", "transformer.", []), ("mpt", "transformer.", []),
      ("gpt_neox", "gpt_neox.", ["layers.0.attention.bias", "layers.1.attention.rotary_emb.inv_freq"]),
      ("gptj", "transformer.", ["h.0.attn.bias", "h.1.attn.masked_bias"]),
      ("moss", "transformer.", ["h.0.attn.causal_mask"]), ("opt", "model.", []), ("opt_post_norm", "model.", []),
    ] as [(String, String, [String])])
  func withoutPrefix(name: String, prefix: String, more: [String]) throws {
    let model = GoldenModel.fixture(name)
    let folder = try ModelFolder.open(model.path())
    let source = try folder.weights.open()
    var tensors: [StoredTensor] = []
    for name in source.tensorNames {
      let short = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
      tensors.append(StoredTensor(name: short, try source.stored(name).float32()))
    }
    tensors += more.map { StoredTensor(name: $0, Tensor([1, 2], shape: [2])) }
    let other = try TemporaryFolder()
    try other.copy(model.path("config.json"), to: "config.json")
    try SafetensorsWriter().write(tensors, to: other.file("model.safetensors"))
    let cpu = CPU(threads: 1)
    let ids: [Int32] = [3, 5, 8, 13]
    let found = try DecoderLM.load(ModelFolder.open(other.path), cpu: cpu).logits(ofSequence: ids, cpu: cpu)
    let expected = try DecoderLM.load(folder, cpu: cpu).logits(ofSequence: ids, cpu: cpu)
    #expect(found.toArray() == expected.toArray())
  }
}
