import Foundation

/// What the head of a part of a form says.
struct MultipartPart: Sendable, Hashable {
  /// The name of the form's field.
  var name: String
  /// The name of the file, as the client gives it; nil for a plain value.
  var fileName: String?

  /// Reads the lines of a head.
  ///
  /// - Throws: `invalidRequest` for one that does not say which field it is.
  init(head: [UInt8]) throws(ServerError) {
    for line in String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      guard line[..<colon].lowercased() == "content-disposition" else { continue }
      let parameters = Self.parameters(line[line.index(after: colon)...])
      guard parameters.kind == "form-data", let name = parameters.values["name"] else { break }
      self.name = name
      if let extended = parameters.values["filename*"], let decoded = Self.decode(extended) {
        fileName = decoded
      } else {
        fileName = parameters.values["filename"]
      }
      return
    }
    throw .invalidForm("a part does not say \"Content-Disposition: form-data; name=…\"")
  }

  /// `kind; name="value"; name=value`.
  private static func parameters(_ text: Substring) -> (kind: String, values: [String: String]) {
    var values: [String: String] = [:]
    var rest = text
    let kind = take(&rest, until: ";").trimmingCharacters(in: .whitespaces).lowercased()
    while !rest.isEmpty {
      let name = take(&rest, until: "=").trimmingCharacters(in: .whitespaces).lowercased()
      rest = rest.drop { $0 == " " || $0 == "\t" }
      var value = ""
      if rest.first == "\"" {
        rest.removeFirst()
        while let character = rest.popFirst(), character != "\"" {
          // Browsers write %22 for a quote and leave backslashes alone; others write \".
          if character == "\\", let next = rest.first, next == "\"" || next == "\\" {
            value.append(next)
            rest.removeFirst()
          } else {
            value.append(character)
          }
        }
        _ = take(&rest, until: ";")
      } else {
        value = take(&rest, until: ";").trimmingCharacters(in: .whitespaces)
      }
      if !name.isEmpty, values[name] == nil { values[name] = value }
    }
    return (kind, values)
  }

  private static func take(_ rest: inout Substring, until end: Character) -> String {
    guard let place = rest.firstIndex(of: end) else {
      defer { rest = "" }
      return String(rest)
    }
    defer { rest = rest[rest.index(after: place)...] }
    return String(rest[..<place])
  }

  /// `UTF-8''name%20of%20file` (RFC 8187).
  private static func decode(_ text: String) -> String? {
    let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
    return String(parts[2]).removingPercentEncoding
  }
}

extension ServerError {
  /// The body is not the form that it says it is.
  static func invalidForm(_ reason: String) -> ServerError {
    ServerError(.invalidRequest, "The body is not valid multipart/form-data: \(reason).", code: "invalid_form")
  }
}
