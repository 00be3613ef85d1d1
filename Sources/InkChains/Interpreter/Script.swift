/// Runs small programs in a subset of Python that has no way out: no import, no files, no network, no attributes but
/// the methods named below; with limits on steps, memory, nesting and output.
///
/// There are: numbers (64-bit whole numbers, which overflow with an error, and fractions), texts, `True`, `False`,
/// `None`, lists, dictionaries; `= += -= *= /=` for names and elements, `if elif else`, `while`, `for … in`, `break`,
/// `continue`, `pass`, `def`, `return`; `or and not in`, chained comparisons, `+ - * / // % **`, `a if c else b`,
/// indices, slices, list comprehensions; texts with holes, `f"{a} of {b:.2f}"`; the functions `print len range str int
/// float bool abs min max sum round sorted reversed enumerate list format`; the methods `append pop sort index count`
/// of lists, `keys values items get` of dictionaries, and `upper lower strip split join replace startswith endswith
/// find` of texts.
///
/// The same program gives the same result, always.
public enum Script {
  /// What a program may use.
  public struct Limits: Sendable, Hashable {
    /// Statements and operations.
    public var steps: Int
    /// Elements and bytes of text made, all together; what is no longer used still counts.
    public var memory: Int
    /// Bytes of output.
    public var output: Int

    /// Limits.
    public init(steps: Int = 200_000, memory: Int = 4_000_000, output: Int = 20_000) {
      self.steps = steps
      self.memory = memory
      self.output = output
    }
  }

  /// What a program did.
  public struct Result: Sendable, Hashable {
    /// What it printed.
    public var output: String
    /// The value of its last line, when that is an expression and not `None`.
    public var value: String?
  }

  /// Runs a program.
  ///
  /// - Throws: `invalidInput` with the line of what cannot be read or done; `budget` when a limit is reached;
  ///   `cancelled`.
  public static func run(_ source: String, limits: Limits = Limits()) throws(ChainError) -> Result {
    guard source.utf8.count <= 100_000 else {
      throw ChainError(.invalidInput, context: "program", expected: "at most 100000 bytes", found: "more")
    }
    let tokens = try ScriptLexer.tokens(of: source)
    var parser = ScriptParser(tokens)
    let program = try parser.program()
    let runner = ScriptRunner(limits)
    defer { runner.releaseValues() }
    return try runner.run(program)
  }

  static func error(_ line: Int, expected: String = "", found: String = "", hint: String = "") -> ChainError {
    ChainError(.invalidInput, context: "program, line \(line)", expected: expected, found: found, hint: hint)
  }
}
