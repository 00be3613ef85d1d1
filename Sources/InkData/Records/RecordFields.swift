internal import InkTokenizers

/// The fields of a record under the names that formats give them.
struct RecordFields: Sendable {
  let origin: RecordOrigin
  private let values: TemplateMap
  /// The file's name of a field by the format's.
  private let columns: [String: String]

  init(_ values: TemplateMap, columns: [String: String], origin: RecordOrigin) {
    self.values = values
    self.columns = columns
    self.origin = origin
  }

  /// The names in the file, in their order.
  var names: [String] { values.entries.compactMap { $0.key.dataText } }

  /// Whether there is such a field, be it null.
  func has(_ field: String) -> Bool { values[columns[field] ?? field] != nil }

  /// The value, or nil where it is absent or null.
  func value(_ field: String) -> TemplateValue? {
    guard let value = values[columns[field] ?? field] else { return nil }
    if case .none = value { return nil }
    return value
  }

  /// The value of a field that must be there.
  func required(_ field: String) throws(DataError) -> TemplateValue {
    guard let value = value(field) else {
      let name = columns[field] ?? field
      throw fault(
        "the field \"\(name)\"", names.isEmpty ? "no fields" : "only " + names.joined(separator: ", "),
        hint: "Name the right column if it has another name.")
    }
    return value
  }

  /// Text that must be there; it may be empty.
  func text(_ field: String) throws(DataError) -> String {
    let value = try required(field)
    guard let text = value.dataText else { throw fault("text in \"\(field)\"", value.kindOfData) }
    return text
  }

  /// Text that may be absent or empty, which count as the same.
  func optionalText(_ field: String) throws(DataError) -> String? {
    guard let value = value(field) else { return nil }
    guard let text = value.dataText else { throw fault("text in \"\(field)\"", value.kindOfData) }
    return text.isEmpty ? nil : text
  }

  /// A list that must be there. Tables hold lists as JSON text.
  func list(_ field: String) throws(DataError) -> [TemplateValue] {
    let value = try parsed(try required(field), field)
    guard let list = value.dataList else { throw fault("a list in \"\(field)\"", value.kindOfData) }
    return list
  }

  /// A number that must be there.
  func number(_ field: String) throws(DataError) -> Double {
    let value = try required(field)
    guard let number = value.dataNumber else { throw fault("a number in \"\(field)\"", value.kindOfData) }
    return number
  }

  /// The value, or what its text says as JSON: data sets often hold tools and conversations in this form.
  func parsed(_ value: TemplateValue, _ field: String) throws(DataError) -> TemplateValue {
    guard let text = value.dataText else { return value }
    do {
      return try TemplateValue(json: text)
    } catch {
      throw fault("JSON in \"\(field)\"", error.description)
    }
  }

  /// An error about this record.
  func fault(_ expected: String, _ found: String, hint: String = "") -> DataError {
    DataError(.invalidRecord, context: "\(origin)", expected: expected, found: found, hint: hint)
  }
}
