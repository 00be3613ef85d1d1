extension TemplateRenderer {
  func applyOrdering(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = filter.rawValue
    switch filter {
    case .dictsort: return .list(try sortedEntries(value, arguments))
    case .groupby: return .list(try grouped(value, arguments))
    case .sort:
      let bound = try arguments.bound(to: ["reverse", "case_sensitive", "attribute"], of: name)
      let elements = try elements(of: value)
      let keys = try keys(of: elements, paths: paths(bound[2]), isCaseSensitive: bound[1]?.isTrue ?? false)
      return .list(try order(of: keys, descending: bound[0]?.isTrue ?? false).map { elements[$0] })
    case .unique:
      let bound = try arguments.bound(to: ["case_sensitive", "attribute"], of: name)
      let elements = try elements(of: value)
      let keys = try keys(
        of: elements, paths: bound[1].map { [$0] } ?? [], isCaseSensitive: bound[0]?.isTrue ?? false)
      var seen: Set<TemplateValue> = []
      var kept: [TemplateValue] = []
      for (element, key) in zip(elements, keys) {
        guard key.canBeKey else {
          throw TemplateError(.wrongType, "'unique' cannot tell values of type \(key.typeName) apart")
        }
        if seen.insert(key).inserted { kept.append(element) }
      }
      return .list(kept)
    case .max, .min:
      let bound = try arguments.bound(to: ["case_sensitive", "attribute"], of: name)
      let elements = try elements(of: value)
      let keys = try keys(
        of: elements, paths: bound[1].map { [$0] } ?? [], isCaseSensitive: bound[0]?.isTrue ?? false)
      var best: Int?
      for index in elements.indices {
        guard let current = best else {
          best = index
          continue
        }
        let isBetter = filter == .max ? try isLess(keys[current], keys[index]) : try isLess(keys[index], keys[current])
        if isBetter { best = index }
      }
      return best.map { elements[$0] } ?? .undefined
    default:
      let bound = try arguments.bound(to: ["attribute", "start"], of: name)
      var total = bound[1] ?? .int(0)
      for element in try elements(of: value) {
        let path = bound[0].flatMap { $0.isNone ? nil : $0 }
        let part = try path.map { path throws(TemplateError) in try attribute(at: path, of: element) } ?? element
        total = try arithmetic(total, .add, part)
        try charge(1)
      }
      return total
    }
  }

  /// `"a,b"` sorts by a and then by b.
  private func paths(_ attribute: TemplateValue?) -> [TemplateValue] {
    guard let attribute, !attribute.isNone else { return [] }
    guard case .string(let text) = attribute else { return [attribute] }
    return text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { .string(String(decoding: Array($0), as: UTF8.self)) }
  }

  /// What elements are compared by: themselves or attributes, texts in lower case unless case counts.
  private func keys(
    of elements: [TemplateValue], paths: [TemplateValue], isCaseSensitive: Bool
  ) throws(TemplateError) -> [TemplateValue] {
    var keys: [TemplateValue] = []
    keys.reserveCapacity(elements.count)
    for element in elements {
      try charge(1 + paths.count)
      var parts: [TemplateValue] = []
      for path in paths where !path.isNone {
        parts.append(folded(try attribute(at: path, of: element), isCaseSensitive: isCaseSensitive))
      }
      switch parts.count {
      case 0: keys.append(folded(element, isCaseSensitive: isCaseSensitive))
      case 1: keys.append(parts[0])
      default: keys.append(.list(parts))
      }
    }
    return keys
  }

  private func folded(_ value: TemplateValue, isCaseSensitive: Bool) -> TemplateValue {
    guard !isCaseSensitive, case .string(let text) = value else { return value }
    return .string(TemplateText.lower(text.unicodeScalars))
  }

  /// The positions of `keys` in order: a stable merge sort, because comparing can fail.
  private func order(of keys: [TemplateValue], descending: Bool) throws(TemplateError) -> [Int] {
    var order = Array(keys.indices)
    var width = 1
    while width < order.count {
      var merged: [Int] = []
      merged.reserveCapacity(order.count)
      var start = 0
      while start < order.count {
        let middle = min(start + width, order.count)
        let end = min(start + 2 * width, order.count)
        var (left, right) = (start, middle)
        while left < middle, right < end {
          try charge(1)
          let (a, b) = (keys[order[left]], keys[order[right]])
          let takesRight = descending ? try isLess(a, b) : try isLess(b, a)
          merged.append(order[takesRight ? right : left])
          if takesRight { right += 1 } else { left += 1 }
        }
        merged += order[left..<middle]
        merged += order[right..<end]
        start = end
      }
      order = merged
      width *= 2
    }
    return order
  }

  private func sortedEntries(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> [TemplateValue] {
    let bound = try arguments.bound(to: ["case_sensitive", "by", "reverse"], of: "dictsort")
    guard case .map(let map) = value else {
      throw TemplateError(.wrongType, "'dictsort' takes a map", found: value.typeName)
    }
    let by = try TemplateParameter(callee: "dictsort", name: "by").text(bound[1]) ?? "key"
    guard by == "key" || by == "value" else {
      throw TemplateError(.invalidValue, "'dictsort' sorts by 'key' or by 'value'", found: by)
    }
    let isCaseSensitive = bound[0]?.isTrue ?? false
    let keys = map.entries.map { folded(by == "key" ? $0.key : $0.value, isCaseSensitive: isCaseSensitive) }
    let order = try order(of: keys, descending: bound[2]?.isTrue ?? false)
    return order.map { .tuple([map.entries[$0].key, map.entries[$0].value]) }
  }

  /// Pairs of a common attribute and the elements that have it, sorted by the attribute.
  private func grouped(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> [TemplateValue] {
    let bound = try arguments.bound(to: ["attribute", "default", "case_sensitive"], of: "groupby")
    guard let path = bound[0] else { throw TemplateParameter(callee: "groupby", name: "attribute").missing() }
    let isCaseSensitive = bound[2]?.isTrue ?? false
    let elements = try elements(of: value)
    var attributes: [TemplateValue] = []
    for element in elements {
      try charge(1)
      let found = try attribute(at: path, of: element)
      attributes.append(found.isUndefined ? bound[1] ?? found : found)
    }
    let keys = attributes.map { folded($0, isCaseSensitive: isCaseSensitive) }
    var groups: [(name: TemplateValue, key: TemplateValue, members: [TemplateValue])] = []
    for index in try order(of: keys, descending: false) {
      if let last = groups.indices.last, try equal(groups[last].key, keys[index]) {
        groups[last].members.append(elements[index])
      } else {
        groups.append((attributes[index], keys[index], [elements[index]]))
      }
    }
    return groups.map { .tuple([$0.name, .list($0.members)]) }
  }
}
