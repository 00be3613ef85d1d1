import Foundation
import InkTokenizers

/// Where the template fixtures lie: the golden folder when one is given, else the copies beside the tests.
enum TemplateFixtures {
  static let committed = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/templates")

  static var folder: URL {
    guard let golden = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"] else { return committed }
    return URL(filePath: golden).appending(path: "templates")
  }

  static func text(_ name: String, in folder: URL = folder) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
  }

  static func json(_ name: String, in folder: URL = folder) throws -> TemplateValue {
    try TemplateValue(json: try text(name, in: folder))
  }

  /// `2024-07-26T09:05:07` as a time.
  static func time(_ text: String) -> CivilTime {
    let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard parts.count >= 6 else { return CivilTime(year: 1970, month: 1, day: 1) }
    return CivilTime(
      year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
  }

  static let someTime = CivilTime(year: 2024, month: 7, day: 26, hour: 9, minute: 5, second: 7)
}

extension TemplateValue {
  subscript(key: String) -> TemplateValue? {
    if case .map(let map) = self { return map[key] }
    return nil
  }

  var list: [TemplateValue] {
    if case .list(let elements) = self { return elements }
    return []
  }

  var map: TemplateMap {
    if case .map(let map) = self { return map }
    return TemplateMap()
  }

  var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  var int: Int? {
    if case .int(let number) = self { return number }
    return nil
  }

  var bool: Bool? {
    if case .bool(let flag) = self { return flag }
    return nil
  }
}
