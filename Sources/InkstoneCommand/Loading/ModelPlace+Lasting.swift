import Foundation
package import InkFormats

extension ModelPlace {
  /// The text that names the same model from every folder: a path on this machine is made whole. For what is written
  /// down and read again later.
  ///
  /// - Throws: `HubError` for what names no model.
  package func lasting() throws(HubError) -> String {
    switch self {
    case .remote(let address, let model): return "\(address)#\(model)"
    case .local(let name):
      switch try ModelReference(name) {
      case .file(let path), .folder(let path):
        return path.hasPrefix("~") ? path : URL(fileURLWithPath: path).standardizedFileURL.path
      case .builtIn, .repository: return name
      }
    }
  }
}
