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
  /// As `qwen2`, words with their marks.
  case qwen35 = "qwen35"
  /// Line ends, letters that have case, punctuation, Han with Hangul, single digits.
  case deepSeekLLM = "deepseek-llm"
  /// Line ends, letters, punctuation, Han with Hangul, single digits.
  case deepSeekCoder = "deepseek-coder"
  /// Up to three digits, Chinese with kana, words.
  case deepSeekV3 = "deepseek-v3"
  /// Punctuation in runs, GPT-2's expression, digits in runs of three.
  case falcon = "falcon"
  /// Everything between spaces and punctuation.
  case bloom = "bloom"
  /// Words by their case, single digits.
  case tekken = "tekken"
  /// Words by their case, up to three digits.
  case o200k = "gpt-4o"

  /// What one step of a pre-tokenizer does.
  enum Cut: Equatable {
    /// What the expression finds stands alone.
    case expression(String)
    case singleDigits, digitRuns, punctuationRuns
    /// GPT-2's expression, and bytes as printable characters.
    case words
    /// Bytes as printable characters.
    case bytes
  }

  /// A step of a pre-tokenizer.
  struct Step {
    let type: String
    let node: JSONNode
  }

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
    var cuts: [Cut] = []
    for step in steps { if let cut = try Cut(step) { cuts.append(cut) } }
    let takesWholePieces = try root["model"]["ignore_merges"].ifPresent?.bool == true
    let form = PreTokenizerForm.allCases.first { $0.cuts == cuts && $0.fits(takesWholePieces: takesWholePieces) }
    guard let form, cuts.count == steps.count else {
      throw FormatError(
        .unsupported, file: file, context: "pre_tokenizer",
        expected: PreTokenizerForm.allCases.map(\.rawValue).joined(separator: ", "),
        found: steps.map(\.type).joined(separator: ", "), hint: "GGUF names pre-tokenizers; this one has no name here.")
    }
    self = form
  }

  /// The form of a name in a file: several names stand for the same cut.
  init?(name: String) {
    switch name {
    case "default", "gpt2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling": self = .gpt2
    case "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b": self = .smolLM
    case "llama3", "llama-v3", "falcon3", "pixtral": self = .llama3
    case "dbrx", "chatglm-bpe", "glm4": self = .cl100k
    case "deepseek-r1-qwen", "stablelm2", "megrez": self = .qwen2
    case "poro-chat", "gpt3-finnish": self = .bloom
    case "llama4": self = .o200k
    default: self.init(rawValue: name)
    }
  }

  /// Whether a piece that is a token as a whole is taken without merging.
  var takesWholePieces: Bool { self == .llama3 || self == .tekken }

  /// Whether the form is that of tokenizers that do so; two forms differ in nothing else.
  private func fits(takesWholePieces: Bool) -> Bool {
    switch self {
    case .llama3: takesWholePieces
    case .cl100k: !takesWholePieces
    case .gpt2, .smolLM, .qwen2, .qwen35, .deepSeekLLM, .deepSeekCoder, .deepSeekV3, .falcon, .bloom, .tekken, .o200k:
      true
    }
  }

  /// What the steps do, one after the other.
  var cuts: [Cut] {
    switch self {
    case .gpt2: [.words]
    case .smolLM: [.singleDigits, .words]
    case .llama3, .cl100k: [.expression(Expressions.threeDigits), .bytes]
    case .qwen2: [.expression(Expressions.oneDigit), .bytes]
    case .qwen35: [.expression(Expressions.withMarks), .bytes]
    case .deepSeekLLM:
      [
        .expression("[\r\n]"), .expression(Expressions.casedLetters), .expression(Expressions.punctuation),
        .expression(#"\s+$"#), .expression(Expressions.hanAndHangul), .singleDigits, .bytes,
      ]
    case .deepSeekCoder:
      [
        .expression("[\r\n]"), .expression(#"\s?\p{L}+"#), .expression(#"\s?\p{P}+"#),
        .expression(Expressions.hanAndHangul), .singleDigits, .bytes,
      ]
    case .deepSeekV3:
      [
        .expression(#"\p{N}{1,3}"#), .expression(Expressions.hanAndKana), .expression(Expressions.deepSeekWords),
        .bytes,
      ]
    case .falcon: [.punctuationRuns, .words, .digitRuns, .expression("[0-9][0-9][0-9]")]
    case .bloom: [.expression(Expressions.betweenSpaces), .bytes]
    case .tekken: [.expression(Expressions.tekken), .bytes]
    case .o200k: [.expression(Expressions.o200k), .bytes]
    }
  }

  /// The steps as `tokenizer.json` has them.
  var json: JSONTree {
    let steps = cuts.map(\.json)
    if steps.count == 1 { return steps[0] }
    return .members(["type": .string("Sequence"), "pretokenizers": .array(steps)])
  }
}

extension PreTokenizerForm.Cut {
  /// What a step does; nil for what no form has.
  init?(_ step: PreTokenizerForm.Step) throws(FormatError) {
    let node = step.node
    switch step.type {
    case "ByteLevel": self = try node["use_regex"].ifPresent?.bool ?? true ? .words : .bytes
    case "Digits": self = try node["individual_digits"].ifPresent?.bool == true ? .singleDigits : .digitRuns
    case "Punctuation" where try node["behavior"].ifPresent?.string == "Contiguous": self = .punctuationRuns
    case "Split":
      guard let expression = try node["pattern"]["Regex"].ifPresent?.string else { return nil }
      let isInverted = try node["invert"].ifPresent?.bool ?? false
      switch try node["behavior"].string {
      case "Isolated" where !isInverted: self = .expression(expression)
      // Where an expression finds everything, what lies between its matches is nothing.
      case "Removed" where isInverted && expression.hasSuffix(#"|\s+"#): self = .expression(expression)
      default: return nil
      }
    default: return nil
    }
  }

  /// The step as `tokenizer.json` has it.
  var json: JSONTree {
    switch self {
    case .expression(let expression):
      .members([
        "type": .string("Split"), "pattern": .members(["Regex": .string(expression)]), "behavior": .string("Isolated"),
        "invert": .bool(false),
      ])
    case .singleDigits: .members(["type": .string("Digits"), "individual_digits": .bool(true)])
    case .digitRuns: .members(["type": .string("Digits"), "individual_digits": .bool(false)])
    case .punctuationRuns: .members(["type": .string("Punctuation"), "behavior": .string("Contiguous")])
    case .words, .bytes:
      .members([
        "type": .string("ByteLevel"), "add_prefix_space": .bool(false), "trim_offsets": .bool(true),
        "use_regex": .bool(self == .words),
      ])
    }
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
