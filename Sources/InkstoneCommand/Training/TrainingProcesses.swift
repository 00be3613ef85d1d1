import ArgumentParser
import InkTensor

/// The processes of a run: joined at its beginning, parted from at its end, ended together when one of them fails.
struct TrainingProcesses {
  let communicator: any Communicator

  /// Joins the processes that a launcher of MPI started with this one; alone where none did.
  init(environment: [String: String]) throws(TensorError) {
    communicator = try ProcessLaunch(environment: environment).join(library: environment["INKSTONE_MPI_LIBRARY"])
  }

  /// Does the work of this process. The others would wait for ever for one that failed, so it ends them.
  func run(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let stopped as ExitCode {
      // All of them stopped alike.
      try communicator.close()
      throw stopped
    } catch {
      if communicator.size > 1 {
        let text = ErrorMessage(error, parser: Program.self).text
        try? OutputStream.notices.write("error: rank \(communicator.rank): \(text)\n")
        communicator.abort(status: ExitStatus(error, parser: Program.self).rawValue)
      }
      throw error
    }
    try communicator.close()
  }

  /// Opens files that one process may have to fetch or make first: the others then find them.
  func inTurn<Files>(_ open: () async throws -> Files) async throws -> Files {
    if communicator.rank > 0 { try communicator.barrier() }
    let files = try await open()
    if communicator.rank == 0 { try communicator.barrier() }
    return files
  }
}
