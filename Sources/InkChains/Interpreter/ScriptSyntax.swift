/// An expression of a program.
indirect enum ScriptExpression {
  case literal(ScriptValue)
  case name(String)
  case list([ScriptExpression])
  case dictionary([(key: ScriptExpression, value: ScriptExpression)])
  case negative(ScriptExpression)
  case not(ScriptExpression)
  case and(ScriptExpression, ScriptExpression)
  case or(ScriptExpression, ScriptExpression)
  case arithmetic(ScriptOperator, ScriptExpression, ScriptExpression)
  case comparison(ScriptExpression, [(ScriptComparison, ScriptExpression)])
  case conditional(ScriptExpression, then: ScriptExpression, otherwise: ScriptExpression)
  case call(String, [ScriptExpression])
  case method(ScriptExpression, String, [ScriptExpression])
  case index(ScriptExpression, ScriptExpression)
  case slice(ScriptExpression, from: ScriptExpression?, to: ScriptExpression?)
  case comprehension(ScriptExpression, names: [String], in: ScriptExpression, where: ScriptExpression?)
}

enum ScriptOperator: String {
  case plus = "+", minus = "-", times = "*", divide = "/", floor = "//", modulo = "%", power = "**"
}

enum ScriptComparison {
  case equal, unequal, less, lessOrEqual, greater, greaterOrEqual, contained, notContained
}

/// A statement of a program, with its line.
struct ScriptStatement {
  indirect enum Kind {
    case expression(ScriptExpression)
    case assign([ScriptExpression], ScriptExpression)
    case change(ScriptExpression, ScriptOperator, ScriptExpression)
    case branch([(condition: ScriptExpression?, body: [ScriptStatement])])
    case loop(ScriptExpression, [ScriptStatement])
    case each([String], in: ScriptExpression, [ScriptStatement])
    case function(ScriptFunction)
    case give(ScriptExpression?)
    case leave, again, pass
  }
  let kind: Kind
  let line: Int
}

/// A function of a program.
final class ScriptFunction {
  let name: String
  let parameters: [String]
  let body: [ScriptStatement]

  init(name: String, parameters: [String], body: [ScriptStatement]) {
    self.name = name
    self.parameters = parameters
    self.body = body
  }
}
