import Foundation
import InkFormats
import InkTensor

/// A whole GGUF model of a few kilobytes, written by the test: LLaMA layout with random weights, a byte-level
/// vocabulary with the special tokens of ChatML, and a chat template.
struct SmallModel {
  static let template =
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

  static let width = 32
  static let heads = 4
  static let inner = 64

  var metadata = GGUFMetadata()
  var tensors: [StoredTensor] = []
  /// The pieces of the vocabulary by id, in GGUF's spelling.
  private(set) var pieces: [String]

  /// A model; `special` are tokens in front of ChatML's.
  init(layers: Int = 2, template: String? = SmallModel.template, special: [String] = []) throws {
    pieces = (0..<256).map { SmallModel.spelling(of: UInt8($0)) }
    let merges = ["h e", "l l", "he ll", "hell o", "u s", "us e", "use r"]
    pieces += merges.map { $0.replacingOccurrences(of: " ", with: "") }
    pieces += special + ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    addArchitecture(layers: layers)
    addTokenizer(merges: merges, special: special.count + 3)
    if let template { metadata["tokenizer.chat_template"] = .string(template) }
    try addTensors(layers: layers)
  }

  /// The id of a piece.
  func id(_ piece: String) throws -> Int32 {
    guard let index = pieces.firstIndex(of: piece) else {
      throw FormatError(.missing, file: "vocabulary", context: piece)
    }
    return Int32(index)
  }

  @discardableResult
  func write(to path: String) throws -> String {
    try GGUFWriter(metadata: metadata).write(tensors, to: path)
    return path
  }

  private mutating func addArchitecture(layers: Int) {
    metadata["general.architecture"] = .string("llama")
    for (key, value) in [
      ("block_count", layers), ("context_length", 512), ("embedding_length", SmallModel.width),
      ("feed_forward_length", SmallModel.inner), ("attention.head_count", SmallModel.heads),
      ("attention.head_count_kv", 2), ("rope.dimension_count", SmallModel.width / SmallModel.heads),
    ] { metadata["llama.\(key)"] = .uint32(UInt32(value)) }
    metadata["llama.attention.layer_norm_rms_epsilon"] = .float32(1e-5)
    metadata["llama.rope.freq_base"] = .float32(10_000)
  }

  private mutating func addTokenizer(merges: [String], special: Int) {
    let count = pieces.count
    metadata["tokenizer.ggml.model"] = .string("gpt2")
    metadata["tokenizer.ggml.pre"] = .string("smollm")
    metadata["tokenizer.ggml.tokens"] = .array(.strings(GGUFStringArray(pieces)))
    metadata["tokenizer.ggml.token_type"] = .array(.int32((0..<count).map { $0 < count - special ? 1 : 3 }))
    metadata["tokenizer.ggml.merges"] = .array(.strings(GGUFStringArray(merges)))
    metadata["tokenizer.ggml.bos_token_id"] = .uint32(UInt32(count - 2))
    metadata["tokenizer.ggml.eos_token_id"] = .uint32(UInt32(count - 1))
    metadata["tokenizer.ggml.add_bos_token"] = .bool(false)
  }

  private mutating func addTensors(layers: Int) throws {
    let (width, inner) = (SmallModel.width, SmallModel.inner)
    let keyWidth = width / SmallModel.heads * 2
    var shapes: [(String, Shape)] = [("token_embd.weight", [pieces.count, width]), ("output_norm.weight", [width])]
    for layer in 0..<layers {
      shapes += [
        ("attn_norm", [width]), ("attn_q", [width, width]), ("attn_k", [keyWidth, width]),
        ("attn_v", [keyWidth, width]),
        ("attn_output", [width, width]), ("ffn_norm", [width]), ("ffn_gate", [inner, width]),
        ("ffn_up", [inner, width]),
        ("ffn_down", [width, inner]),
      ].map { ("blk.\(layer).\($0).weight", $1) }
    }
    for (name, shape) in shapes {
      var random = RandomStream(seed: 3, name: name)
      let values = (0..<shape.elementCount).map { _ in Float(random.nextUniform() - 0.5) + (shape.rank == 1 ? 1 : 0) }
      let tensor = Tensor(values, shape: shape)
      tensors.append(
        shape.rank == 1 ? StoredTensor(name: name, tensor) : try StoredTensor(name: name, tensor, as: .q8_0))
    }
  }

  /// How GPT-2's vocabulary spells a byte: as itself where it can be seen, else from U+0100 on.
  private static func spelling(of byte: UInt8) -> String {
    let visible = Array(33...126) + Array(161...172) + Array(174...255)
    let number = Int(byte)
    if visible.contains(number) { return String(UnicodeScalar(byte)) }
    let hidden = (0..<256).filter { !visible.contains($0) }
    let place = hidden.firstIndex(of: number) ?? 0
    return UnicodeScalar(UInt32(256 + place)).map { String(Character($0)) } ?? ""
  }
}

/// A folder that is there as long as the value that stands for it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("ink-inference-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}
