import InkFormats
import InkTensor

/// A GGUF file of a few kilobytes with everything a model needs: random weights, a byte tokenizer and a chat template.
struct TinyModel {
  /// How sure the model is of what it says.
  enum Confidence {
    /// Like a trained model: few tokens are probable.
    case sharp
    /// Like an untrained one: all tokens are equally probable.
    case blind
  }

  var architecture = "llama"
  var confidence = Confidence.sharp
  var contextLength = 128
  var template: String? = """
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    """
  /// Put into one weight, to see it found.
  var defect: Float?
  /// A tensor to leave out.
  var missing: String?

  private let width = 32
  private let layers = 2

  private var tokens: [String] {
    let printable = Array(33...126) + Array(161...172) + Array(174...255)
    var spelled = [UInt32](repeating: 0, count: 256)
    var next: UInt32 = 256
    for byte in 0..<256 {
      if printable.contains(byte) {
        spelled[byte] = UInt32(byte)
      } else {
        spelled[byte] = next
        next += 1
      }
    }
    return spelled.map { String(Character(Unicode.Scalar($0) ?? " ")) } + [
      "<|im_start|>", "<|im_end|>", "<|endoftext|>",
    ]
  }

  private var metadata: GGUFMetadata {
    var metadata = GGUFMetadata()
    metadata["general.architecture"] = .string(architecture)
    metadata["general.name"] = .string("Tiny")
    let numbers: [(String, UInt32)] = [
      ("block_count", UInt32(layers)), ("context_length", UInt32(contextLength)), ("embedding_length", UInt32(width)),
      ("feed_forward_length", 64), ("attention.head_count", 4), ("attention.head_count_kv", 2),
    ]
    for (key, value) in numbers { metadata["\(architecture).\(key)"] = .uint32(value) }
    metadata["\(architecture).attention.layer_norm_rms_epsilon"] = .float32(1e-5)
    metadata["tokenizer.ggml.model"] = .string("gpt2")
    metadata["tokenizer.ggml.pre"] = .string("gpt-2")
    metadata["tokenizer.ggml.tokens"] = .array(.strings(GGUFStringArray(tokens)))
    metadata["tokenizer.ggml.token_type"] = .array(.int32([Int32](repeating: 1, count: 256) + [3, 3, 3]))
    metadata["tokenizer.ggml.merges"] = .array(.strings(GGUFStringArray([])))
    metadata["tokenizer.ggml.eos_token_id"] = .uint32(257)
    if let template { metadata["tokenizer.chat_template"] = .string(template) }
    return metadata
  }

  func write(to path: String) throws {
    var random = RandomStream(seed: 5, name: "tiny model")
    func matrix(_ name: String, _ rows: Int, _ columns: Int, _ scale: Float) -> StoredTensor {
      var values = (0..<rows * columns).map { _ in Float(random.nextUniform() - 0.5) * scale }
      if let defect, name == "blk.1.ffn_up.weight" { values[3 * columns + 1] = defect }
      return StoredTensor(name: name, Tensor(values, shape: [rows, columns]))
    }
    func gain(_ name: String) -> StoredTensor {
      StoredTensor(name: name, Tensor([Float](repeating: 1, count: width), shape: [width]))
    }
    let embeddingScale: Float = confidence == .sharp ? 6 : 1e-3
    var tensors = [matrix("token_embd.weight", tokens.count, width, embeddingScale), gain("output_norm.weight")]
    for layer in 0..<layers {
      let prefix = "blk.\(layer)."
      tensors += [
        gain(prefix + "attn_norm.weight"), gain(prefix + "ffn_norm.weight"),
        matrix(prefix + "attn_q.weight", width, width, 0.5), matrix(prefix + "attn_k.weight", width / 2, width, 0.5),
        matrix(prefix + "attn_v.weight", width / 2, width, 0.5),
        matrix(prefix + "attn_output.weight", width, width, 0.5),
        matrix(prefix + "ffn_gate.weight", 64, width, 0.5), matrix(prefix + "ffn_up.weight", 64, width, 0.5),
        matrix(prefix + "ffn_down.weight", width, 64, 0.5),
      ]
    }
    try GGUFWriter(metadata: metadata).write(tensors.filter { $0.name != missing }, to: path)
  }
}
