/// The tokenizer part of a GGUF file's metadata, as plain values (`tokenizer.ggml.*`).
public struct GGUFVocabulary: Sendable {
  /// `tokenizer.ggml.model`: `gpt2` for byte-level byte-pair encoding, `llama` for SentencePiece by scores, `t5` for unigram models.
  public var model: String
  /// `tokenizer.ggml.pre`: the name of the pre-tokenizer, such as `smollm`, `qwen2` or `llama-bpe`.
  public var preTokenizer: String
  /// `tokenizer.ggml.tokens`, in id order, as stored (byte-level tokens in their printable spelling).
  public var tokens: PackedStrings
  /// `tokenizer.ggml.merges`, lowest rank first: two tokens and a space between. Empty for SentencePiece.
  public var merges: PackedStrings
  /// `tokenizer.ggml.scores`, one for each token, or empty.
  public var scores: [Float]
  /// `tokenizer.ggml.token_type`, one for each token (1 normal, 2 unknown, 3 control, 4 user defined, 5 unused,
  /// 6 byte), or empty.
  public var tokenTypes: [Int32]
  /// `tokenizer.ggml.bos_token_id`.
  public var beginningOfSequence: TokenID?
  /// `tokenizer.ggml.eos_token_id`.
  public var endOfSequence: TokenID?
  /// `tokenizer.ggml.eot_token_id`.
  public var endOfTurn: TokenID?
  /// `tokenizer.ggml.unknown_token_id`.
  public var unknown: TokenID?
  /// `tokenizer.ggml.padding_token_id`.
  public var padding: TokenID?
  /// `tokenizer.ggml.cls_token_id`.
  public var classification: TokenID?
  /// `tokenizer.ggml.seperator_token_id` (the format spells it like that).
  public var separator: TokenID?
  /// `tokenizer.ggml.mask_token_id`.
  public var mask: TokenID?
  /// `tokenizer.ggml.add_bos_token`; nil when the file does not say.
  public var addsBeginningOfSequence: Bool?
  /// `tokenizer.ggml.add_eos_token`; nil when the file does not say.
  public var addsEndOfSequence: Bool?
  /// `tokenizer.ggml.add_space_prefix`; nil when the file does not say.
  public var addsSpacePrefix: Bool?
  /// `tokenizer.ggml.remove_extra_whitespaces`; nil when the file does not say. Only unigram models heed it.
  public var removesExtraWhitespace: Bool?
  /// `tokenizer.ggml.precompiled_charsmap`, the compiled normalization rules of a unigram model; empty for none.
  public var characterMap: [UInt8]

  /// Collects the values; what a file does not hold is left out.
  public init(
    model: String, preTokenizer: String = "default", tokens: PackedStrings, merges: PackedStrings = PackedStrings(),
    scores: [Float] = [], tokenTypes: [Int32] = [], beginningOfSequence: TokenID? = nil,
    endOfSequence: TokenID? = nil, endOfTurn: TokenID? = nil, unknown: TokenID? = nil, padding: TokenID? = nil,
    classification: TokenID? = nil, separator: TokenID? = nil, mask: TokenID? = nil,
    addsBeginningOfSequence: Bool? = nil, addsEndOfSequence: Bool? = nil, addsSpacePrefix: Bool? = nil,
    removesExtraWhitespace: Bool? = nil, characterMap: [UInt8] = []
  ) {
    self.model = model
    self.preTokenizer = preTokenizer
    self.tokens = tokens
    self.merges = merges
    self.scores = scores
    self.tokenTypes = tokenTypes
    self.beginningOfSequence = beginningOfSequence
    self.endOfSequence = endOfSequence
    self.endOfTurn = endOfTurn
    self.unknown = unknown
    self.padding = padding
    self.classification = classification
    self.separator = separator
    self.mask = mask
    self.addsBeginningOfSequence = addsBeginningOfSequence
    self.addsEndOfSequence = addsEndOfSequence
    self.addsSpacePrefix = addsSpacePrefix
    self.removesExtraWhitespace = removesExtraWhitespace
    self.characterMap = characterMap
  }
}
