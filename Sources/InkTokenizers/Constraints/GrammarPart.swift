/// A piece of an answer, for grammars that are put together: text around JSON, one of several tool calls, repetitions.
///
/// ```swift
/// let call = GrammarPart.sequence([.literal("<tool_call>"), .jsonSchema(schema), .literal("</tool_call>")])
/// let grammar = try Grammar(.repeated(call, least: 1, most: nil))
/// ```
public indirect enum GrammarPart: Sendable, Hashable {
  /// This text.
  case literal(String)
  /// JSON text that is valid by a schema, which is given as JSON text in UTF-8; as `Grammar.init(jsonSchema:)`.
  case jsonSchema([UInt8])
  /// Any JSON object.
  case jsonObject
  /// A text that the expression matches as a whole; as `Grammar.init(regularExpression:)`.
  case regularExpression(String)
  /// A text of a grammar from its rule of that name; as `Grammar.init(gbnf:root:)`.
  case gbnf(String, root: String)
  /// Any text up to the first place where this one stands, and this one. It must not be empty.
  case textThrough(String)
  /// All of these in order.
  case sequence([GrammarPart])
  /// One of these.
  case choice([GrammarPart])
  /// The part so many times after itself; without `most`, without end.
  case repeated(GrammarPart, least: Int, most: Int?)
}

extension Grammar {
  /// The texts of a composed answer.
  ///
  /// - Throws: `GrammarError` as the initializers of the parts, and for more than 64 parts inside each other.
  public init(_ part: GrammarPart) throws(GrammarError) {
    var compiler = GrammarPartCompiler()
    let root = try compiler.expression(of: part, depth: 0)
    self = try compiler.builder.grammar(root: root)
  }
}

/// Collects the rules of all parts in one builder.
private struct GrammarPartCompiler {
  var builder = GrammarBuilder()
  private var json = JSONRules()

  private static let depthLimit = 64

  mutating func expression(of part: GrammarPart, depth: Int) throws(GrammarError) -> GrammarExpression {
    guard depth < Self.depthLimit else {
      throw GrammarError(
        .tooLarge, in: "parts of a grammar", expected: "at most \(Self.depthLimit) parts inside each other",
        found: "more",
        hint: "Flatten sequences and choices.")
    }
    switch part {
    case .literal(let text): return .text(text)
    case .jsonSchema(let schema): return try SchemaCompiler.expression(of: schema, &builder, &json)
    case .jsonObject: return try json.object(&builder)
    case .regularExpression(let text): return try Grammar.expression(regularExpression: text)
    case .gbnf(let text, let root): return try GBNFParser.parse(text, root: root, into: &builder)
    case .textThrough(let text): return try textThrough(text)
    case .sequence(let parts):
      var expressions: [GrammarExpression] = []
      for part in parts { expressions.append(try expression(of: part, depth: depth + 1)) }
      return .sequence(expressions)
    case .choice(let parts):
      var expressions: [GrammarExpression] = []
      for part in parts { expressions.append(try expression(of: part, depth: depth + 1)) }
      return .choice(expressions)
    case .repeated(let part, let least, let most):
      return .repetition(try expression(of: part, depth: depth + 1), least: least, most: most)
    }
  }

  /// A rule for each beginning of the text that may stand at the end of what was read, as Knuth, Morris and Pratt search.
  private mutating func textThrough(_ text: String) throws(GrammarError) -> GrammarExpression {
    let scalars = text.unicodeScalars.map(\.value)
    guard !scalars.isEmpty else {
      throw GrammarError(
        .malformed, in: "parts of a grammar", expected: "a text to end at", found: "an empty one",
        hint: "Name the text that ends the part.")
    }
    var fallback = [0, 0]
    for index in 1..<max(1, scalars.count) {
      var length = fallback[index]
      while length > 0, scalars[length] != scalars[index] { length = fallback[length] }
      fallback.append(scalars[length] == scalars[index] ? length + 1 : 0)
    }
    var rules: [Int] = []
    for _ in scalars { rules.append(try builder.addRule("text through \(text.debugDescription)")) }
    for state in scalars.indices {
      var targets: [UInt32: Int] = [:]
      for value in Set(scalars[...state]) {
        var length = state
        while length > 0, scalars[length] != value { length = fallback[length] }
        targets[value] = scalars[length] == value ? length + 1 : 0
      }
      let others = CodePointSet(targets.keys.map { $0...$0 }).inverted
      var branches = [GrammarExpression.sequence([.characters(others), .rule(rules[0])])]
      for (value, target) in targets.sorted(by: { $0.key < $1.key }) {
        let character = GrammarExpression.characters(CodePointSet([value...value]))
        branches.append(target == scalars.count ? character : .sequence([character, .rule(rules[target])]))
      }
      builder.define(rules[state], .choice(branches))
    }
    return .rule(rules[0])
  }
}
