/// A file on its way into a base.
struct IncomingFile: Sendable {
  /// Where the bytes are.
  enum Content: Sendable {
    case disk(path: String)
    case upload([UInt8], mediaType: String?)
  }

  /// What stands before the names of all documents that are added with it.
  var prefix = ""
  /// The path within the folder that is added, or the file's name; after ``DocumentNames`` the document's whole name.
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
