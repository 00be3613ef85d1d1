import Foundation

/// A finished run of the built program.
struct ProgramRun {
  let status: Int32
  let output: String
  let errors: String

  /// The program beside the test bundle; nil when it was not built.
  static let executable: String? = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let folder = URL(fileURLWithPath: own).deletingLastPathComponent().path
    // The product's name; a package that names no product has the target's.
    return ["inkstone", "InkstoneCommand"].map { "\(folder)/\($0)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  static var isBuilt: Bool { executable != nil }

  struct NotBuilt: Error {}

  /// Runs the program without a network and with caches of its own.
  init(_ arguments: [String], input: String = "", caches: TemporaryFolder, environment: [String: String] = [:]) throws {
    guard let executable = Self.executable else { throw NotBuilt() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    var variables = [
      "HOME": caches.path, "INKSTONE_CACHE": caches.path + "/own", "HF_HUB_CACHE": caches.path + "/hub",
      "MODELSCOPE_CACHE": caches.path + "/scope", "INKSTONE_OFFLINE": "1", "PATH": "/usr/bin:/bin",
      // What the library path of the tests is, the program needs too.
      "LD_LIBRARY_PATH": ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? "",
    ]
    variables.merge(environment) { $1 }
    process.environment = variables
    let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    output = String(decoding: standardOutput.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    errors = String(decoding: standardError.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }

  /// The output as a JSON object.
  func json() throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
    return value as? [String: Any] ?? [:]
  }
}
