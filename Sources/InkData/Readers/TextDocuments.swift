/// What the documents of plain text files are.
public struct TextDocuments: Sendable, Hashable {
  /// Where documents end.
  public enum Division: Sendable, Hashable {
    /// A file is a document.
    case wholeFile
    /// Documents are lines; empty ones do not count.
    case lines
    /// One or more empty lines stand between documents.
    case blankLines
    /// A line with exactly this text stands between documents, such as the `%` of fortune files.
    case separatorLine(String)
  }

  /// What becomes of the codes that colour text on terminals.
  public enum TerminalCodes: Sendable, Hashable {
    /// They are text like any other.
    case keep
    /// They are taken out.
    case strip
  }

  /// Where documents end.
  public var division: Division
  /// What becomes of terminal codes.
  public var terminalCodes: TerminalCodes

  /// Documents; by default every file is one.
  public init(division: Division = .wholeFile, terminalCodes: TerminalCodes = .keep) {
    self.division = division
    self.terminalCodes = terminalCodes
  }
}
