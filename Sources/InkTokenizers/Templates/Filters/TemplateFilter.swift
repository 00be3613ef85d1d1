/// The filters of Jinja2 (and transformers' `tojson`). Names are decoded when a template is parsed.
enum TemplateFilter: String, CaseIterable, Sendable {
  case abs, attr, batch, capitalize, center, count, d, `default`, dictsort, e, escape, filesizeformat, first, float,
    forceescape, format, groupby, indent, int, items, join, last, length, list, lower, map, max, min, reject,
    rejectattr, replace, reverse, round, safe, select, selectattr, slice, sort, string, striptags, sum, title, tojson,
    trim, truncate, unique, upper, urlencode, wordcount, wordwrap, xmlattr

  /// Filters of Jinja2 that a chat template has no use for.
  private static let unsupported = ["pprint", "random", "urlize"]

  static func unknown(_ name: String) -> TemplateError {
    if unsupported.contains(name) {
      return TemplateError(.unsupported, "The filter '\(name)' is not offered to chat templates")
    }
    let nearest = nearestName(to: name, among: allCases.map(\.rawValue))
    return TemplateError(
      .unknownName, "There is no filter '\(name)'", hint: nearest.map { "Did you mean '\($0)'?" })
  }
}

extension TemplateRenderer {
  func apply(
    _ filter: TemplateFilter, to value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    switch filter {
    case .abs, .float, .int, .round, .filesizeformat: return try applyNumeric(filter, value, arguments)
    case .capitalize, .center, .escape, .e, .forceescape, .format, .indent, .lower, .replace, .safe, .string,
      .striptags,
      .title, .trim, .truncate, .upper, .urlencode, .wordcount, .wordwrap, .xmlattr:
      return try applyText(filter, value, arguments)
    case .batch, .slice, .first, .last, .join, .list, .reverse, .items:
      return try applySequence(filter, value, arguments)
    case .dictsort, .groupby, .sort, .unique, .max, .min, .sum: return try applyOrdering(filter, value, arguments)
    case .map, .select, .reject, .selectattr, .rejectattr: return try applySelection(filter, value, arguments)
    case .tojson: return .string(try json(value, arguments))
    case .count, .length:
      _ = try arguments.bound(to: [], of: filter.rawValue)
      return .int(try length(of: value))
    case .d, .default:
      let bound = try arguments.bound(to: ["default_value", "boolean"], of: filter.rawValue)
      let isMissing = value.isUndefined || (bound[1]?.isTrue ?? false) && !value.isTrue
      return isMissing ? bound[0] ?? "" : value
    case .attr:
      let bound = try arguments.bound(to: ["name"], of: filter.rawValue)
      let name = try TemplateParameter(callee: filter.rawValue, name: "name").requiredText(bound[0])
      // Unlike `value.name`, the filter never looks at keys.
      if case .map = value, !isMethod(name, of: value) { return .undefined }
      return try attribute(name, of: value)
    }
  }

  private func length(of value: TemplateValue) throws(TemplateError) -> Int {
    switch value {
    case .string(let text):
      try charge(text: text)
      return text.unicodeScalars.count
    case .list(let elements), .tuple(let elements): return elements.count
    case .map(let map): return map.count
    case .undefined: return 0
    default:
      if case .runtime(let object) = value, case .loop(let index) = object.kind { return loops[index].elements.count }
      throw TemplateError(.wrongType, "A value of type \(value.typeName) has no length")
    }
  }

  private func json(_ value: TemplateValue, _ arguments: TemplateArguments) throws(TemplateError) -> String {
    let bound = try arguments.bound(to: ["ensure_ascii", "indent", "separators", "sort_keys"], of: "tojson")
    try check(value)
    var writer = TemplateJSONWriter(byteLimit: limits.textBytes)
    if bound[0]?.isTrue ?? false { writer.escaping = .ascii }
    if bound[3]?.isTrue ?? false { writer.keyOrder = .sorted }
    switch bound[1] {
    case nil, .some(.none): break
    case .string(let text)?:
      writer.indentation = text
      writer.itemSeparator = ","
    case let given?:
      let width = try TemplateParameter(callee: "tojson", name: "indent").whole(given) ?? 0
      guard width <= 1024 else { throw TemplateError(.limitExceeded, "'tojson' indents by at most 1024 blanks") }
      writer.indentation = String(repeating: " ", count: Swift.max(0, width))
      writer.itemSeparator = ","
    }
    if let separators = bound[2], !separators.isNone {
      guard let parts = separators.elements, parts.count == 2, case .string(let item) = parts[0],
        case .string(let key) = parts[1]
      else { throw TemplateError(.wrongType, "'tojson' takes two texts as 'separators'") }
      (writer.itemSeparator, writer.keySeparator) = (item, key)
    }
    try writer.write(value)
    try charge(text: writer.text)
    return writer.text
  }
}
