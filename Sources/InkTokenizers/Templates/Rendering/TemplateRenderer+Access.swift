extension TemplateRenderer {
  /// `value.name`: Python looks at methods first, then at keys.
  func attribute(_ name: String, of value: TemplateValue) throws(TemplateError) -> TemplateValue {
    if name.hasPrefix("__") { return .undefined }
    if isMethod(name, of: value) {
      if TemplateMethods.isMutating(name, of: value) { return .undefined }
      try charge(8)
      methods.append((value, name))
      return .runtime(TemplateRuntimeObject(kind: .method(methods.count - 1)))
    }
    switch value {
    case .map(let map): return map[name] ?? .undefined
    case .tuple(let elements) where elements.count == 2 && (name == "grouper" || name == "list"):
      return elements[name == "grouper" ? 0 : 1]
    case .runtime(let object): return try attribute(name, of: object)
    default: return .undefined
    }
  }

  private func attribute(_ name: String, of object: TemplateRuntimeObject) throws(TemplateError) -> TemplateValue {
    switch object.kind {
    case .namespace(let index): return namespaces[index][name] ?? .undefined
    case .loop(let index): return try loopAttribute(name, index)
    case .macro(let index):
      let node = macros[index].node
      switch name {
      case "name": return .string(node.name)
      case "arguments": return .tuple(node.parameters.map { .string($0.name) })
      case "catch_varargs": return .bool(node.takesSurplus)
      case "catch_kwargs": return .bool(node.takesNamedSurplus)
      case "caller": return .bool(node.usesCaller)
      default: return .undefined
      }
    case .cycler(let index) where name == "current": return cyclers[index].values[cyclers[index].position]
    default: return .undefined
    }
  }

  private func loopAttribute(_ name: String, _ index: Int) throws(TemplateError) -> TemplateValue {
    let loop = loops[index]
    let count = loop.elements.count
    switch name {
    case "index": return .int(loop.index + 1)
    case "index0": return .int(loop.index)
    case "revindex": return .int(count - loop.index)
    case "revindex0": return .int(count - loop.index - 1)
    case "first": return .bool(loop.index == 0)
    case "last": return .bool(loop.index == count - 1)
    case "length": return .int(count)
    case "depth": return .int(loop.depth + 1)
    case "depth0": return .int(loop.depth)
    case "previtem": return loop.index > 0 ? loop.elements[loop.index - 1] : .undefined
    case "nextitem": return loop.index + 1 < count ? loop.elements[loop.index + 1] : .undefined
    default: return .undefined
    }
  }

  /// `value[index]`: a key or position first, then an attribute; what does not exist is undefined.
  func item(_ index: TemplateValue, of value: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch (value, index) {
    case (.map(let map), _) where index.canBeKey:
      if let found = map[index] { return found }
    case (.list(let elements), _), (.tuple(let elements), _):
      if let position = index.wholeNumber {
        let position = position < 0 ? position + elements.count : position
        return elements.indices.contains(position) ? elements[position] : .undefined
      }
    case (.string(let text), _):
      if let position = index.wholeNumber { return try scalar(at: position, of: text) }
    default: break
    }
    if case .string(let name) = index { return try attribute(name, of: value) }
    return .undefined
  }

  private func scalar(at position: Int, of text: String) throws(TemplateError) -> TemplateValue {
    try charge(text: text)
    let scalars = text.unicodeScalars
    let found: Unicode.Scalar?
    if position >= 0 {
      found = scalars.dropFirst(position).first
    } else {
      // `-position` would overflow for the smallest integer.
      let fromEnd = position == Int.min ? Int.max : -position
      found = scalars.count < fromEnd ? nil : scalars.suffix(fromEnd).first
    }
    return found.map { .string(String($0)) } ?? .undefined
  }

  /// Python's slice of a list, tuple or text.
  func slice(
    _ value: TemplateValue, from: Int?, to: Int?, step: Int
  ) throws(TemplateError) -> TemplateValue {
    guard step != 0 else { throw TemplateError(.invalidValue, "The step of a slice cannot be zero") }
    switch value {
    case .list(let elements): return .list(try sliced(elements, from: from, to: to, step: step))
    case .tuple(let elements): return .tuple(try sliced(elements, from: from, to: to, step: step))
    case .string(let text):
      try charge(text: text)
      let scalars = Array(text.unicodeScalars)
      var result = String.UnicodeScalarView()
      result.append(contentsOf: try sliced(scalars, from: from, to: to, step: step))
      return .string(String(result))
    default:
      throw TemplateError(
        .wrongType, "A slice cannot be taken", expected: "a list or a string", found: value.typeName)
    }
  }

  private func sliced<Element>(
    _ elements: [Element], from: Int?, to: Int?, step: Int
  ) throws(TemplateError) -> [Element] {
    let count = elements.count
    func clamped(_ bound: Int, _ lowest: Int, _ highest: Int) -> Int {
      min(max(bound < 0 ? bound + count : bound, lowest), highest)
    }
    var result: [Element] = []
    if step > 0 {
      let last = clamped(to ?? count, 0, count)
      var position = clamped(from ?? 0, 0, count)
      while position < last {
        result.append(elements[position])
        guard step < count else { break }
        position += step
      }
    } else {
      let last = to.map { clamped($0, -1, count - 1) } ?? -1
      var position = from.map { clamped($0, -1, count - 1) } ?? count - 1
      while position > last {
        result.append(elements[position])
        guard step > -count else { break }
        position += step
      }
    }
    try charge(result.count)
    return result
  }

  /// What a loop or a filter sees when it goes through a value.
  func elements(of value: TemplateValue) throws(TemplateError) -> [TemplateValue] {
    switch value {
    case .list(let elements), .tuple(let elements):
      return elements
    case .map(let map):
      try charge(map.count)
      return map.entries.map(\.key)
    case .string(let text):
      try charge(text.utf8.count)
      return text.unicodeScalars.map { .string(String($0)) }
    case .undefined: return []
    case .runtime(let object):
      if case .loop(let index) = object.kind { return loops[index].elements }
    default: break
    }
    throw TemplateError(
      .wrongType, "The value cannot be gone through", expected: "a list, a map or a string", found: value.typeName)
  }
}
