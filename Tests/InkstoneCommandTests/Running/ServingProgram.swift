import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The built program as a server on a free port; it ends with this object.
final class ServingProgram {
  /// Where it listens.
  let address: String
  private let process = Process()

  struct Silent: Error {}

  init(_ arguments: [String], caches: TemporaryFolder) throws {
    guard let executable = ProgramRun.executable else { throw ProgramRun.NotBuilt() }
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = ["serve", "--port", "0", "--json", "--quiet"] + arguments
    process.environment = [
      "HOME": caches.path, "INKSTONE_CACHE": caches.path + "/own", "INKSTONE_OFFLINE": "1", "PATH": "/usr/bin:/bin",
      "LD_LIBRARY_PATH": ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? "",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // The line comes once requests are taken; a program that fails closes its output.
    var line = Data()
    while line.last != 10 {
      let byte = output.fileHandleForReading.readData(ofLength: 1)
      if byte.isEmpty { break }
      line += byte
    }
    guard let told = try? JSONSerialization.jsonObject(with: line) as? [String: String],
      let address = told["listening"]
    else {
      process.terminate()
      throw Silent()
    }
    self.address = address
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  /// What a route answers to JSON: its status and its body.
  static func post(_ path: String, _ body: [String: any Sendable], to address: String) async throws -> (Int, Data) {
    guard let url = URL(string: address + path) else { throw Silent() }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = try JSONSerialization.data(withJSONObject: body)
    let (data, response) = try await URLSession.shared.data(for: request)
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
  }
}
