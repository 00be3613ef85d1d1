import Foundation

/// Paths as documents are known by.
enum DocumentPath {
  /// The absolute path without `.`, `..` and a slash at the end; links stay as they are.
  static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  /// The last part of a path.
  static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
