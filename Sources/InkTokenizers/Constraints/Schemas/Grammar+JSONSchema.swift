extension Grammar {
  /// JSON text that is valid by a JSON Schema.
  ///
  /// The subset of draft 2020-12 (and of older drafts and OpenAPI where they say the same): `type`, `enum`, `const`,
  /// `nullable`, `properties`, `required`, `additionalProperties`, one of `patternProperties`, `propertyNames`, `items`,
  /// `prefixItems`, `minItems`, `maxItems`, `minLength`, `maxLength`, `pattern`, `format`, limits of numbers, powers of
  /// ten as `multipleOf`, `anyOf`, `oneOf` whose alternatives exclude each other, `allOf`, `$ref` into the schema, also
  /// recursive. Annotations are passed over; every other keyword is refused by name.
  ///
  /// What is written is narrower than what the schema permits, never wider: properties come in the order of the schema;
  /// white space is none, one space, or a new line with its indentation; numbers have at most 18 digits; where no type is
  /// named, keywords such as `properties` imply theirs.
  ///
  /// - Parameter jsonSchema: the schema as JSON text in UTF-8.
  /// - Throws: `GrammarError` with the JSON pointer of the place.
  public init(jsonSchema: [UInt8]) throws(GrammarError) {
    var builder = GrammarBuilder()
    var json = JSONRules()
    let root = try SchemaCompiler.expression(of: jsonSchema, &builder, &json)
    self = try builder.grammar(root: root)
  }

  /// JSON text that is valid by a JSON Schema.
  ///
  /// - Throws: as `init(jsonSchema:)` for bytes.
  public init(jsonSchema: String) throws(GrammarError) {
    try self.init(jsonSchema: Array(jsonSchema.utf8))
  }

  /// Any JSON object.
  ///
  /// - Throws: never, in effect: the grammar is small and without faults.
  public static func jsonObject() throws(GrammarError) -> Grammar {
    var builder = GrammarBuilder()
    var json = JSONRules()
    let root = try json.object(&builder)
    return try builder.grammar(root: root)
  }
}
