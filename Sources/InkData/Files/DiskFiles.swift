internal import Foundation

/// The files of this machine.
public struct DiskFiles: DataFiles {
  /// The files of this machine.
  public init() {}

  /// What stands at a path; symbolic links are followed.
  public func kind(of path: String) -> DataFileKind {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .missing }
    return isFolder.boolValue ? .folder : .file
  }

  /// The names in a folder.
  public func names(in folder: String) throws(DataError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw DataError(.file, context: folder, found: DiskFiles.reason(error))
    }
  }

  /// The bytes of a file.
  public func bytes(of path: String) throws(DataError) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw DataError(
        .file, context: path, expected: "a regular file", found: DiskFiles.reason(error),
        hint: "Check the path and who may read it.")
    }
  }

  /// What the system says, without the full stop at its end.
  private static func reason(_ error: any Error) -> String {
    let text = error.localizedDescription
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
