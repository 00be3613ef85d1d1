import Foundation
import InkFormats
import InkTensor

/// A LoRA adapter of random numbers for ``TinyModel``, in PEFT's layout.
struct TinyAdapter {
  var seed: UInt64
  var rank = 2
  /// What the second matrices are drawn with; nothing changes with 0.
  var deviation: Float = 0.5
  /// The base that it notes.
  var fingerprint: String?

  func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let configuration = """
      {"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "tiny", "r": \(rank),
       "lora_alpha": \(2 * rank), "target_modules": ["q_proj", "v_proj"], "lora_dropout": 0.0, "bias": "none"}
      """
    try configuration.write(toFile: "\(folder)/adapter_config.json", atomically: true, encoding: .utf8)
    var random = RandomStream(seed: seed, name: "tiny adapter")
    func matrix(_ name: String, _ rows: Int, _ columns: Int, _ scale: Float) -> StoredTensor {
      let values = (0..<rows * columns).map { _ in Float(random.nextUniform() - 0.5) * 2 * scale }
      return StoredTensor(name: name, Tensor(values, shape: [rows, columns]))
    }
    var tensors: [StoredTensor] = []
    for layer in 0..<2 {
      for (module, outputs) in [("q_proj", 32), ("v_proj", 16)] {
        let name = "base_model.model.model.layers.\(layer).self_attn.\(module)"
        tensors.append(matrix("\(name).lora_A.weight", rank, 32, 0.5))
        tensors.append(matrix("\(name).lora_B.weight", outputs, rank, deviation))
      }
    }
    var metadata = [(key: "format", value: "pt")]
    if let fingerprint { metadata.append(("inkstone_base", fingerprint)) }
    try SafetensorsWriter(metadata: metadata).write(tensors, to: "\(folder)/adapter_model.safetensors")
  }
}
