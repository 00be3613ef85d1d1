/// Reads the pre-tokenizers of `tokenizer.json`.
enum PreTokenizerLoader {
  static func load(_ field: JSONField) throws(TokenizerError) -> [PreTokenizerStep] {
    let type = try field.required("type").string()
    switch type {
    case "ByteLevel":
      let prefix = try field.flag("add_prefix_space", default: true)
      let words = try field.flag("use_regex", default: true)
      return [.byteLevel(prefix ? .unlessPresent : .never, words ? .words : .none)]
    case "Split":
      let inverted = try field.flag("invert", default: false)
      return [
        .split(
          try NormalizerLoader.pattern(field.required("pattern")), try behavior(field.required("behavior")),
          inverted ? .betweenMatches : .matches)
      ]
    case "Digits":
      return [.digits(try field.flag("individual_digits", default: false) ? .individual : .runs)]
    case "Punctuation":
      guard let behavior = field.optional("behavior") else { return [.punctuation(.isolated)] }
      return [.punctuation(try self.behavior(behavior))]
    case "Whitespace": return [.whitespace]
    case "WhitespaceSplit": return [.whitespaceSplit]
    case "CharDelimiterSplit":
      return [.split(.literal(Array(try field.required("delimiter").string().utf8)), .removed, .matches)]
    case "BertPreTokenizer": return [.whitespaceSplit, .punctuation(.isolated)]
    case "UnicodeScripts": return [.scripts]
    case "FixedLength": return [.fixedLength(try field.optional("length")?.integer(in: 1...1 << 30) ?? 5)]
    case "Metaspace": return [.metaspace(try metaspace(field))]
    case "Sequence":
      var steps: [PreTokenizerStep] = []
      for item in try field.required("pretokenizers").list() { steps += try load(item) }
      return steps
    default:
      throw field.unsupported(
        "ByteLevel, BertPreTokenizer, CharDelimiterSplit, Digits, FixedLength, Metaspace, Punctuation, Sequence, Split, "
          + "UnicodeScripts, Whitespace or WhitespaceSplit",
        "the pre-tokenizer \"\(type)\"")
    }
  }

  private static func behavior(_ field: JSONField) throws(TokenizerError) -> PreTokenizerStep.SplitBehavior {
    switch try field.string() {
    case "Removed": return .removed
    case "Isolated": return .isolated
    case "MergedWithPrevious": return .mergedWithPrevious
    case "MergedWithNext": return .mergedWithNext
    case "Contiguous": return .contiguous
    default: throw field.wrong("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous")
    }
  }

  private static func metaspace(_ field: JSONField) throws(TokenizerError) -> PreTokenizerStep.Metaspace {
    PreTokenizerStep.Metaspace(
      replacement: Array(try field.required("replacement").string().utf8), prefix: try prefixScheme(field),
      splitting: try field.flag("split", default: true) ? .beforeSpaces : .none)
  }

  /// `prepend_scheme`, or the older `add_prefix_space`.
  static func prefixScheme(_ field: JSONField) throws(TokenizerError) -> PreTokenizerStep.Metaspace.PrefixScheme {
    guard let scheme = field.optional("prepend_scheme") else {
      return try field.flag("add_prefix_space", default: true) ? .always : .never
    }
    switch try scheme.string() {
    case "always": return .always
    case "first": return .first
    case "never": return .never
    default: throw scheme.wrong("always, first or never")
    }
  }
}
