/// A file on its way into a base.
struct IncomingFile: Sendable {
  /// Where the bytes are.
  enum Content: Sendable {
    case disk(path: String)
    case upload([UInt8], mediaType: String?)
  }

  /// The name that the document will have, unless the base knows its path under another one.
  var name: String
  var content: Content
  var metadata: [String: String]

  var path: String? {
    switch content {
    case .disk(let path): path
    case .upload: nil
    }
  }
}
