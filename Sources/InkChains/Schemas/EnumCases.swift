import InkChat

/// Enums whose raw values are texts and whose cases can be listed.
enum EnumCases {
  static func find<Value>(_ type: Value.Type) -> (schema: JSONValue, value: Value)? {
    guard let listed = type as? any (CaseIterable & RawRepresentable).Type else { return nil }
    return cases(listed).flatMap { found in
      (found.first as? Value).map { (["type": "string", "enum": .array(found.words.map { .string($0) })], $0) }
    }
  }

  private static func cases<Listed: CaseIterable & RawRepresentable>(
    _: Listed.Type
  ) -> (words: [String], first: Any)? {
    let all = Array(Listed.allCases)
    let words = all.compactMap { $0.rawValue as? String }
    guard let first = all.first, words.count == all.count else { return nil }
    return (words, first)
  }
}
