import Foundation
import InkTokenizers

/// Tokenizers whose every byte is a token, so that expectations can be written by hand.
enum ByteTokenizer {
  /// The special tokens and their ids, which follow the bytes.
  static let specials = ["<s>": 256, "</s>": 257, "<|im_start|>": 258, "<|im_end|>": 259, "<|end|>": 260]

  /// Whether white space at the ends of a token counts as its characters.
  enum Offsets { case whole, trimmed }

  /// - Parameters:
  ///   - more: special tokens besides, numbered on.
  ///   - offsets: how offsets treat white space.
  static func make(more: [String] = [], offsets: Offsets = .whole) throws -> Tokenizer {
    var specials = specials
    for content in more where specials[content] == nil { specials[content] = 256 + specials.count }
    var vocabulary: [String: Int] = [:]
    for byte in 0...255 { vocabulary[String(Character(alphabet[byte]))] = byte }
    let added = specials.sorted { $0.value < $1.value }.map { content, id in
      [
        "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
        "special": true,
      ] as [String: Any]
    }
    let file: [String: Any] = [
      "version": "1.0", "added_tokens": added,
      "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true],
      "post_processor": [
        "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": offsets == .trimmed, "use_regex": true,
      ],
      "decoder": ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true],
      "model": ["type": "BPE", "vocab": vocabulary, "merges": [] as [String]],
    ]
    let configuration = Data(#"{"eos_token": "</s>", "bos_token": "<s>"}"#.utf8)
    return try Tokenizer(
      tokenizerJSON: Array(try JSONSerialization.data(withJSONObject: file)),
      configuration: try TokenizerConfiguration(json: Array(configuration)))
  }

  /// The printable characters that byte-level vocabularies write bytes with.
  private static let alphabet: [Unicode.Scalar] = {
    var next: UInt32 = 256
    return (0...255).map { byte in
      if (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte) {
        return Unicode.Scalar(UInt8(byte))
      }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? " "
    }
  }()
}

extension Tokenizer {
  /// The text of the tokens that count, with `|` between those that do not follow each other.
  func marked(_ tokens: [TokenID], _ weights: [Float]) throws -> String {
    var parts: [[TokenID]] = []
    var isOpen = false
    for (token, weight) in zip(tokens, weights) {
      if weight > 0 {
        if isOpen { parts[parts.count - 1].append(token) } else { parts.append([token]) }
      }
      isOpen = weight > 0
    }
    return try parts.map { try decode($0, specialTokens: .keep) }.joined(separator: "|")
  }
}
