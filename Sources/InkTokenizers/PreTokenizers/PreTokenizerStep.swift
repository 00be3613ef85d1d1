/// One step of cutting text into pieces.
enum PreTokenizerStep: Sendable {
  /// Cuts at the matches of a pattern.
  case split(TextPattern, SplitBehavior, SplitSelection)
  /// Cuts out numbers, each alone or in runs.
  case digits(NumberGrouping)
  /// Cuts at white space and drops it.
  case whitespaceSplit
  /// Cuts into words and runs of symbols, dropping white space (`\w+|[^\w\s]+`).
  case whitespace
  /// Cuts at punctuation.
  case punctuation(SplitBehavior)
  /// Writes spaces as a visible character and cuts before each, as SentencePiece does.
  case metaspace(Metaspace)
  /// Cuts where the script changes (Han and kana are one).
  case scripts
  /// Cuts into pieces of so many characters.
  case fixedLength(Int)
  /// Reads the text as bytes; cuts by the GPT-2 expression or not at all.
  case byteLevel(SpacePrefix, ByteLevelSplit)

  enum SplitBehavior: Sendable { case removed, isolated, mergedWithPrevious, mergedWithNext, contiguous }
  enum SplitSelection: Sendable { case matches, betweenMatches }
  enum NumberGrouping: Sendable { case individual, runs }
  enum SpacePrefix: Sendable { case never, unlessPresent }
  enum ByteLevelSplit: Sendable { case words, none }

  struct Metaspace: Sendable {
    /// The visible character, as UTF-8.
    var replacement: [UInt8]
    var prefix: PrefixScheme
    var splitting: Splitting
    enum PrefixScheme: Sendable { case always, first, never }
    enum Splitting: Sendable { case beforeSpaces, none }
  }
}
