internal import InkTokenizers

extension TemplateValue {
  /// What the value is, for a message.
  var kindOfData: String {
    if case .string(let text) = self { return "the text \"\(text.prefix(40))\"" }
    if case .list(let elements) = self { return "a list of \(elements.count)" }
    if case .map(let map) = self { return "an object of \(map.count)" }
    if case .int(let number) = self { return "the number \(number)" }
    if case .double(let number) = self { return "the number \(number)" }
    if case .bool(let flag) = self { return "\(flag)" }
    return "null"
  }

  var dataText: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  var dataList: [TemplateValue]? {
    if case .list(let elements) = self { return elements }
    return nil
  }

  var dataMap: TemplateMap? {
    if case .map(let map) = self { return map }
    return nil
  }

  /// A number, also one that a table has as text.
  var dataNumber: Double? {
    if case .int(let number) = self { return Double(number) }
    if case .double(let number) = self { return number.isFinite ? number : nil }
    if case .string(let text) = self, let number = Double(text), number.isFinite { return number }
    return nil
  }
}
