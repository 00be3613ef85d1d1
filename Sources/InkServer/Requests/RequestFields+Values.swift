package import InkChat

extension RequestFields {
  /// A string.
  package mutating func string(_ name: String) throws(ServerError) -> String? {
    guard let value = value(name) else { return nil }
    guard case .string(let text) = value else { throw invalid(name, "a string", found: value) }
    return text
  }

  /// A string that must be there.
  package mutating func requiredString(_ name: String) throws(ServerError) -> String {
    guard let text = try string(name) else { throw missing(name) }
    return text
  }

  /// A truth value.
  package mutating func boolean(_ name: String) throws(ServerError) -> Bool? {
    guard let value = value(name) else { return nil }
    guard case .boolean(let truth) = value else { throw invalid(name, "true or false", found: value) }
    return truth
  }

  /// A whole number in a range.
  package mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(ServerError) -> Int? {
    guard let value = value(name) else { return nil }
    let number: Int? =
      switch value {
      case .integer(let whole): Int(exactly: whole)
      // Some clients write whole numbers with a fraction of zero.
      case .number(let fraction): Int(exactly: fraction)
      case .null, .boolean, .string, .array, .object: nil
      }
    guard let number, range.contains(number) else {
      throw invalid(name, "a whole number from \(range.lowerBound) to \(range.upperBound)", found: value)
    }
    return number
  }

  /// A number in a range.
  package mutating func number(_ name: String, in range: ClosedRange<Double>) throws(ServerError) -> Double? {
    guard let value = value(name) else { return nil }
    guard let number = value.number, range.contains(number) else {
      throw invalid(name, "a number from \(range.lowerBound) to \(range.upperBound)", found: value)
    }
    return number
  }

  /// One of a few words.
  package mutating func word<Word: RawRepresentable<String> & CaseIterable>(
    _ name: String, of type: Word.Type
  ) throws(ServerError) -> Word? {
    guard let value = value(name) else { return nil }
    guard case .string(let text) = value, let word = Word(rawValue: text) else {
      let words = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw invalid(name, "one of \(words)", found: value)
    }
    return word
  }

  /// An array of anything.
  package mutating func array(_ name: String, atMost limit: Int = .max) throws(ServerError) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    guard case .array(let elements) = value else { throw invalid(name, "an array", found: value) }
    guard elements.count <= limit else { throw invalid(name, "an array of at most \(limit)", found: value) }
    return elements
  }

  /// A string or an array of strings.
  package mutating func strings(_ name: String, atMost limit: Int = .max) throws(ServerError) -> [String]? {
    guard let value = value(name) else { return nil }
    if case .string(let text) = value { return [text] }
    guard case .array(let elements) = value, elements.count <= limit else {
      let bound = limit == .max ? "" : " of at most \(limit)"
      throw invalid(name, "a string or an array\(bound) of strings", found: value)
    }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else {
        throw invalid(name, "a string or an array of strings", found: element)
      }
      texts.append(text)
    }
    return texts
  }

  /// The members of an object, as they are.
  package mutating func members(_ name: String) throws(ServerError) -> [JSONMember]? {
    guard let value = value(name) else { return nil }
    guard case .object(let members) = value else { throw invalid(name, "an object", found: value) }
    return members
  }

  /// An object, read by the closure; members that it does not read are unknown.
  package mutating func object<Result>(
    _ name: String, read: (inout RequestFields) throws(ServerError) -> Result
  ) throws(ServerError) -> Result? {
    guard let value = value(name) else { return nil }
    var inner = try RequestFields(value, path: path(name))
    let result = try read(&inner)
    adopt(inner)
    return result
  }

  /// An array of objects, each read by the closure.
  package mutating func objects<Result>(
    _ name: String, atMost limit: Int = .max, read: (inout RequestFields) throws(ServerError) -> Result
  ) throws(ServerError) -> [Result]? {
    guard let elements = try array(name, atMost: limit) else { return nil }
    var results: [Result] = []
    for (index, element) in elements.enumerated() {
      var inner = try RequestFields(element, path: "\(path(name))[\(index)]")
      results.append(try read(&inner))
      adopt(inner)
    }
    return results
  }
}

extension JSONValue {
  /// The value of a number of either kind.
  package var number: Double? {
    switch self {
    case .integer(let whole): Double(whole)
    case .number(let fraction): fraction
    case .null, .boolean, .string, .array, .object: nil
    }
  }
}
