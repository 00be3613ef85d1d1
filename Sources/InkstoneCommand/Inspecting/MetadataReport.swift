import InkChat
package import InkFormats

/// Metadata of model files as a report. Long lists are counted, not listed: a vocabulary is a list too.
package enum MetadataReport {
  private static let longestList = 16

  /// A value of GGUF metadata.
  package static func json(_ value: GGUFValue) -> Report {
    switch value {
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .int64: .whole(value.int ?? 0)
    case .uint64(let number): .whole(number)
    case .float32(let number): .single(number)
    case .float64(let number): .number(number)
    case .bool(let flag): .boolean(flag)
    case .string(let text): .string(text)
    case .array(let array): json(array)
    }
  }

  private static func json(_ array: GGUFArray) -> Report {
    guard array.count <= longestList else {
      return ["type": .string("\(array.elementType)"), "count": .whole(array.count)]
    }
    switch array {
    case .strings(let list): return .array(list.map { .string($0) })
    case .float32(let list): return .array(list.map { .single($0) })
    case .float64(let list): return .array(list.map { .number($0) })
    case .bool(let list): return .array(list.map { .boolean($0) })
    case .arrays(let list): return .array(list.map(json))
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64:
      return .array((array.ints ?? []).map { .whole($0) })
    }
  }

  /// A value of a configuration file.
  package static func json(_ value: JSONTree) -> Report {
    switch value {
    case .null: return .null
    case .bool(let flag): return .boolean(flag)
    case .number(let text): return Int64(text).map { .integer($0) } ?? .number(Double(text) ?? .nan)
    case .string(let text): return .string(text)
    case .array(let elements):
      guard elements.count <= longestList else { return ["type": "array", "count": .whole(elements.count)] }
      return .array(elements.map(json))
    case .object(let object):
      guard object.keys.count <= longestList else { return ["type": "object", "count": .whole(object.keys.count)] }
      return .object(object.keys.map { JSONMember($0, json(object[$0] ?? .null)) })
    }
  }

  /// A value on one line of at most 100 characters.
  package static func line(_ value: Report) -> String {
    let text: String
    switch value {
    case .string(let string): text = string.split(whereSeparator: \.isNewline).joined(separator: " ")
    case .object(let members):
      if case .string(let type)? = value["type"], case .integer(let count)? = value["count"], members.count == 2 {
        text = "\(count) × \(type)"
      } else {
        text = value.text
      }
    case .null, .boolean, .integer, .number, .array: text = value.text
    }
    return text.count > 100 ? text.prefix(99) + "…" : text
  }
}
