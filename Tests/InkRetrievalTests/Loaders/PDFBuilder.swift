/// Writes small PDF files with the properties a test wants.
struct PDFBuilder {
  /// The objects from number 1 on, each as it stands between `obj` and `endobj`.
  var objects: [String]
  var trailer = "/Root 1 0 R"
  /// Leaves the table of references out, so that the objects have to be searched for.
  var withoutTable = false

  /// A file whose pages show these contents in font F1.
  static func pages(
    _ contents: [String], font: String = "/Type /Font /Subtype /Type1 /BaseFont /Helvetica"
  ) -> PDFBuilder {
    let kids = contents.indices.map { "\(4 + 2 * $0) 0 R" }.joined(separator: " ")
    var objects = [
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [\(kids)] /Count \(contents.count) >>",
      "<< \(font) >>",
    ]
    for (index, content) in contents.enumerated() {
      objects.append(
        "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents \(5 + 2 * index) 0 R >>")
      objects.append("<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream")
    }
    return PDFBuilder(objects: objects)
  }

  func bytes() -> [UInt8] {
    var out = Array("%PDF-1.4\n".utf8)
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(out.count)
      out += Array("\(index + 1) 0 obj\n\(object)\nendobj\n".utf8)
    }
    if withoutTable { return out + Array("trailer << \(trailer) >>".utf8) }
    let start = out.count
    out += Array("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n".utf8)
    for offset in offsets {
      let digits = "\(offset)"
      out += Array((String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n").utf8)
    }
    return out + Array("trailer << /Size \(objects.count + 1) \(trailer) >>\nstartxref\n\(start)\n%%EOF".utf8)
  }
}
