/// Whether the tokens that begin and end a sequence are put in.
public enum SpecialTokenInsertion: Sendable, Equatable {
  /// As the tokenizer's own rule says (`<s>` in front, for example).
  case add
  /// The text alone.
  case omit
}

/// What special tokens that are spelled out in a text count as.
public enum SpecialTokenParsing: Sendable, Equatable {
  /// They become their id: for text that a chat template has made.
  case parse
  /// They are text like any other: for text that a stranger has written.
  case asText
}

/// Whether special tokens appear in decoded text.
public enum SpecialTokenDecoding: Sendable, Equatable {
  case keep
  case skip
  /// These appear and all others do not: for answers whose marks are special tokens.
  case keepOnly(Set<TokenID>)

  func keeps(_ id: TokenID) -> Bool {
    switch self {
    case .keep: true
    case .skip: false
    case .keepOnly(let ids): ids.contains(id)
    }
  }
}

/// How a sequence that is too long is cut.
public struct Truncation: Sendable, Equatable {
  /// The most tokens in all, special ones included.
  public var maximumLength: Int
  /// The side that is cut away.
  public var side: SequenceSide
  /// What is cut of a pair.
  public var strategy: Strategy
  /// How many tokens of a window the next one repeats, where a long text is cut into windows.
  public var stride: Int

  /// Which of two sequences is cut.
  public enum Strategy: Sendable, Equatable { case longestFirst, onlyFirst, onlySecond }

  /// A rule; published tokenizers cut at the end.
  public init(
    maximumLength: Int, side: SequenceSide = .end, strategy: Strategy = .longestFirst, stride: Int = 0
  ) {
    self.maximumLength = maximumLength
    self.side = side
    self.strategy = strategy
    self.stride = stride
  }
}

/// An end of a sequence.
public enum SequenceSide: Sendable, Equatable { case start, end }

/// How a sequence that is too short is filled up.
public struct Padding: Sendable, Equatable {
  /// The length to reach; nil means the longest of the batch (so a single sequence is not padded).
  public var length: Int?
  /// The length is rounded up to a multiple of this.
  public var multiple: Int?
  /// The side that is filled.
  public var side: SequenceSide
  /// The token that fills.
  public var id: TokenID
  /// Its type id.
  public var typeID: Int32

  /// A rule; published tokenizers fill at the end.
  public init(
    length: Int?, multiple: Int? = nil, side: SequenceSide = .end, id: TokenID = 0, typeID: Int32 = 0
  ) {
    self.length = length
    self.multiple = multiple
    self.side = side
    self.id = id
    self.typeID = typeID
  }
}

/// What `Tokenizer.encoding` does besides finding tokens.
public struct EncodingOptions: Sendable, Equatable {
  /// Whether the tokenizer's own begin and end tokens are put in.
  public var specialTokens: SpecialTokenInsertion
  /// What special tokens spelled out in the text count as.
  public var parsing: SpecialTokenParsing
  /// The rule for long sequences; nil leaves them as they are.
  public var truncation: Truncation?
  /// The rule for short sequences; nil leaves them as they are.
  public var padding: Padding?

  /// The defaults put special tokens in, parse those in the text and keep the length.
  public init(
    specialTokens: SpecialTokenInsertion = .add, parsing: SpecialTokenParsing = .parse,
    truncation: Truncation? = nil, padding: Padding? = nil
  ) {
    self.specialTokens = specialTokens
    self.parsing = parsing
    self.truncation = truncation
    self.padding = padding
  }
}
