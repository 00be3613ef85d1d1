/// A part of an e-mail: headers, and a body as it was sent.
struct MailPart {
  /// Values by names in lower case, unfolded; the first of each name.
  private(set) var headers: [String: String] = [:]
  private let body: ArraySlice<UInt8>

  private static let mostHeaders = 1000

  init(_ bytes: ArraySlice<UInt8>) {
    var position = bytes.startIndex
    var lines: [[UInt8]] = []
    while position < bytes.endIndex, lines.count < MailPart.mostHeaders {
      let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.endIndex
      var line = Array(bytes[position..<end])
      if line.last == 0x0D { line.removeLast() }
      position = min(end + 1, bytes.endIndex)
      if line.isEmpty { break }
      if line[0] == 0x20 || line[0] == 0x09, !lines.isEmpty {
        lines[lines.count - 1] += line
      } else {
        lines.append(line)
      }
    }
    for line in lines {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
        line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else { continue }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      if headers[name] == nil {
        headers[name] = String(decoding: line[(colon + 1)...], as: UTF8.self).collapsedWhitespace
      }
    }
    body = bytes[position...]
  }

  /// The media type in lower case with its parameters.
  var contentType: (type: String, parameters: [String: String]) {
    let (value, parameters) = MailHeader.parameters(headers["content-type"] ?? "text/plain")
    return (value, parameters)
  }

  /// The name of an attached file; nil for a part that is shown.
  var attachmentName: String? {
    let (value, parameters) = MailHeader.parameters(headers["content-disposition"] ?? "")
    guard value == "attachment" else { return nil }
    return MailHeader.decoded(parameters["filename"] ?? contentType.parameters["name"] ?? "without a name")
  }

  /// The body without its transfer encoding.
  var content: [UInt8] {
    switch headers["content-transfer-encoding"]?.lowercased() {
    case "base64": MailHeader.base64(body)
    case "quoted-printable": MailHeader.quotedPrintable(body)
    default: Array(body)
    }
  }

  /// The parts between the lines of a boundary.
  func parts(boundary: String) -> [MailPart] {
    let mark = Array(("--" + boundary).utf8)
    var parts: [MailPart] = []
    var start: Int?
    var position = body.startIndex
    while position < body.endIndex {
      let end = body[position...].firstIndex(of: 0x0A) ?? body.endIndex
      if body[position..<end].starts(with: mark) {
        if let start { parts.append(MailPart(body[start..<position])) }
        let isLast = body[position..<end].dropFirst(mark.count).starts(with: Array("--".utf8))
        start = isLast ? nil : min(end + 1, body.endIndex)
        if isLast { break }
      }
      position = min(end + 1, body.endIndex)
    }
    if let start { parts.append(MailPart(body[start...])) }
    return parts
  }
}
