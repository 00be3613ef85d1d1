/// A name or a path part with wildcards: `*` any characters, `?` one, `[a-z]` one of these, `[!a-z]` one of the others.
struct FilePattern: Sendable, Hashable {
  private enum Element: Sendable, Hashable {
    case anyRun
    case anyOne
    case one(Unicode.Scalar)
    case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
  }

  private let elements: [Element]

  /// Whether text has wildcards at all.
  static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var elements: [Element] = []
    var index = 0
    while index < scalars.count {
      switch scalars[index] {
      case "*":
        if elements.last != .anyRun { elements.append(.anyRun) }
      case "?": elements.append(.anyOne)
      case "[":
        if let (set, next) = Self.set(in: scalars, from: index) {
          elements.append(set)
          index = next
          continue
        }
        elements.append(.one("["))
      default: elements.append(.one(scalars[index]))
      }
      index += 1
    }
    self.elements = elements
  }

  /// A set in brackets and where it ends; nil if the bracket is never closed.
  private static func set(in scalars: [Unicode.Scalar], from start: Int) -> (Element, next: Int)? {
    var index = start + 1
    var isNegated = false
    if index < scalars.count, scalars[index] == "!" || scalars[index] == "^" {
      isNegated = true
      index += 1
    }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    let first = index
    while index < scalars.count {
      if scalars[index] == "]", index > first { return (.oneOf(ranges, isNegated: isNegated), index + 1) }
      if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]",
        scalars[index] <= scalars[index + 2]
      {
        ranges.append(scalars[index]...scalars[index + 2])
        index += 3
      } else {
        ranges.append(scalars[index]...scalars[index])
        index += 1
      }
    }
    return nil
  }

  /// Whether the whole name matches. Names that begin with a dot match only a pattern that does.
  func matches(_ name: String) -> Bool {
    let scalars = Array(name.unicodeScalars)
    if scalars.first == ".", elements.first != .one(".") { return false }
    // On a mismatch the last run takes one more character; earlier runs need never be reopened.
    var element = 0
    var place = 0
    var retry: (element: Int, place: Int)?
    while place < scalars.count {
      if element < elements.count, elements[element] == .anyRun {
        retry = (element, place)
        element += 1
      } else if element < elements.count, accepts(elements[element], scalars[place]) {
        element += 1
        place += 1
      } else if let last = retry {
        retry = (last.element, last.place + 1)
        element = last.element + 1
        place = last.place + 1
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { $0 == .anyRun }
  }

  private func accepts(_ element: Element, _ scalar: Unicode.Scalar) -> Bool {
    switch element {
    case .anyRun: false
    case .anyOne: true
    case .one(let wanted): wanted == scalar
    case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
    }
  }
}
