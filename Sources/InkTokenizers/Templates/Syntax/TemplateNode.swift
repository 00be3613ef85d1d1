/// An expression with the byte where it begins. Chains (`a + b + c`, `x.y.z | f | g`) are flat lists, so that a long
/// one needs no deep recursion.
struct TemplateExpression: Sendable {
  let offset: Int
  let kind: TemplateExpressionKind
}

indirect enum TemplateExpressionKind: Sendable {
  case literal(TemplateValue)
  case name(String)
  case list([TemplateExpression])
  case tuple([TemplateExpression])
  case map([(key: TemplateExpression, value: TemplateExpression)])
  case not(TemplateExpression)
  case negative(TemplateExpression)
  case positive(TemplateExpression)
  case and([TemplateExpression])
  case or([TemplateExpression])
  case arithmetic(TemplateExpression, [(symbol: TemplateSymbol, operand: TemplateExpression)])
  case concatenation([TemplateExpression])
  case comparison(TemplateExpression, [(comparison: TemplateComparison, operand: TemplateExpression)])
  case conditional(value: TemplateExpression, condition: TemplateExpression, otherwise: TemplateExpression?)
  case postfix(TemplateExpression, [TemplatePostfix])
}

enum TemplateComparison: Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, contained, notContained
}

/// One step after a value: `.name`, `[index]`, `[a:b]`, `(…)`, `| filter`, `is test`.
struct TemplatePostfix: Sendable {
  enum Kind: Sendable {
    case attribute(String)
    case item(TemplateExpression)
    case slice(from: TemplateExpression?, to: TemplateExpression?, step: TemplateExpression?)
    case call(TemplateCallArguments)
    case filter(TemplateFilterCall)
    case test(TemplateTest, isNegated: Bool, TemplateCallArguments)
    case unknownTest(String)
  }

  let offset: Int
  let kind: Kind
}

struct TemplateFilterCall: Sendable {
  enum Name: Sendable {
    case known(TemplateFilter)
    /// Jinja complains about an unknown filter inside a condition only when it is reached.
    case unknown(String)
  }

  let name: Name
  let arguments: TemplateCallArguments
}

struct TemplateCallArguments: Sendable {
  var positional: [TemplateExpression] = []
  var named: [(name: String, value: TemplateExpression)] = []
  var positionalExpansion: TemplateExpression?
  var namedExpansion: TemplateExpression?
}

/// What an assignment writes to.
indirect enum TemplateTarget: Sendable {
  case name(String)
  case namespaceAttribute(String, String)
  case group([TemplateTarget])
}

enum TemplateStatement: Sendable {
  case text(String)
  case output(TemplateExpression)
  case conditional([TemplateBranch], otherwise: [TemplateStatement])
  case loop(TemplateLoop)
  case set(TemplateTarget, TemplateExpression)
  case setBlock(TemplateTarget, [TemplateFilterCall], [TemplateStatement], offset: Int)
  case macro(TemplateMacro)
  case callBlock(TemplateMacro, TemplateExpression)
  case filterBlock([TemplateFilterCall], [TemplateStatement], offset: Int)
  case with([(target: TemplateTarget, value: TemplateExpression)], [TemplateStatement])
  case generation([TemplateStatement])
  case breakLoop
  case continueLoop
}

struct TemplateBranch: Sendable {
  let condition: TemplateExpression
  let body: [TemplateStatement]
}

/// A `for` block. A class, so that `loop(…)` of a recursive loop can refer to it.
final class TemplateLoop: Sendable {
  let offset: Int
  let target: TemplateTarget
  let sequence: TemplateExpression
  let condition: TemplateExpression?
  let isRecursive: Bool
  let body: [TemplateStatement]
  let otherwise: [TemplateStatement]

  init(
    offset: Int, target: TemplateTarget, sequence: TemplateExpression, condition: TemplateExpression?,
    isRecursive: Bool, body: [TemplateStatement], otherwise: [TemplateStatement]
  ) {
    self.offset = offset
    self.target = target
    self.sequence = sequence
    self.condition = condition
    self.isRecursive = isRecursive
    self.body = body
    self.otherwise = otherwise
  }
}

/// A macro, or the body of a call block.
final class TemplateMacro: Sendable {
  let offset: Int
  let name: String
  let parameters: [(name: String, defaultValue: TemplateExpression?)]
  let body: [TemplateStatement]
  /// The body reads `varargs`, so surplus arguments are welcome.
  let takesSurplus: Bool
  /// The body reads `kwargs`, so surplus named arguments are welcome.
  let takesNamedSurplus: Bool
  /// The body reads `caller`.
  let usesCaller: Bool

  init(
    offset: Int, name: String, parameters: [(name: String, defaultValue: TemplateExpression?)],
    body: [TemplateStatement], names: Set<String>
  ) {
    self.offset = offset
    self.name = name
    self.parameters = parameters
    self.body = body
    takesSurplus = names.contains("varargs")
    takesNamedSurplus = names.contains("kwargs")
    usesCaller = names.contains("caller")
  }
}
