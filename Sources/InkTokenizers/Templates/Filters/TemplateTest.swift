/// The tests of Jinja2, which stand after `is`.
enum TemplateTest: String, CaseIterable, Sendable {
  case odd, even, divisibleby, defined, undefined, filter, test, none, boolean, `false`, `true`, integer, float, lower,
    upper, string, mapping, number, sequence, iterable, callable, sameas, escaped, `in`
  case eq, equalto, ne, lt, lessthan, le, gt, greaterthan, ge
  case equalSign = "=="
  case notEqualSign = "!="
  case lessSign = "<"
  case lessOrEqualSign = "<="
  case greaterSign = ">"
  case greaterOrEqualSign = ">="

  static func unknown(_ name: String) -> TemplateError {
    let nearest = nearestName(to: name, among: allCases.map(\.rawValue))
    return TemplateError(.unknownName, "There is no test '\(name)'", hint: nearest.map { "Did you mean '\($0)'?" })
  }

  /// The comparison with the argument that the test stands for.
  fileprivate var comparison: TemplateComparison? {
    switch self {
    case .eq, .equalto, .equalSign: .equal
    case .ne, .notEqualSign: .notEqual
    case .lt, .lessthan, .lessSign: .less
    case .le, .lessOrEqualSign: .lessOrEqual
    case .gt, .greaterthan, .greaterSign: .greater
    case .ge, .greaterOrEqualSign: .greaterOrEqual
    case .in: .contained
    default: nil
    }
  }
}

extension TemplateRenderer {
  func holds(
    _ test: TemplateTest, of value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> Bool {
    let takesArgument = test.comparison != nil || test == .divisibleby || test == .sameas
    let bound = try arguments.bound(to: takesArgument ? ["other"] : [], of: test.rawValue)
    if takesArgument {
      guard let other = bound[0] else { throw TemplateParameter(callee: test.rawValue, name: "other").missing() }
      if let comparison = test.comparison { return try compare(value, comparison, other) }
      if test == .divisibleby { return !(try arithmetic(value, .modulo, other).isTrue) }
      return try isSame(value, other)
    }
    switch test {
    case .defined: return !value.isUndefined
    case .undefined: return value.isUndefined
    case .none: return value.isNone
    case .odd, .even:
      let rest = try arithmetic(value, .modulo, .int(2))
      return try equal(rest, .int(test == .odd ? 1 : 0))
    case .boolean: if case .bool = value { return true }
    case .true: if case .bool(true) = value { return true }
    case .false: if case .bool(false) = value { return true }
    case .integer: if case .int = value { return true }
    case .float: if case .double = value { return true }
    case .number: return value.number != nil
    case .string: if case .string = value { return true }
    case .mapping: if case .map = value { return true }
    case .sequence, .iterable: return isIterable(value)
    case .callable: return isCallable(value)
    case .lower: return try call(.islower, of: try text(of: value), TemplateArguments()).isTrue
    case .upper: return try call(.isupper, of: try text(of: value), TemplateArguments()).isTrue
    case .filter: return TemplateFilter(rawValue: value.text) != nil
    case .test: return TemplateTest(rawValue: value.text) != nil
    default: return false
    }
    return false
  }

  private func isSame(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateError) -> Bool {
    switch (left, right) {
    case (.bool, .bool), (.int, .int), (.double, .double), (.string, .string), (.none, .none), (.undefined, .undefined),
      (.list, .list), (.tuple, .tuple), (.map, .map), (.runtime, .runtime):
      return try equal(left, right)
    default: return false
    }
  }

  private func isIterable(_ value: TemplateValue) -> Bool {
    switch value {
    case .undefined, .string, .list, .tuple, .map: return true
    case .runtime(let object):
      if case .loop = object.kind { return true }
      return false
    default: return false
    }
  }

  private func isCallable(_ value: TemplateValue) -> Bool {
    switch value {
    case .undefined: return true
    case .runtime(let object):
      switch object.kind {
      case .function, .macro, .method, .loop, .joiner: return true
      case .namespace, .cycler: return false
      }
    default: return false
    }
  }
}
