import CInkPage

extension PageFile {
  /// The files of the page that are part of the program, by path: the page itself at `/`, the rest under `/page/`.
  public static var embedded: [String: PageFile] {
    var files: [String: PageFile] = [:]
    for index in 0..<ink_page_count() {
      let name = String(cString: ink_page_name(index))
      var bytes = [UInt8](repeating: 0, count: ink_page_size(index))
      let copied = ink_page_copy(index, &bytes, bytes.count)
      guard copied == bytes.count, let mediaType = mediaType(ofFile: name) else { continue }
      files[name == "page.html" ? "/" : "/page/" + name] = PageFile(bytes: bytes, mediaType: mediaType)
    }
    return files
  }

  /// The media type of a file by the end of its name; nil for one that the page has no use for.
  private static func mediaType(ofFile name: String) -> String? {
    switch name.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "svg": "image/svg+xml"
    case .some, nil: nil
    }
  }
}
