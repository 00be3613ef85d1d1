/// The expressions of published rank files, which hold only ranks: the expression belongs to the name.
package enum RankPattern {
  private static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  private static let cl100k =
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#
  private static let qwen =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let qwen35 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"#
    + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let o200k =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
    + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
    + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// The expression for a rank file of that name.
  ///
  /// - Throws: `usage` for a name that is not known.
  package static func expression(forFile path: String) throws(CommandError) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let known = [
      ("cl100k", cl100k), ("o200k", o200k), ("qwen3_", qwen35), ("qwen", qwen), ("gpt2", gpt2), ("r50k", gpt2),
      ("p50k", gpt2), ("multilingual", gpt2),
    ]
    if let entry = known.first(where: { name.lowercased().hasPrefix($0.0) }) { return entry.1 }
    throw CommandError(
      .usage, context: path, expected: "a name that begins with \(known.map(\.0).joined(separator: ", "))",
      found: name, hint: "Rank files do not say how text is cut: give the expression with --pattern.")
  }
}
