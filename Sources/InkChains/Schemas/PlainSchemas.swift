import Foundation
import InkChat

/// Types that are one value in JSON.
enum PlainSchemas {
  static func find<Value>(_ type: Value.Type) -> (schema: JSONValue, value: Value)? {
    func found(_ name: String, _ value: some Any) -> (schema: JSONValue, value: Value)? {
      (value as? Value).map { (["type": .string(name)], $0) }
    }
    func whole<Number: FixedWidthInteger>(_: Number.Type) -> (schema: JSONValue, value: Value)? {
      guard let zero = Number.zero as? Value else { return nil }
      // Numbers of 64 bits have no bounds worth telling a model; smaller ones and unsigned ones have.
      var members = [JSONMember("type", "integer")]
      if !Number.isSigned || Number.bitWidth < 64 { members.append(JSONMember("minimum", .integer(Int64(Number.min)))) }
      if Number.bitWidth < 64 { members.append(JSONMember("maximum", .integer(Int64(Number.max)))) }
      return (.object(members), zero)
    }
    switch type {
    case is String.Type: return found("string", "")
    case is Bool.Type: return found("boolean", false)
    case is Double.Type: return found("number", 0.0)
    case is Float.Type: return found("number", Float(0))
    case is Decimal.Type: return found("number", Decimal(0))
    case is Int.Type: return whole(Int.self)
    case is Int8.Type: return whole(Int8.self)
    case is Int16.Type: return whole(Int16.self)
    case is Int32.Type: return whole(Int32.self)
    case is Int64.Type: return whole(Int64.self)
    case is UInt.Type: return whole(UInt.self)
    case is UInt8.Type: return whole(UInt8.self)
    case is UInt16.Type: return whole(UInt16.self)
    case is UInt32.Type: return whole(UInt32.self)
    case is UInt64.Type: return whole(UInt64.self)
    case is Date.Type:
      return found("string", Date(timeIntervalSince1970: 0)).map {
        (["type": "string", "description": "ISO 8601 date and time with zone"], $0.value)
      }
    case is UUID.Type: return found("string", UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    case is URL.Type: return URL(string: "https://localhost").flatMap { found("string", $0) }
    default: return nil
    }
  }
}
