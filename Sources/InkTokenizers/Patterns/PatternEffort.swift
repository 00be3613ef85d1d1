/// How much a search may do before it begins to remember, and how much it remembers.
struct PatternEffort: Sendable {
  /// How many choices and characters of runs a search takes before it remembers what comes of them.
  var patience = 4096
  /// How many states it remembers at most, a power of two.
  var memory = PatternMemory.defaultLimit

  /// How many more it may take for each byte of text that it has got on.
  static let patiencePerByte = 64
}
