/// The methods that Python's values have in a template.
enum StringMethod: String {
  case capitalize, casefold, center, count, endswith, expandtabs, find, format, index, isalnum, isalpha, isascii,
    isdecimal, isdigit, isidentifier, islower, isnumeric, isprintable, isspace, istitle, isupper, join, ljust, lower,
    lstrip, partition, removeprefix, removesuffix, replace, rfind, rindex, rjust, rpartition, rsplit, rstrip, split,
    splitlines, startswith, strip, swapcase, title, upper, zfill
  case formatMap = "format_map"
}

enum ListMethod: String {
  case index, count, copy
}

enum MapMethod: String {
  case get, items, keys, values, copy
}

enum TemplateMethods {
  private static let listChanges = ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"]
  private static let mapChanges = ["clear", "pop", "popitem", "setdefault", "update"]

  /// Methods that would change a value; a template may not.
  static func isMutating(_ name: String, of value: TemplateValue) -> Bool {
    switch value {
    case .list: listChanges.contains(name)
    case .map: mapChanges.contains(name)
    default: false
    }
  }
}

extension TemplateRenderer {
  func isMethod(_ name: String, of value: TemplateValue) -> Bool {
    switch value {
    case .string: return StringMethod(rawValue: name) != nil
    case .list: return ListMethod(rawValue: name) != nil || TemplateMethods.isMutating(name, of: value)
    case .tuple: return name == "index" || name == "count"
    case .map: return MapMethod(rawValue: name) != nil || TemplateMethods.isMutating(name, of: value)
    case .double: return name == "is_integer"
    case .runtime(let object):
      switch object.kind {
      case .loop: return name == "cycle" || name == "changed"
      case .cycler: return name == "next" || name == "reset"
      default: return false
      }
    default: return false
    }
  }

  func callMethod(
    _ name: String, of value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    if TemplateMethods.isMutating(name, of: value) {
      throw TemplateError(
        .forbidden, "'\(name)' would change a \(value.typeName), which a template may not",
        hint: "Build a new value with '+' or 'dict(…)' and keep it in a namespace")
    }
    switch value {
    case .string(let text):
      try charge(text: text)
      if let method = StringMethod(rawValue: name) { return try check(try call(method, of: text, arguments)) }
    case .list(let elements):
      if name == "copy" { return value }
      return try callListMethod(name, elements, arguments)
    case .tuple(let elements): return try callListMethod(name, elements, arguments)
    case .map(let map):
      if let method = MapMethod(rawValue: name) { return try check(try call(method, of: map, arguments)) }
    case .double(let number): return .bool(number.isFinite && number == number.rounded())
    case .runtime(let object): return try callMethod(name, of: object, arguments)
    default: break
    }
    throw TemplateError(.wrongType, "A value of type \(value.typeName) has no method '\(name)'")
  }

  private func callListMethod(
    _ name: String, _ elements: [TemplateValue], _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let bound = try arguments.bound(to: ["value"], of: name)
    guard let wanted = bound[0] else { throw TemplateParameter(callee: name, name: "value").missing() }
    try charge(elements.count)
    var count = 0
    for (position, element) in elements.enumerated() where try equal(element, wanted) {
      if name == "index" { return .int(position) }
      count += 1
    }
    if name == "index" { throw TemplateError(.invalidValue, "The value is not in the list") }
    return .int(count)
  }

  private func call(
    _ method: MapMethod, of map: TemplateMap, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = method.rawValue
    if method == .get {
      let bound = try arguments.bound(to: ["key", "default"], of: name)
      guard let key = bound[0] else { throw TemplateParameter(callee: name, name: "key").missing() }
      guard key.canBeKey else {
        throw TemplateError(.wrongType, "A value of type \(key.typeName) cannot be a key")
      }
      return map[key] ?? bound[1] ?? .none
    }
    _ = try arguments.bound(to: [], of: name)
    switch method {
    case .items: return .list(map.entries.map { .tuple([$0.key, $0.value]) })
    case .keys: return .list(map.entries.map(\.key))
    case .values: return .list(map.entries.map(\.value))
    case .copy, .get: return .map(map)
    }
  }

  private func callMethod(
    _ name: String, of object: TemplateRuntimeObject, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    switch object.kind {
    case .loop(let index) where name == "changed":
      let isSame = loops[index].lastChanged == arguments.positional
      loops[index].lastChanged = arguments.positional
      return .bool(!isSame)
    case .loop(let index):
      guard !arguments.positional.isEmpty else {
        throw TemplateError(.wrongType, "'cycle' needs values to go through")
      }
      return arguments.positional[loops[index].index % arguments.positional.count]
    case .cycler(let index):
      _ = try arguments.bound(to: [], of: name)
      if name == "reset" {
        cyclers[index].position = 0
        return .none
      }
      let value = cyclers[index].values[cyclers[index].position]
      cyclers[index].position = (cyclers[index].position + 1) % cyclers[index].values.count
      return value
    default: throw TemplateError(.wrongType, "The object has no method '\(name)'")
    }
  }
}
