/// What the name in `tokenizer.ggml.pre` stands for.
struct GGUFPreTokenizer {
  let preTokenizer: PreTokenizer
  let wholePieces: BytePairModel.WholePieces

  /// Looks up a name.
  ///
  /// - Throws: `TokenizerError` naming the known ones: a wrong expression would give wrong tokens without a sign.
  init(name: String) throws(TokenizerError) {
    switch name {
    case "default", "gpt-2", "gpt2", "phi-2", "mpt", "olmo", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de":
      self.init(scanner: .gpt2)
    case "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b":
      self.init(scanner: .digitsThenGPT2)
    case "llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral":
      self.init(scanner: .cl100k, wholePieces: .taken)
    case "dbrx", "smaug-bpe", "chatglm-bpe", "glm4":
      self.init(scanner: .cl100k)
    case "qwen2", "deepseek-r1-qwen", "stablelm2", "megrez":
      self.init(scanner: .qwen2)
    case "deepseek-v3":
      self.init(scanner: .deepSeek)
    case "deepseek-coder":
      self.init(steps: try Self.deepSeekCoderExpressions.map(Self.isolated) + [.digits(.individual)])
    case "deepseek-llm":
      self.init(steps: try Self.deepSeekLLMExpressions.map(Self.isolated) + [.digits(.individual)])
    case "falcon":
      self.init(
        steps: try [#"[\p{P}\$\+<=>\^~\|`]+"#, FusedScanner.gpt2Expression, "[0-9][0-9][0-9]"].map(Self.isolated))
    case "bloom", "poro-chat", "gpt3-finnish":
      self.init(steps: [try Self.isolated(Self.bloomExpression)])
    case "viking":
      self.init(steps: [try Self.isolated(Self.bloomExpression), .digits(.individual)])
    case "qwen35": self.init(steps: [try Self.isolated(Self.qwen35Expression)])
    case "tekken": self.init(steps: [try Self.isolated(Self.tekkenExpression)], wholePieces: .taken)
    case "gpt-4o", "llama4":
      self.init(steps: [try Self.isolated(Self.o200kExpression)])
    default:
      throw TokenizerError(
        .unsupported, in: "tokenizer.ggml.pre",
        expected:
          "gpt-2, smollm, llama-bpe, qwen2, deepseek-llm, deepseek-coder, deepseek-v3, falcon, bloom, gpt-4o, qwen35, tekken or default",
        found: "\"\(name)\"", hint: "Load the model's tokenizer.json instead, which spells its expression out.")
    }
  }

  private init(scanner: FusedScanner, wholePieces: BytePairModel.WholePieces = .merged) {
    preTokenizer = PreTokenizer(scanner: scanner)
    self.wholePieces = wholePieces
  }

  private init(steps: [PreTokenizerStep], wholePieces: BytePairModel.WholePieces = .merged) {
    preTokenizer = PreTokenizer(steps + [.byteLevel(.never, .none)])
    self.wholePieces = wholePieces
  }

  private static func isolated(_ expression: String) throws(TokenizerError) -> PreTokenizerStep {
    .split(.expression(try Pattern(expression)), .isolated, .matches)
  }

  private static let hanExpression = "[\u{4E00}-\u{9FA5}\u{0800}-\u{4E00}\u{AC00}-\u{D7FF}]+"
  private static let deepSeekCoderExpressions = ["[\r\n]", #"\s?\p{L}+"#, #"\s?\p{P}+"#, hanExpression]
  /// Letters that have case, punctuation by range, trailing space, Han with Hangul.
  private static let deepSeekLLMExpressions = [
    "[\r\n]", #"\s?["# + deepSeekLLMLetters + "]+",
    #"\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3000}-\x{3002}]+"#, #"\s+$"#, hanExpression,
  ]
  /// The cased letters, in the ranges that the tokenizer itself lists.
  private static let deepSeekLLMLetters =
    #"\x{41}-\x{5A}\x{61}-\x{7A}\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293}"#
    + #"\x{295}-\x{2AF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A}\x{38C}"#
    + #"\x{38E}-\x{3A1}\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{10A0}-\x{10C5}"#
    + #"\x{13A0}-\x{13F5}\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}"#
    + #"\x{1D79}-\x{1D9A}\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}"#
    + #"\x{1F59}\x{1F5B}\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}"#
    + #"\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}"#
    + #"\x{2102}\x{2107}\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}"#
    + #"\x{212F}-\x{2134}\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}"#
    + #"\x{2C7E}-\x{2CE4}\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}"#
    + #"\x{A771}-\x{A787}\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A}"#
    + #"\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}\x{104B0}-\x{104D3}\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}"#
    + #"\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF}\x{1E900}-\x{1E943}"#
  /// Everything between spaces and punctuation, with the space in front.
  static let bloomExpression = #" ?[^(\s|[.,!?…。，、।۔،])]+"#
  /// Words with their marks, numbers one by one.
  private static let qwen35Expression =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"#
    + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
  /// Words by their case, numbers one by one.
  private static let tekkenExpression =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"#
    + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"#
    + #"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  static let o200kExpression =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
    + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
    + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
}
