/// The evaluated arguments of a call.
struct TemplateArguments {
  var positional: [TemplateValue] = []
  var named: [(name: String, value: TemplateValue)] = []

  /// The arguments in the order of `parameters`, nil where none was given.
  func bound(to parameters: [String], of callee: String) throws(TemplateError) -> [TemplateValue?] {
    guard positional.count <= parameters.count else {
      throw TemplateError(
        .wrongType, "'\(callee)' was given too many arguments", expected: "at most \(parameters.count)",
        found: "\(positional.count)")
    }
    var bound: [TemplateValue?] = positional
    bound += [TemplateValue?](repeating: nil, count: parameters.count - positional.count)
    for argument in named {
      guard let index = parameters.firstIndex(of: argument.name) else {
        throw unexpected(argument.name, of: callee, parameters: parameters)
      }
      guard bound[index] == nil else {
        throw TemplateError(.wrongType, "'\(callee)' was given '\(argument.name)' twice")
      }
      bound[index] = argument.value
    }
    return bound
  }

  func unexpected(_ name: String, of callee: String, parameters: [String]) -> TemplateError {
    let nearest = nearestName(to: name, among: parameters)
    return TemplateError(
      .wrongType, "'\(callee)' has no parameter '\(name)'", hint: nearest.map { "Did you mean '\($0)'?" })
  }
}

/// Checks of single arguments; each names the callee and the parameter that is wrong.
struct TemplateParameter {
  let callee: String
  let name: String

  func missing() -> TemplateError { TemplateError(.wrongType, "'\(callee)' needs the argument '\(name)'") }

  private func wrong(_ value: TemplateValue, expected: String) -> TemplateError {
    TemplateError(
      .wrongType, "'\(callee)' cannot use its argument '\(name)'", expected: expected, found: value.typeName)
  }

  func whole(_ value: TemplateValue?) throws(TemplateError) -> Int? {
    guard let value else { return nil }
    guard let number = value.wholeNumber else { throw wrong(value, expected: "a whole number") }
    return number
  }

  func text(_ value: TemplateValue?) throws(TemplateError) -> String? {
    guard let value else { return nil }
    guard case .string(let text) = value else { throw wrong(value, expected: "a string") }
    return text
  }

  func requiredText(_ value: TemplateValue?) throws(TemplateError) -> String {
    guard let text = try text(value) else { throw missing() }
    return text
  }
}
