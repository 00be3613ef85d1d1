extension TemplateValue {
  /// Reads JSON text and keeps the order of object keys, which a template that prints a tool's schema shows.
  ///
  /// Numbers without fraction or exponent become `.int`; one that does not fit 64 bits becomes `.double`.
  /// - Throws: `TemplateError` with code `.invalidJSON` that names line and column.
  public init(json: String) throws(TemplateError) {
    var reader = TemplateJSONReader(bytes: Array(json.utf8))
    self = try reader.document()
  }
}
