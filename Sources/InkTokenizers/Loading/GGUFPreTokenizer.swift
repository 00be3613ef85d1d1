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
    case "gpt-4o", "llama4":
      self.init(steps: [try Self.isolated(Self.o200kExpression)])
    default:
      throw TokenizerError(
        .unsupported, in: "tokenizer.ggml.pre",
        expected: "gpt-2, smollm, llama-bpe, qwen2, deepseek-llm, deepseek-coder, deepseek-v3, gpt-4o or default",
        found: "\"\(name)\"", hint: "Load the model's tokenizer.json instead, which spells its expression out.")
    }
  }

  private init(scanner: FusedScanner, wholePieces: BytePairModel.WholePieces = .merged) {
    preTokenizer = PreTokenizer(scanner: scanner)
    self.wholePieces = wholePieces
  }

  private init(steps: [PreTokenizerStep]) {
    preTokenizer = PreTokenizer(steps + [.byteLevel(.never, .none)])
    wholePieces = .merged
  }

  private static func isolated(_ expression: String) throws(TokenizerError) -> PreTokenizerStep {
    .split(.expression(try Pattern(expression)), .isolated, .matches)
  }

  private static let hanExpression = "[\u{4E00}-\u{9FA5}\u{0800}-\u{4E00}\u{AC00}-\u{D7FF}]+"
  private static let deepSeekCoderExpressions = ["[\r\n]", #"\s?\p{L}+"#, #"\s?\p{P}+"#, hanExpression]
  /// Letters that have case, punctuation by range, trailing space, Han with Hangul.
  private static let deepSeekLLMExpressions = [
    "[\r\n]", #"\s?[\p{Lu}\p{Ll}\p{Lt}]+"#,
    #"\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3000}-\x{3002}]+"#, #"\s+$"#, hanExpression,
  ]
  static let o200kExpression =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
    + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
    + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
}
