import Foundation
import InkFormats
import InkTensor

/// A folder of BERT's with random weights and a vocabulary of letters and a few words: an encoder without a head.
struct HeadlessEncoder {
  private static let vocabulary =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "line", "which", "comes", "third", "first", "stone", "ink"]
    + (97...122).flatMap { letter -> [String] in
      let letter = String(UnicodeScalar(UInt8(letter)))
      return [letter, "##\(letter)"]
    } + (0...9).flatMap { ["\($0)", "##\($0)"] }
  private static let (width, inner, positions) = (24, 48, 64)

  /// Writes it; gives its place.
  func write(in folder: TemporaryFolder) throws -> String {
    let path = folder.file("encoder")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let configuration = """
      {"model_type": "bert", "architectures": ["BertModel"], "hidden_act": "gelu", "hidden_size": \(Self.width),
       "intermediate_size": \(Self.inner), "layer_norm_eps": 1e-12, "max_position_embeddings": \(Self.positions),
       "num_attention_heads": 4, "num_hidden_layers": 2, "type_vocab_size": 2, "vocab_size": \(Self.vocabulary.count),
       "pad_token_id": 0}
      """
    _ = try folder.write(configuration, to: "encoder/config.json")
    _ = try folder.write(Self.vocabulary.joined(separator: "\n"), to: "encoder/vocab.txt")
    try SafetensorsWriter(metadata: [(key: "format", value: "pt")]).write(tensors, to: "\(path)/model.safetensors")
    return path
  }

  private var tensors: [StoredTensor] {
    var random = RandomStream(seed: 9, name: "headless encoder")
    func matrix(_ name: String, _ rows: Int, _ columns: Int) -> StoredTensor {
      let values = (0..<rows * columns).map { _ in Float(random.nextUniform() - 0.5) }
      return StoredTensor(name: name, Tensor(values, shape: [rows, columns]))
    }
    func vector(_ name: String, _ value: Float, _ count: Int) -> StoredTensor {
      StoredTensor(name: name, Tensor([Float](repeating: value, count: count), shape: [count]))
    }
    func norm(_ name: String) -> [StoredTensor] {
      [vector("\(name).LayerNorm.weight", 1, Self.width), vector("\(name).LayerNorm.bias", 0, Self.width)]
    }
    func map(_ name: String, _ rows: Int, _ columns: Int) -> [StoredTensor] {
      [matrix("\(name).weight", rows, columns), vector("\(name).bias", 0, rows)]
    }
    let (width, inner) = (Self.width, Self.inner)
    var tensors = [
      matrix("embeddings.word_embeddings.weight", Self.vocabulary.count, width),
      matrix("embeddings.position_embeddings.weight", Self.positions, width),
      matrix("embeddings.token_type_embeddings.weight", 2, width),
    ]
    tensors += norm("embeddings")
    for layer in 0..<2 {
      let name = "encoder.layer.\(layer)"
      for part in ["query", "key", "value"] { tensors += map("\(name).attention.self.\(part)", width, width) }
      tensors += map("\(name).attention.output.dense", width, width) + norm("\(name).attention.output")
      tensors += map("\(name).intermediate.dense", inner, width)
      tensors += map("\(name).output.dense", width, inner) + norm("\(name).output")
    }
    return tensors
  }
}
