import Foundation

/// The files of this machine.
public struct DiskFiles: DocumentFiles {
  /// Reads from the disk.
  public init() {}

  public func status(_ path: String) throws(RetrievalError) -> FileStatus? {
    let attributes: [FileAttributeKey: any Sendable]
    do {
      // Attributes of a link are its own.
      let found = try FileManager.default.attributesOfItem(atPath: path)
      attributes = [
        .type: found[.type] as? FileAttributeType, .size: (found[.size] as? NSNumber)?.intValue,
        .modificationDate: found[.modificationDate] as? Date,
        .systemFileNumber: (found[.systemFileNumber] as? NSNumber)?.uint64Value,
      ]
    } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
      return nil
    } catch {
      throw RetrievalError(.file, context: path, found: error.localizedDescription)
    }
    let kind: FileStatus.Kind =
      switch attributes[.type] as? FileAttributeType {
      case .some(.typeRegular): .file
      case .some(.typeDirectory): .folder
      case .some(.typeSymbolicLink): .link
      case _: .other
      }
    return FileStatus(
      kind: kind, size: attributes[.size] as? Int ?? 0,
      modified: (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0,
      identity: attributes[.systemFileNumber] as? UInt64 ?? 0)
  }

  public func names(in folder: String) throws(RetrievalError) -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
      throw RetrievalError(.file, context: folder, found: error.localizedDescription)
    }
  }

  public func read(_ path: String, limit: Int) throws(RetrievalError) -> [UInt8] {
    // Never waits for a pipe that took the place of a file since it was looked at.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RetrievalError(
        .file, context: path, found: String(cString: strerror(errno)), hint: "Check that it is there and readable.")
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw RetrievalError(.file, context: path, expected: "a file", found: "a folder, a pipe or a device")
    }
    func tooLarge(_ size: Int) -> RetrievalError {
      RetrievalError(
        .tooLarge, context: path, expected: "at most \(limit) bytes", found: "\(size)",
        hint: "Split the file, leave it out, or raise the limit.")
    }
    guard Int(status.st_size) <= limit else { throw tooLarge(Int(status.st_size)) }
    let bytes: Data
    do { bytes = try handle.read(upToCount: max(limit, 0) &+ 1) ?? Data() } catch {
      throw RetrievalError(.file, context: path, found: error.localizedDescription)
    }
    // It may have grown since.
    guard bytes.count <= limit else { throw tooLarge(bytes.count) }
    return [UInt8](bytes)
  }

  public func resolved(_ path: String) -> String? {
    let resolved = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    return FileManager.default.fileExists(atPath: resolved) ? resolved : nil
  }
}
