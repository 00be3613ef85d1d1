import InkFormats

/// How a byte-level tokenizer cuts text, by the name that GGUF has for it.
enum PreTokenizerForm: String, CaseIterable {
  /// The expression of GPT-2.
  case gpt2 = "gpt-2"
  /// Digits one by one, then GPT-2's expression.
  case smolLM = "smollm"
  /// Up to three digits; whole pieces that are tokens are taken without merging.
  case llama3 = "llama-bpe"
  /// As `llama3`, always merging.
  case cl100k = "smaug-bpe"
  /// Single digits.
  case qwen2 = "qwen2"

  /// A step of a pre-tokenizer.
  struct Step {
    let type: String
    let node: JSONNode
  }

  private static let beforeDigits =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"#
  private static let afterDigits = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let threeDigits = beforeDigits + #"\p{N}{1,3}"# + afterDigits
  private static let oneDigit = beforeDigits + #"\p{N}"# + afterDigits

  /// The steps of a `pre_tokenizer`.
  static func steps(_ node: JSONNode) throws(FormatError) -> [Step] {
    guard let present = node.ifPresent else { return [] }
    let type = try present["type"].string
    guard type == "Sequence" else { return [Step(type: type, node: present)] }
    var steps: [Step] = []
    for part in try present["pretokenizers"].array { steps.append(Step(type: try part["type"].string, node: part)) }
    return steps
  }

  /// Tells the form from the steps, to the letter of their expressions: a near one would give other tokens.
  ///
  /// - Throws: `unsupported` for any other.
  init(_ steps: [Step], root: JSONNode, file: String) throws(FormatError) {
    let types = steps.map(\.type)
    let cutsItself = try steps.last?.node["use_regex"].ifPresent?.bool ?? true
    if types == ["ByteLevel"], cutsItself {
      self = .gpt2
      return
    }
    if types == ["Digits", "ByteLevel"], cutsItself, try steps[0].node["individual_digits"].ifPresent?.bool == true {
      self = .smolLM
      return
    }
    if types == ["Split", "ByteLevel"], !cutsItself, try steps[0].node["behavior"].string == "Isolated" {
      let expression = try steps[0].node["pattern"]["Regex"].ifPresent?.string
      if expression == PreTokenizerForm.threeDigits {
        self = try root["model"]["ignore_merges"].ifPresent?.bool == true ? .llama3 : .cl100k
        return
      }
      if expression == PreTokenizerForm.oneDigit {
        self = .qwen2
        return
      }
    }
    throw FormatError(
      .unsupported, file: file, context: "pre_tokenizer",
      expected: PreTokenizerForm.allCases.map(\.rawValue).joined(separator: ", "),
      found: types.joined(separator: ", "), hint: "GGUF names pre-tokenizers; this one has no name here.")
  }

  /// The steps as `tokenizer.json` has them.
  var json: JSONTree {
    switch self {
    case .gpt2: PreTokenizerForm.byteLevel(cuts: true)
    case .smolLM:
      PreTokenizerForm.sequence([
        .members(["type": .string("Digits"), "individual_digits": .bool(true)]), PreTokenizerForm.byteLevel(cuts: true),
      ])
    case .llama3, .cl100k: PreTokenizerForm.split(PreTokenizerForm.threeDigits)
    case .qwen2: PreTokenizerForm.split(PreTokenizerForm.oneDigit)
    }
  }

  private static func byteLevel(cuts cut: Bool) -> JSONTree {
    .members([
      "type": .string("ByteLevel"), "add_prefix_space": .bool(false), "trim_offsets": .bool(true),
      "use_regex": .bool(cut),
    ])
  }

  private static func split(_ expression: String) -> JSONTree {
    sequence([
      .members([
        "type": .string("Split"), "pattern": .members(["Regex": .string(expression)]),
        "behavior": .string("Isolated"), "invert": .bool(false),
      ]), byteLevel(cuts: false),
    ])
  }

  private static func sequence(_ steps: [JSONTree]) -> JSONTree {
    .members(["type": .string("Sequence"), "pretokenizers": .array(steps)])
  }
}

extension JSONTree {
  /// An object of members in order.
  static func members(_ members: KeyValuePairs<String, JSONTree>) -> JSONTree {
    var object = JSONObject()
    for (key, value) in members { object[key] = value }
    return .object(object)
  }
}
