extension TemplateRenderer {
  func applySelection(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let elements = try elements(of: value)
    try charge(elements.count)
    if filter == .map { return .list(try mapped(elements, arguments)) }
    var rest = arguments
    var path: TemplateValue?
    if filter == .selectattr || filter == .rejectattr {
      guard !rest.positional.isEmpty else {
        throw TemplateParameter(callee: filter.rawValue, name: "attribute").missing()
      }
      path = rest.positional.removeFirst()
    }
    var test: TemplateTest?
    if !rest.positional.isEmpty {
      let name = try TemplateParameter(callee: filter.rawValue, name: "test").requiredText(
        rest.positional.removeFirst())
      guard let known = TemplateTest(rawValue: name) else { throw TemplateTest.unknown(name) }
      test = known
    }
    let keeps = filter == .select || filter == .selectattr
    var kept: [TemplateValue] = []
    for element in elements {
      let subject = try path.map { path throws(TemplateError) in try attribute(at: path, of: element) } ?? element
      let holds =
        try test.map { test throws(TemplateError) in try self.holds(test, of: subject, rest) } ?? subject.isTrue
      if holds == keeps { kept.append(element) }
    }
    return .list(kept)
  }

  /// `map('filter', …)` or `map(attribute='…', default=…)`.
  private func mapped(
    _ elements: [TemplateValue], _ arguments: TemplateArguments
  ) throws(TemplateError) -> [TemplateValue] {
    var results: [TemplateValue] = []
    results.reserveCapacity(elements.count)
    guard let first = arguments.positional.first else {
      let bound = try arguments.bound(to: ["attribute", "default"], of: "map")
      guard let path = bound[0] else { throw TemplateParameter(callee: "map", name: "attribute").missing() }
      for element in elements {
        let found = try attribute(at: path, of: element)
        results.append(found.isUndefined ? bound[1] ?? found : found)
      }
      return results
    }
    let name = try TemplateParameter(callee: "map", name: "filter").requiredText(first)
    guard let filter = TemplateFilter(rawValue: name) else { throw TemplateFilter.unknown(name) }
    var rest = arguments
    rest.positional.removeFirst()
    try enter()
    defer { leave() }
    for element in elements { results.append(try apply(filter, to: element, rest)) }
    return results
  }
}
