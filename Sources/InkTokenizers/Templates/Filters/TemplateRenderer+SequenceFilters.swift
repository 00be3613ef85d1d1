extension TemplateRenderer {
  func applySequence(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = filter.rawValue
    switch filter {
    case .batch:
      return .list(try batched(try elements(of: value), try arguments.bound(to: ["linecount", "fill_with"], of: name)))
    case .slice:
      return .list(try columns(try elements(of: value), try arguments.bound(to: ["slices", "fill_with"], of: name)))
    case .join: return .string(try joined(value, try arguments.bound(to: ["d", "attribute"], of: name)))
    default: break
    }
    _ = try arguments.bound(to: [], of: name)
    switch filter {
    case .first: return try elements(of: value).first ?? .undefined
    case .last: return try elements(of: value).last ?? .undefined
    case .list: return .list(try elements(of: value))
    case .items:
      if value.isUndefined { return .list([]) }
      guard case .map(let map) = value else {
        throw TemplateError(.wrongType, "'items' takes a map", found: value.typeName)
      }
      return .list(map.entries.map { .tuple([$0.key, $0.value]) })
    default:
      if case .string(let text) = value {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.unicodeScalars.reversed())
        return .string(String(view))
      }
      return .list(try elements(of: value).reversed())
    }
  }

  /// Rows of `linecount` elements, the last one filled up when a filler is given.
  private func batched(
    _ elements: [TemplateValue], _ bound: [TemplateValue?]
  ) throws(TemplateError) -> [TemplateValue] {
    guard let size = try TemplateParameter(callee: "batch", name: "linecount").whole(bound[0]), size > 0 else {
      throw TemplateError(.invalidValue, "'batch' needs a positive number of elements")
    }
    var rows: [TemplateValue] = []
    var row: [TemplateValue] = []
    for element in elements {
      if row.count == size {
        rows.append(.list(row))
        row = []
      }
      row.append(element)
    }
    guard !row.isEmpty else { return rows }
    if let filler = bound[1], !filler.isNone {
      try charge(size - row.count)
      row += [TemplateValue](repeating: filler, count: size - row.count)
    }
    return rows + [.list(row)]
  }

  /// A fixed number of columns, the first ones longer by one where it does not come out even.
  private func columns(
    _ elements: [TemplateValue], _ bound: [TemplateValue?]
  ) throws(TemplateError) -> [TemplateValue] {
    guard let count = try TemplateParameter(callee: "slice", name: "slices").whole(bound[0]), count > 0 else {
      throw TemplateError(.invalidValue, "'slice' needs a positive number of slices")
    }
    try charge(count)
    let (length, longer) = (elements.count / count, elements.count % count)
    var columns: [TemplateValue] = []
    var position = 0
    for index in 0..<count {
      let size = length + (index < longer ? 1 : 0)
      var column = Array(elements[position..<position + size])
      position += size
      if let filler = bound[1], !filler.isNone, index >= longer { column.append(filler) }
      columns.append(.list(column))
    }
    return columns
  }

  private func joined(_ value: TemplateValue, _ bound: [TemplateValue?]) throws(TemplateError) -> String {
    let separator = try text(of: bound[0] ?? "")
    var result = ""
    for (index, element) in try elements(of: value).enumerated() {
      if index > 0 { result += separator }
      result += try text(
        of: try bound[1].map { path throws(TemplateError) in try attribute(at: path, of: element) } ?? element)
      guard result.utf8.count <= limits.textBytes else { throw textTooLong() }
      try charge(1 + separator.utf8.count >> 6)
    }
    return result
  }

  /// `"a.b.0"` or a position, followed inside a value: how filters take an `attribute`.
  func attribute(at path: TemplateValue, of value: TemplateValue) throws(TemplateError) -> TemplateValue {
    guard case .string(let text) = path else { return try item(path, of: value) }
    var value = value
    for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      let name = String(decoding: Array(part), as: UTF8.self)
      if value.isUndefined {
        throw TemplateError(.undefinedValue, "The attribute '\(text)' leads through a value that is undefined")
      }
      let isPosition = !part.isEmpty && part.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
      value = try item(isPosition ? Int(name).map { .int($0) } ?? .string(name) : .string(name), of: value)
    }
    return value
  }
}
