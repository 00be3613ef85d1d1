package import InkChat

/// What `--json` prints: a JSON value whose members keep their order.
package typealias Report = InkChat.JSONValue

extension InkChat.JSONValue {
  /// A whole number.
  package static func whole(_ value: Int) -> Report { .integer(Int64(value)) }

  /// A size.
  package static func whole(_ value: UInt64) -> Report { .integer(Int64(clamping: value)) }

  /// A single-precision number with no more digits than it has.
  package static func single(_ value: Float) -> Report { .number(Double(String(value)) ?? Double(value)) }

  /// A text, or null.
  package static func text(_ value: String?) -> Report { value.map { .string($0) } ?? .null }

  /// Token ids.
  package static func tokens(_ ids: [Int32]) -> Report { .array(ids.map { .integer(Int64($0)) }) }
}
