import InkFormats
import InkTensor

/// How the converter of llama.cpp writes a family.
struct GGUFRecipe: Sendable {
  typealias Change = @Sendable (GGUFConversion, Tensor) throws -> [Tensor]

  let architecture: String
  /// The names of a checkpoint without layer and suffix, and those of the file; several where a tensor is cut.
  let names: [String: [String]]
  /// What is done to tensors, by the same names; without an entry nothing is.
  var changes: [String: Change] = [:]
  /// Whether the head is the embedding when the configuration does not say.
  var isTiedByDefault = false
  /// Metadata and tensors beyond those that all families write.
  var more: @Sendable (inout GGUFConversion) throws -> Void = { _ in }

  /// The recipe for a configuration; nil for families that llama.cpp does not have, and for settings that its files
  /// cannot say.
  static func recipe(_ config: JSONNode) -> GGUFRecipe? {
    guard let modelType = try? config["model_type"].string else { return nil }
    let isStretchedByLength = (try? config["rope_parameters"]["rope_type"].ifPresent?.string) == "dynamic"
    if isStretchedByLength { return nil }
    switch modelType {
    case "llama", "mistral", "internlm3": return llama
    case "qwen2", "qwen3": return qwen(modelType)
    case "mixtral": return mixtral
    case "qwen2_moe": return qwenExperts("qwen2moe")
    case "qwen3_moe": return qwenExperts("qwen3moe")
    case "deepseek_v2", "deepseek_v3": return deepSeek(.apart)
    case "olmo2": return olmo2
    case "granite": return granite
    case "phi3": return phi3
    case "baichuan": return baichuan(config)
    case "internlm2": return internLM2
    case "gemma", "gemma2": return gemma(modelType)
    case "gemma3_text": return gemma("gemma3")
    case "glm", "chatglm": return chatGLM(config)
    case "glm4": return glm4
    case "gpt2": return gpt2
    case "bloom": return bloom
    case "falcon": return falcon(config)
    case "mpt": return mpt
    case "gpt_neox": return gptNeoX
    case "gptj": return gptJ
    case "phi": return phi
    case "starcoder2": return starCoder2
    case "stablelm": return stableLM
    default: return nil
    }
  }
}

extension GGUFConversion {
  /// Rows of each head from pairs of halves to pairs of neighbours.
  func interleaved(_ tensor: Tensor, heads: Int) -> Tensor {
    let width = tensor.shape[0] / heads
    return reordered(tensor) { row in row / width * width + row % width % 2 * (width / 2) + row % width / 2 }
  }

  /// A fused projection of groups of queries, a key head and a value head, cut into all queries, all keys, all values.
  func ungrouped(_ tensor: Tensor, groups: Int) throws -> [Tensor] {
    let width = try headWidth
    let group = tensor.shape[0] / groups
    let counts = [group / width - 2, 1, 1]
    return counts.indices.map { part in
      let first = counts[..<part].reduce(0, +) * width
      let rows = (0..<groups).flatMap { index in
        (0..<counts[part] * width).map { index * group + first + $0 }
      }
      return self.rows(tensor, rows)
    }
  }

  /// Matrices one below the other.
  func stacked(_ tensors: [Tensor]) -> Tensor {
    let rows = tensors.reduce(0) { $0 + $1.shape[0] }
    let shape = [rows] + tensors[0].shape.array.dropFirst()
    return Tensor(tensors.flatMap { $0.toArray() }, shape: Shape(shape))
  }

  /// Equal parts of the rows.
  func thirds(_ tensor: Tensor) -> [Tensor] {
    let count = tensor.shape[0] / 3
    return (0..<3).map { part in rows(tensor, Array(part * count..<(part + 1) * count)) }
  }

  func scaled(_ tensor: Tensor, by factor: Float) -> Tensor {
    Tensor(tensor.toArray().map { $0 * factor }, shape: tensor.shape)
  }

  private func reordered(_ tensor: Tensor, _ source: (Int) -> Int) -> Tensor {
    rows(tensor, (0..<tensor.shape[0]).map(source))
  }

  private func rows(_ tensor: Tensor, _ rows: [Int]) -> Tensor {
    let values = tensor.toArray()
    let count = values.count / tensor.shape[0]
    return Tensor(
      rows.flatMap { values[$0 * count..<($0 + 1) * count] },
      shape: Shape([rows.count] + tensor.shape.array.dropFirst()))
  }
}
