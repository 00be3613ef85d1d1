/// For what an expansion may learn tokens.
public enum ExpansionScope: Sendable, Equatable {
  /// Everything that the texts hold.
  case anyText
  /// What holds at least one character beyond ASCII: English and code keep the ids that they have, whatever of them
  /// stands in the texts.
  case beyondASCII
}
